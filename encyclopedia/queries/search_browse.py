"""Lists without words: walked along an index, a page at a time, since there may be very many."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from encyclopedia.queries.search_engines import Order
from encyclopedia.queries.search_match import Clause, Match


def browse(session: Session, match: Match, language: str, order: Order, *, limit: int) -> Sequence[int]:
    """Return the first `limit` pages that pass the filters, one an entry, in the reader's language where there is one.

    For everything, or for filters that many entries pass: each row on the way is looked at until there are enough.
    Filters by source are not seen here; so many pages do not cite one source.
    """
    values: dict[str, str | int] = {"language": language, "limit": limit}
    passes = [_holds(clause, values) for clause in match.filters.values()]
    passes += [f"NOT {_holds(clause, values)}" for clause in match.unwanted]
    chosen = (
        "(p.language = :language OR NOT EXISTS (SELECT 1 FROM encyclopedia_search_page q "
        "WHERE q.entry_id = p.entry_id AND q.page_id <> p.page_id "
        "AND (q.language = :language OR q.page_id < p.page_id)))"
    )
    found = session.execute(
        text(
            "SELECT p.page_id FROM encyclopedia_entry e JOIN encyclopedia_search_page p ON p.entry_id = e.id "  # noqa: S608 - values are bound
            f"WHERE {' AND '.join([chosen, *passes])} ORDER BY {order.sql} LIMIT :limit"
        ),
        values,
    )
    return list(found.scalars())


def _holds(clause: Clause, values: dict[str, str | int]) -> str:
    """Return SQL that tells whether a row has one of a clause's tokens; a token is no part of another."""
    parts = []
    for (token,) in clause:
        name = f"t{len(values)}"
        values[name] = token
        parts.append(f"p.facets <> replace(p.facets, :{name}, '')")
    return f"({' OR '.join(parts)})"
