"""Fetching feeds politely: asked only whether they changed, bounded in size and time, never from our own network."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from collab_chat.core.feeds import FeedContent, NoFeed, read_feed
from common.errors import Problem
from common.http import Bounds, HttpClient, Rules, World
from common.i18n import gettext as _

BOUNDS = Bounds(connect=5.0, read=10.0, total=20.0, attempts=1, body=3_000_000, rate=1.0)
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
NOT_MODIFIED, GONE = 304, 410
BUSY = frozenset({429, 503})
LONGEST_TAG = 500  # characters


@dataclass(frozen=True)
class Fetched:
    """What came back. `content` is None where nothing changed (`error` empty) or nothing could be read (`error` says why).

    `wait`: how long the site asks to be left alone; `gone`: it says that the feed is no more.
    """

    content: FeedContent | None = None
    etag: str = ""
    modified: str = ""
    error: str = ""
    wait: timedelta | None = None
    gone: bool = False


class FeedReader:
    """The way to feeds: one client. `private`: hosts of our own network that an administrator has named."""

    def __init__(
        self,
        contact: str,
        private: frozenset[str] = frozenset(),
        *,
        world: World | None = None,
        bounds: Bounds = BOUNDS,
    ) -> None:
        """Prepare; nothing is opened yet. `contact`: an address at which a site's keeper finds who asks."""
        self._client = HttpClient(
            f"disinfo-toolkit/1 (feeds; +{contact})",
            rules=Rules(allow_private=private),
            bounds=bounds,
            world=world,
        )

    def fetch(self, url: str, *, etag: str = "", modified: str = "", at: datetime) -> Fetched:
        """Ask for a feed, or whether it changed since. Whatever goes wrong is an answer too, in a sentence."""
        headers = {"Accept": ACCEPT}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        try:
            answer = self._client.get(url, headers=headers)
        except Problem as problem:
            return Fetched(error=problem.message)
        if answer.status == NOT_MODIFIED:
            return Fetched(etag=etag, modified=modified)
        if answer.status == GONE:
            return Fetched(error=_("The site says that this feed is no more."), gone=True)
        if not answer.ok:
            return Fetched(
                error=_("The site answered with an error (%(status)d).") % {"status": answer.status},
                wait=_wait(answer.headers.get("Retry-After"), at) if answer.status in BUSY else None,
            )
        try:
            content = read_feed(answer.body, answer.headers.get("Content-Type", ""))
        except NoFeed:
            return Fetched(error=_("What the address holds is no RSS or Atom feed."))
        return Fetched(
            content,
            etag=answer.headers.get("ETag", "")[:LONGEST_TAG],
            modified=answer.headers.get("Last-Modified", "")[:LONGEST_TAG],
        )

    def close(self) -> None:
        """End all calls and connections."""
        self._client.close()


def _wait(given: str | None, at: datetime) -> timedelta | None:
    """Return how long a Retry-After header asks for, a week at most (RFC 9110, section 10.2.3)."""
    if given is None:
        return None
    given = given.strip()
    if given.isascii() and given.isdigit() and len(given) < 8:
        return min(timedelta(seconds=int(given)), timedelta(days=7))
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - at, timedelta()), timedelta(days=7))
