"""The tool's interface for programs."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1/rooms", tags=["Alert room"])

__all__ = ["router"]
