"""The encyclopedia's long work, and what is tidied every hour."""

from common.web.services import Services
from encyclopedia.jobs import links

JOB_KINDS = (*links.JOB_KINDS,)


def keep_house(services: Services) -> None:
    """Begin the checks of addresses that are due, and let unused copies of pages go."""
    links.keep_house(services)


__all__ = ["JOB_KINDS", "keep_house"]
