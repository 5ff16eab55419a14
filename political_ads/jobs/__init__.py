"""The tool's long work, and what is tidied every hour."""

from common.jobs import JobKind
from common.web.services import Services
from political_ads.jobs import aggregation, exports, filling, imports, training, webhooks

JOB_KINDS: tuple[JobKind, ...] = (
    *imports.JOB_KINDS,
    *filling.JOB_KINDS,
    *aggregation.JOB_KINDS,
    *exports.JOB_KINDS,
    *webhooks.JOB_KINDS,
    *training.JOB_KINDS,
)


def keep_house(services: Services) -> None:
    """Tidy what is past its time."""
    imports.keep_house(services)
    exports.keep_house(services)
    webhooks.keep_house(services)
    aggregation.give_back(services)
    aggregation.aggregate_what_changed(services)
    training.keep_house(services)
