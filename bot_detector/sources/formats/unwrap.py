"""The accounts inside a platform's answer: lists, pages of results, responses with expansions."""

from collections.abc import Iterator
from typing import Any

from bot_detector.sources.formats.json_shape import OBSERVED_KEYS, Record
from bot_detector.sources.formats.registry import shape_of

# Where platforms put lists: X v1.1 (users, statuses), X v2 (data), Mastodon (accounts, statuses), Bluesky (the others).
LIST_KEYS = (
    "data",
    "users",
    "accounts",
    "profiles",
    "actors",
    "followers",
    "follows",
    "statuses",
    "subjects",
    "results",
    "items",
)
_MAX_DEPTH = 4  # of lists and wrappers around an account; deeper is no answer of a platform


def unwrap(value: object, depth: int = 0) -> Iterator[Record]:
    """Yield the records of `value` that hold an account, in their order; nothing where none is recognised."""
    if isinstance(value, list):
        for part in value if depth < _MAX_DEPTH else ():
            yield from unwrap(part, depth + 1)
    elif isinstance(value, dict):
        if shape_of(value):
            yield value
        elif depth < _MAX_DEPTH:
            yield from _inside(value, depth)


def _inside(answer: Record, depth: int) -> Iterator[Record]:
    includes = answer.get("includes")
    users = includes.get("users") if isinstance(includes, dict) else None
    seen_at = _retrieved(answer)
    for key in LIST_KEYS:
        for record in unwrap(answer.get(key), depth + 1):
            yield _observed(record, seen_at)
    if isinstance(users, list):
        posted = _newest_posts(answer.get("data"))
        for record in unwrap(users, depth + 1):
            yield _observed(record, seen_at or posted.get(str(record.get("id"))))


def _observed(record: Record, moment: str | None) -> Record:
    if moment is None or any(record.get(key) for key in OBSERVED_KEYS):
        return record
    return {**record, "observed_at": moment}


def _retrieved(answer: Record) -> str | None:
    """When the answer was fetched, where the collector wrote it down (twarc does, under `__twarc`)."""
    note = answer.get("__twarc")
    moment = note.get("retrieved_at") if isinstance(note, dict) else answer.get("retrieved_at")
    return moment if isinstance(moment, str) else None


def _newest_posts(data: Any) -> dict[str, str]:
    """Map each author in a v2 answer to the date of the newest post: the earliest moment at which it can have been fetched."""
    posts = data if isinstance(data, list) else [data]
    newest: dict[str, str] = {}
    for post in posts:
        if isinstance(post, dict) and isinstance(post.get("created_at"), str) and post.get("author_id"):
            author, moment = str(post["author_id"]), post["created_at"]
            newest[author] = max(moment, newest.get(author, moment))  # ISO 8601 in UTC sorts as text
    return newest
