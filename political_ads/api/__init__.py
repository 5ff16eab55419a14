"""The tool's doors for programs."""

from common.web.routing import PrefixRouter
from political_ads.api import ads, labelling, models, results, webhooks

router = PrefixRouter(prefix="/api/v1/ads")

for _part in (ads, labelling, models, results, webhooks):
    router.include_router(_part.router)

__all__ = ["router"]
