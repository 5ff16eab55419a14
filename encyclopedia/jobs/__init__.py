"""The encyclopedia's long work, and what is tidied every hour."""

from common.web.services import Services
from encyclopedia.jobs import exports, imports, links

JOB_KINDS = (*imports.JOB_KINDS, *exports.JOB_KINDS, *links.JOB_KINDS)


def keep_house(services: Services) -> None:
    """Begin the checks of addresses that are due, and let unused copies of pages, old exports and old previews go."""
    imports.keep_house(services)
    exports.keep_house(services)
    links.keep_house(services)


__all__ = ["JOB_KINDS", "keep_house"]
