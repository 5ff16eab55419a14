"""The tool's doors for programs."""

from common.web.routing import PrefixRouter
from political_ads.api import ads, labelling

router = PrefixRouter(prefix="/api/v1/ads")

for _part in (ads, labelling):
    router.include_router(_part.router)

__all__ = ["router"]
