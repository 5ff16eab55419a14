"""The encyclopedia's REST interface: entries, histories, sources, media, vocabularies."""

from fastapi import APIRouter

from encyclopedia.api.rest import library, reading, revisions, writing

router = APIRouter(prefix="/api/v1/encyclopedia", tags=["Encyclopedia"])
for _part in (reading, writing, revisions, library):
    router.include_router(_part.router)

__all__ = ["router"]
