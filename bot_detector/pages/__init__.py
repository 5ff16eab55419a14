"""The detector's pages; each door parses, makes one call, and renders."""

from bot_detector.pages import alerts, batches, downloads, home, mapping, methodology, scores
from common.web.routing import PrefixRouter

router = PrefixRouter(prefix="/bots", include_in_schema=False)
for _part in (home, mapping, downloads, batches, scores, alerts, methodology):
    router.include_router(_part.router)

__all__ = ["router"]
