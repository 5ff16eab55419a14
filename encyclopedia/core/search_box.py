"""What people type into the search box: words, "phrases", -words, begin*, and filters such as kind:tool."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from encyclopedia.core.words import STOP_WORDS, plain_words, sendable

LONGEST = 300  # characters that are read
MOST_TERMS = 16

_PART = re.compile(
    r"""(?P<minus>(?<!\S)-)?
        (?:(?P<key>[^\W\d_][\w-]*):)?
        (?:["“”«]\s*(?P<phrase>[^"“”«»]*)["“”»]? | (?P<bare>[^\s"“”«»]+))""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Term:
    """Words that must stand together (one word, a phrase, a word with a hyphen); `start`, `end`: where they were typed."""

    words: tuple[str, ...]  # folded
    start: int
    end: int
    excluded: bool = False
    begins: bool = False  # the last word is only the beginning of one


@dataclass(frozen=True)
class Filter:
    """A filter as it was typed: `platform:x`."""

    key: str
    value: str
    excluded: bool = False


@dataclass(frozen=True)
class Box:
    """A search box's text, understood. `text` is what the places of the terms refer to."""

    text: str
    terms: tuple[Term, ...]
    filters: tuple[Filter, ...]

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that must be found."""
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        """The terms that must not be found."""
        return tuple(term for term in self.terms if term.excluded)


def read_box(text: str, keys: Collection[str], *, typing: bool = False) -> Box:
    """Read what was typed. `keys`: the filters that there are, in lower case; `a:b` with another key is ordinary text.

    `typing`: the last word may be unfinished. Words that nearly every page holds are left out where others remain.
    """
    text = unicodedata.normalize("NFC", sendable(text))[:LONGEST]
    terms: list[Term] = []
    filters: list[Filter] = []
    for part in _PART.finditer(text):
        key, excluded = (part["key"] or "").lower(), bool(part["minus"])
        value = part["phrase"] if part["phrase"] is not None else part["bare"]
        if key in keys and value.strip():
            filters.append(Filter(key, value.strip(), excluded))
        elif term := _term(part, value, excluded=excluded):
            terms.append(term)
    terms = _telling(terms)[:MOST_TERMS]
    if typing and terms and terms[-1].end == len(text) and text[-1:].isalnum():
        last = terms[-1]
        terms[-1] = Term(last.words, last.start, last.end, last.excluded, begins=not last.excluded)
    return Box(text, tuple(terms), tuple(filters))


def _term(part: re.Match[str], value: str, *, excluded: bool) -> Term | None:
    typed = f"{part['key']} {value}" if part["key"] else value
    found = tuple(plain_words(typed))
    if not found:
        return None
    begins = part["phrase"] is None and value.endswith("*") and not excluded
    return Term(found, part.start(), part.end(), excluded, begins)


def _telling(terms: list[Term]) -> list[Term]:
    """Leave out words that are everywhere, unless nothing else would be asked for."""
    kept = [term for term in terms if len(term.words) > 1 or term.begins or term.words[0] not in STOP_WORDS]
    return kept if any(not term.excluded for term in kept) else terms
