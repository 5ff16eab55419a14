"""The tool's pages; each door parses, makes one call, and renders."""

from collab_chat.pages import home
from common.web.routing import PrefixRouter

router = PrefixRouter(prefix="/rooms", include_in_schema=False)
for _part in (home,):
    router.include_router(_part.router)

__all__ = ["router"]
