"""Time-stamping services (RFC 3161 over HTTP, § 3.4)."""

from urllib.parse import urlsplit

from collab_chat.core.timestamps import QUERY_TYPE, REPLY_TYPE, BadToken, Stamped, query, read_reply
from common.http import Bounds, HttpClient, OutgoingFailed, Rules, World
from common.i18n import gettext as _

BOUNDS = Bounds(connect=5.0, read=15.0, total=20.0, attempts=1, body=100_000)
MEDIA_TYPE = REPLY_TYPE


def stamp(url: str, digest: bytes, nonce: int, *, world: World | None = None) -> tuple[bytes, Stamped]:
    """Ask the service that the operator named for a time-stamp over a SHA-256 digest; return its reply and what it says.

    Raises:
        OutgoingRefused, OutgoingFailed: it cannot be asked, or its answer is no time-stamp over this digest.
    """
    rules = Rules(allow_private=frozenset({urlsplit(url).hostname or ""}))  # the operator's choice
    with HttpClient("disinfo-toolkit/1", rules=rules, bounds=BOUNDS, world=world) as client:
        answer = client.request(
            "POST", url, content=query(digest, nonce), headers={"Content-Type": QUERY_TYPE}
        ).checked()
    try:
        return answer.body, read_reply(answer.body, digest, nonce)
    except BadToken as error:
        raise OutgoingFailed(_("The time-stamping service answered with no usable time-stamp.")) from error
