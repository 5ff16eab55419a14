"""Sending a message to an address that asked for it, signed so that whoever takes it knows that it is ours.

The signature is made as Standard Webhooks 1.0 does (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, in base64, with the
secret that was shown once. The time is signed too, so that a message cannot be sent again later by somebody else.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from common.errors import Invalid, Problem
from common.http import Bounds, HttpClient, Rules, World
from common.i18n import gettext as _

PREFIX = "whsec_"
TIMEOUT = 10.0  # seconds for a whole message; who needs longer should take it and work afterwards
MOST_BODY = 10_000  # bytes of an answer that are read
LONGEST_WORD = 200  # characters of an answer that are kept


@dataclass(frozen=True)
class Message:
    """What is sent: `id` stays the same when it is sent again, so that it can be known as the same."""

    id: str
    body: bytes
    at: datetime


@dataclass(frozen=True)
class Taken:
    """Whether an address took a message (a status of 2xx), and its answer in a few words."""

    ok: bool
    answer: str


class Sender:
    """The way to the addresses: one client, which never goes into our own network."""

    def __init__(self, contact: str, *, world: World | None = None, rules: Rules | None = None) -> None:
        """Prepare; nothing is opened yet. `contact`: an address at which a site's keeper finds who sends."""
        bounds = Bounds(total=TIMEOUT, attempts=1, body=MOST_BODY)
        self._client = HttpClient(f"disinfo-toolkit/1 (+{contact})", bounds=bounds, world=world, rules=rules)

    def send(self, url: str, secret: str, message: Message) -> Taken:
        """Send one message, once. What goes wrong is an answer too: the caller tries again, later."""
        try:
            response = self._client.request(
                "POST", url, content=message.body, headers=signed_headers(secret, message)
            )
        except Problem as problem:
            return Taken(ok=False, answer=problem.message[:LONGEST_WORD])
        return Taken(response.ok, f"HTTP {response.status}")

    def close(self) -> None:
        """End all calls and connections."""
        self._client.close()


def signed_headers(secret: str, message: Message) -> dict[str, str]:
    """Return the headers of a message: its id, its time in seconds since 1970, and its signature."""
    timestamp = str(int(message.at.timestamp()))
    signed = f"{message.id}.{timestamp}.".encode() + message.body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def check_address(url: str) -> str:
    """Return an address that can be sent to. Raises `Invalid` for what is none, is not encrypted or holds a password.

    Whether it leads into our own network is found out by every connection anew (`common.http.network`): names change their places.
    """
    parts = urlsplit(url.strip())
    wrong = ""
    if parts.scheme != "https" or not parts.hostname:
        wrong = _("Give an address that begins with https://")
    elif parts.username or parts.password:
        wrong = _("Leave name and password out of the address; messages are signed instead.")
    elif parts.fragment:
        wrong = _("Leave out what stands after #.")
    if wrong:
        raise Invalid(_("This address cannot be used."), fields={"url": wrong})
    return parts.geturl()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
