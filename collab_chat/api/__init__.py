"""The tool's interface for programs."""

from fastapi import APIRouter

from collab_chat.api import cases, commands, evidence, messages, outputs, search, signals, snapshots, tickets

router = APIRouter(prefix="/api/v1/rooms", tags=["Alert room"])
for _part in (cases, commands, evidence, messages, outputs, search, signals, snapshots, tickets):
    router.include_router(_part.router)

__all__ = ["router"]
