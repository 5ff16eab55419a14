"""How many of the found entries have each value of each facet."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from encyclopedia.models.search import SearchFacet
from encyclopedia.queries.search_engines import Engine, FoundRow
from encyclopedia.queries.search_filters import FACETS
from encyclopedia.queries.search_match import Match, Place

AT_ONCE = 500
Counts = dict[str, list[tuple[str, int]]]  # facet → (value, entries), the commonest first


def facet_counts(
    session: Session, engine: Engine, match: Match, rows: Sequence[FoundRow], place: Place, *, limit: int
) -> Counts:
    """Count the facets of found pages; a facet that is filtered by is counted as if it were not."""
    counts = _named(session, _tally(rows), without=match.filters)
    for key in match.filters:
        if key not in FACETS:
            continue
        wider = match.without_filter(key)
        if wider == Match():
            counts[key] = totals(session, [key]).get(key, [])
        else:
            others = engine.rows(session, wider, place, limit=limit)
            counts[key] = _named(session, _tally(others), only=key).get(key, [])
    return counts


def totals(session: Session, keys: Collection[str] = FACETS) -> Counts:
    """Return the facets of all entries, from counts that each save keeps."""
    rows = session.execute(
        select(SearchFacet.key, SearchFacet.value, SearchFacet.entries).where(SearchFacet.key.in_(keys))
    )
    return _ordered((key, value, entries) for key, value, entries in rows)


def count_all(session: Session) -> int:
    """Return how many entries can be found at all."""
    kinds = select(func.sum(SearchFacet.entries)).where(SearchFacet.key == "kind")
    return int(session.scalar(kinds) or 0)


def all_of(session: Session, tokens: Collection[str]) -> int | None:
    """Return how many entries have one facet's value, exactly; None where several values, or languages, are asked for."""
    if len(tokens) != 1:
        return None
    found = select(SearchFacet.entries).where(SearchFacet.token.in_(tokens), SearchFacet.key != "language")
    return session.scalar(found)


def _tally(rows: Iterable[FoundRow]) -> Counter[str]:
    """Count tokens by entry; of an entry's several pages one speaks for the facets, all for their languages."""
    by_entry: dict[int, str] = {}
    languages: Counter[str] = Counter()
    for _, entry_id, _, facets in rows:
        if entry_id not in by_entry:
            by_entry[entry_id] = facets
        else:
            languages[facets.rpartition(",")[2]] += 1  # the language's token stands last
    counts = Counter(",".join(by_entry.values()).split(","))
    counts.update(languages)
    return counts


def _named(
    session: Session, counts: Counter[str], *, without: Mapping[str, object] | None = None, only: str = ""
) -> Counts:
    tokens = [token for token in counts if token]
    named: list[tuple[str, str, int]] = []
    for start in range(0, len(tokens), AT_ONCE):
        some = tokens[start : start + AT_ONCE]
        rows = session.execute(
            select(SearchFacet.token, SearchFacet.key, SearchFacet.value).where(SearchFacet.token.in_(some))
        )
        named += [(key, value, counts[token]) for token, key, value in rows]
    return _ordered(
        (key, value, count)
        for key, value, count in named
        if (not only or key == only) and key not in (without or ())
    )


def _ordered(named: Iterable[tuple[str, str, int]]) -> Counts:
    counts: Counts = {}
    for key, value, count in sorted(named, key=lambda each: (each[0], -each[2], each[1])):
        counts.setdefault(key, []).append((value, count))
    return counts
