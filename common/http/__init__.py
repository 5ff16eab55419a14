"""The toolkit's one way to other sites: bounded, polite, and never into the network that it runs in."""

from common.http.bounds import Bounds, World
from common.http.client import HttpClient
from common.http.errors import OutgoingFailed, OutgoingRefused
from common.http.response import Exchange, Response
from common.http.rules import Rules

__all__ = [
    "Bounds",
    "Exchange",
    "HttpClient",
    "OutgoingFailed",
    "OutgoingRefused",
    "Response",
    "Rules",
    "World",
]
