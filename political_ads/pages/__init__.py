"""The tool's pages; each door parses, makes one call, and renders."""

from common.web.routing import PrefixRouter
from political_ads.pages import (
    alerts,
    campaign_forms,
    contributors,
    creative,
    data,
    gold,
    history,
    home,
    import_searches,
    imports,
    label,
    learn,
    library,
    manage,
    methodology,
    model,
    pictures,
    questionnaires,
    quiz,
    results,
    review,
    simulator,
    webhooks,
)

router = PrefixRouter(prefix="/ads", include_in_schema=False)
for _part in (
    webhooks,
    home,
    results,
    model,
    data,
    learn,
    quiz,
    label,
    history,
    library,
    creative,
    alerts,
    pictures,
    import_searches,
    imports,
    manage,
    campaign_forms,
    questionnaires,
    gold,
    simulator,
    contributors,
    review,
    methodology,
):
    router.include_router(_part.router)

__all__ = ["router"]
