"""The detector's pages; each door parses, makes one call, and renders."""

from fastapi import APIRouter

from bot_detector.pages import batches, downloads, home, mapping, methodology, scores

router = APIRouter(prefix="/bots", include_in_schema=False)
for _part in (home, mapping, downloads, batches, scores, methodology):
    router.include_router(_part.router)

__all__ = ["router"]
