"""What pages must hold to be found, and how SQLite's FTS5 and PostgreSQL are asked for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from encyclopedia.core.words import filter_token
from encyclopedia.schemas import LANGUAGES

Phrase = tuple[str, ...]  # tokens that stand one behind the other
Clause = tuple[Phrase, ...]  # one of these must be there


class Place(StrEnum):
    """Where the words must stand."""

    TITLE = "title"  # in the title or another name
    HEAD = "head"  # there, in the lead or among the facts
    ANYWHERE = "anywhere"


@dataclass(frozen=True)
class Match:
    """All `words`, all filters (key → clause) and no `unwanted`. Tokens are letters, digits and underscores only."""

    words: tuple[Clause, ...] = ()
    filters: dict[str, Clause] = field(default_factory=dict)
    unwanted: tuple[Clause, ...] = ()

    def without_filter(self, key: str) -> "Match":
        """Return the same without one of its filters."""
        return replace(self, filters={name: clause for name, clause in self.filters.items() if name != key})

    def fts5(self, place: Place = Place.ANYWHERE) -> str:
        """Return this as an FTS5 query (https://www.sqlite.org/fts5.html, section 3)."""
        words = " AND ".join(_either(clause, _fts5_phrase, " OR ") for clause in self.words)
        columns = {Place.TITLE: "{title other} : ", Place.HEAD: "{title other lead facts} : "}.get(place, "")
        parts = [f"{columns}({words})"] if words else []
        parts += [_either(clause, _fts5_phrase, " OR ") for clause in self._needed()]
        unwanted = " OR ".join(_either(clause, _fts5_phrase, " OR ") for clause in self.unwanted)
        return f"({' AND '.join(parts)})" + (f" NOT ({unwanted})" if unwanted else "")

    def tsquery(self, place: Place = Place.ANYWHERE) -> str:
        """Return this as a PostgreSQL tsquery literal (manual, section 8.11.2)."""
        label = ":AB" if place is Place.TITLE else ""
        parts = [
            _either(clause, lambda phrase: _tsquery_phrase(phrase, label), " | ") for clause in self.words
        ]
        parts += [_either(clause, _tsquery_phrase, " | ") for clause in self._needed()]
        if place is Place.ANYWHERE:
            parts += [f"!{_either(clause, _tsquery_phrase, ' | ')}" for clause in self.unwanted]
        return " & ".join(parts)

    def _needed(self) -> Iterable[Clause]:
        """Return the filters; without words and filters every language, since a query must ask for something."""
        if self.filters or self.words:
            return self.filters.values()
        return [tuple((filter_token("language", code),) for code in LANGUAGES)]


def _either(clause: Clause, write: Callable[[Phrase], str], joint: str) -> str:
    return f"({joint.join(map(write, clause))})"


def _fts5_phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase)}"'


def _tsquery_phrase(phrase: Phrase, label: str = "") -> str:
    joined = " <-> ".join(f"'{token}'{label}" for token in phrase)
    return f"({joined})" if len(phrase) > 1 else joined
