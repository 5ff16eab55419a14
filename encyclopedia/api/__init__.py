"""The encyclopedia's doors for programs."""

from fastapi import APIRouter

from encyclopedia.api import mediawiki

router = APIRouter()
for _part in (mediawiki,):
    router.include_router(_part.router)

__all__ = ["router"]
