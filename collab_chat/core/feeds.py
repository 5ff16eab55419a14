"""Feeds: RSS and Atom as bytes in, items out; which of them are new and worth a signal."""

import hashlib
import io
import re
from calendar import timegm
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import feedparser  # type: ignore[import-untyped]  # it has no types

from collab_chat.core.addresses import canonical_url

MOST_ITEMS = 200  # of one answer
MOST_SEEN = 1_000  # keys that are remembered of a feed
MOST_AT_ONCE = 50  # signals of one poll; the rest comes with the next
LONGEST_TITLE, LONGEST_TEXT = 300, 4_000
FRESH = timedelta(days=1)  # when a feed is first read, older items are known and not raised
LONGEST_PAUSE = timedelta(hours=24)
_TAGS = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")
_ENTITY = re.compile(rb"<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y", re.IGNORECASE)


class NoFeed(ValueError):
    """It is no feed, or one that is not read."""


@dataclass(frozen=True)
class Item:
    """One item. `key` names it among those of its feed; `at`: when it was published, if that is said."""

    key: str
    title: str
    text: str
    url: str
    at: datetime | None


@dataclass(frozen=True)
class FeedContent:
    """What a feed says: its name and its items, in its own order."""

    name: str
    items: tuple[Item, ...]


def read_feed(body: bytes, content_type: str = "") -> FeedContent:
    """Return what a feed says. HTML in it becomes plain text; addresses that no browser opens are left out.

    Raises:
        NoFeed: it is neither RSS nor Atom, or it declares entities (which can grow without end, and which feeds do not need).
    """
    if _ENTITY.search(body):
        message = "the feed declares entities"
        raise NoFeed(message)
    # a file object: given bytes, the parser would look for a file of that name first
    found = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type or "application/xml"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.get("version"):
        message = "neither RSS nor Atom"
        raise NoFeed(message)
    name = _plain(found.feed.get("title"), LONGEST_TITLE)
    return FeedContent(name, tuple(_items(found.entries[:MOST_ITEMS])))


def fresh_items(
    items: Sequence[Item], seen: Collection[str], words: Sequence[str], *, at: datetime, first: bool
) -> list[Item]:
    """Return the items that are to be raised: not seen, with one of the words (none: all), and on the first poll of the last day."""
    return [
        one
        for one in items
        if one.key not in seen
        and (not first or (one.at is not None and at - FRESH <= one.at))
        and matches(one, words)
    ]


def remembered(seen: Sequence[str], items: Sequence[Item], left: Collection[str]) -> list[str]:
    """Return the keys to remember, newest first: the answer's items without those `left` for the next poll, then older ones."""
    now = [one.key for one in items if one.key not in left]
    return list(dict.fromkeys([*now, *seen]))[:MOST_SEEN]


def matches(item: Item, words: Sequence[str]) -> bool:
    """Say whether an item has one of the words or phrases, as whole words, whatever their case."""
    if not words:
        return True
    text = f"{item.title}\n{item.text}".casefold()
    return any(re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text) for word in words)


def pause(every_minutes: int, failures: int) -> timedelta:
    """Return how long to wait: the feed's interval, doubled with each failure in a row, a day at most."""
    minutes = every_minutes * 2 ** min(failures, 12)
    return min(timedelta(minutes=minutes), max(LONGEST_PAUSE, timedelta(minutes=every_minutes)))


def _items(entries: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    for entry in entries:
        title = _plain(entry.get("title"), LONGEST_TITLE)
        content = entry.get("summary") or next((one.get("value") for one in entry.get("content") or ()), "")
        text = _plain(content, LONGEST_TEXT)
        link = str(entry.get("link") or "").strip()
        url = link if len(link) <= 2_000 and canonical_url(link) else ""
        name = str(entry.get("id") or url or f"{title}\n{text}")
        if title or text or url:
            key = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]
            yield Item(key, title, text, url, _moment(entry))


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _plain(given: Any, most: int) -> str:
    text = _TAGS.sub(" ", given) if isinstance(given, str) else ""
    text = _BLANK.sub(" ", unescape(text)).replace("\0", "").strip()
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
