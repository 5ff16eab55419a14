"""What people type to search rooms: words, words in quotation marks, and a few filters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MOST_TERMS = 20
LONGEST = 400  # characters that are read
BEGINS = 3  # letters from which on a word also finds longer ones
_PIECES = re.compile(r'(?:(room|from|before|after|has):)?(?:"([^"]*)"?|([^\s"]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """Words that stand together; `begins`: the last one may go on."""

    words: str
    begins: bool = False


@dataclass(frozen=True)
class Wanted:
    """A search. Times are UTC: from `after` on, until before `before`."""

    terms: Sequence[Term] = ()
    room: str = ""
    author: str = ""
    after: datetime | None = None
    before: datetime | None = None
    has_file: bool = False
    has_link: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Wanted()


def read_box(typed: str) -> Wanted:
    """Return what somebody typed. Nothing raises: a filter that cannot be read is taken for words.

    `room:` and `from:` take a part of a name (`from:@Ada`, `room:"Team north"`, `room:#12`), `before:` and `after:` a day
    (`2026-11-02`, that day not among them), `has:` file or link.
    """
    terms: list[Term] = []
    found: dict[str, object] = {}
    for name, quoted, word in _PIECES.findall(typed[:LONGEST].replace("\0", " ")):
        value = quoted or word
        read = _filter(name.lower(), value.strip()) if name else None
        if read:
            found |= read
        elif any(letter.isalnum() for letter in value):
            terms.append(Term(value, begins=not quoted and len(value) >= BEGINS))
    return Wanted(terms=tuple(terms[:MOST_TERMS]), **found)  # type: ignore[arg-type]  # `_filter` names the fields


def _filter(name: str, value: str) -> dict[str, object] | None:
    if name in {"room", "from"}:
        kept = value.lstrip("@").strip()
        return {"room" if name == "room" else "author": kept} if kept else None
    if name == "has":
        kind = {"file": "has_file", "files": "has_file", "link": "has_link", "links": "has_link"}.get(
            value.lower()
        )
        return {kind: True} if kind else None
    day = _day(value)
    if day is None:
        return None
    return {"after": day + timedelta(days=1)} if name == "after" else {"before": day}


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
