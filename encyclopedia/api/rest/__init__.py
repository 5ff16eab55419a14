"""The encyclopedia's REST interface: entries, histories, sources, media, vocabularies."""

from common.web.routing import PrefixRouter
from encyclopedia.api.rest import library, reading, revisions, writing

router = PrefixRouter(prefix="/api/v1/encyclopedia", tags=["Encyclopedia"])
for _part in (reading, writing, revisions, library):
    router.include_router(_part.router)

__all__ = ["router"]
