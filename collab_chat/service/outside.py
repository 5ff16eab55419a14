"""The ways out, made when they are first needed; tests put others in their place."""

from collab_chat.sources.feeds import FeedReader
from collab_chat.sources.integrations import Integrations
from common.web.services import Services

FEEDS, INTEGRATIONS = "collab_chat.feeds", "collab_chat.integrations"


def feed_reader(services: Services) -> FeedReader:
    """Return the way to feeds."""
    found = services.extras.get(FEEDS)
    if not isinstance(found, FeedReader):
        found = services.extras[FEEDS] = FeedReader(services.settings.public_url, _private(services))
    return found


def integrations(services: Services) -> Integrations:
    """Return the way to integrations."""
    found = services.extras.get(INTEGRATIONS)
    if not isinstance(found, Integrations):
        found = services.extras[INTEGRATIONS] = Integrations(services.settings.public_url, _private(services))
    return found


def _private(services: Services) -> frozenset[str]:
    return frozenset(host.lower() for host in services.settings.rooms_private_integrations)
