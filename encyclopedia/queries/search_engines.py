"""The two databases' full-text search behind one interface. Nothing here reads more than it was told to."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from encyclopedia.queries.search_match import Match, Place

RANKED_AT_MOST = 3_000  # rows of FTS5 that are put into order by bm25 (about 1 µs each); beyond: the newest
VECTORS_AT_MOST = 200  # rows of PostgreSQL whose whole vector is read (about 30 µs each); beyond: the newest


# A page that was found: page, entry, language, its facets' tokens with commas. Thousands are read, so it is the driver's own row.
FoundRow = Row[int, int, str, str]


class Order(NamedTuple):
    """An order of rows: SQL over `p` (search page), `e` (entry)."""

    sql: str
    needs_entry: bool = False


NEWEST = Order("p.page_id DESC")
BY_TITLE = Order("p.sort_title, p.page_id")
BY_UPDATE = Order("e.updated_at DESC, p.page_id", needs_entry=True)
BY_DUE = Order("e.review_due_at ASC NULLS LAST, p.page_id", needs_entry=True)


class Engine(Protocol):
    """What the search asks of a database."""

    def rows(
        self, session: Session, match: Match, place: Place, *, limit: int, order: Order = NEWEST
    ) -> Sequence[FoundRow]:
        """Return at most `limit` pages that match: the newest of them, in the order asked for."""
        ...

    def best(self, session: Session, match: Match, place: Place, *, limit: int) -> dict[int, float]:
        """Return at most `limit` pages (id → strength, the more the better) whose words stand in a place, best first."""
        ...


class Sqlite:
    """FTS5; bm25 with the title's words weighing most."""

    def rows(
        self, session: Session, match: Match, place: Place, *, limit: int, order: Order = NEWEST
    ) -> Sequence[FoundRow]:
        """See `Engine`."""
        joined = " JOIN encyclopedia_entry e ON e.id = p.entry_id" if order.needs_entry else ""
        found = session.execute(
            text(
                "SELECT p.page_id, p.entry_id, p.language, p.facets FROM (SELECT rowid FROM encyclopedia_fts "  # noqa: S608 - constants
                "WHERE encyclopedia_fts MATCH :match ORDER BY rowid DESC LIMIT :limit) f "
                f"JOIN encyclopedia_search_page p ON p.page_id = f.rowid{joined} ORDER BY {order.sql}"
            ),
            {"match": match.fts5(place), "limit": limit},
        )
        return found.all()

    def best(self, session: Session, match: Match, place: Place, *, limit: int) -> dict[int, float]:
        """See `Engine`."""
        wanted = {"match": match.fts5(place), "limit": limit, "most": RANKED_AT_MOST}
        many = session.execute(
            text(
                "SELECT count(*) FROM (SELECT rowid FROM encyclopedia_fts "
                "WHERE encyclopedia_fts MATCH :match LIMIT :most + 1)"
            ),
            wanted,
        ).scalar_one()
        order = "strength DESC, rowid" if many <= RANKED_AT_MOST else "rowid DESC"
        strength = (
            "-bm25(encyclopedia_fts, 10, 8, 4, 3, 1, 0)" if many <= RANKED_AT_MOST else "0.0"
        )  # SQLite's bm25 is the better the smaller
        found = session.execute(
            text(
                f"SELECT rowid, {strength} AS strength FROM encyclopedia_fts "  # noqa: S608 - constants
                f"WHERE encyclopedia_fts MATCH :match ORDER BY {order} LIMIT :limit"
            ),
            wanted,
        )
        return {page_id: float(value) for page_id, value in found}


class Postgres:
    """GIN over two vectors: the head, short and in the row, and everything, long and out of line."""

    def rows(
        self, session: Session, match: Match, place: Place, *, limit: int, order: Order = NEWEST
    ) -> Sequence[FoundRow]:
        """See `Engine`."""
        joined = " JOIN encyclopedia_entry e ON e.id = p.entry_id" if order.needs_entry else ""
        vector, unwanted = _vector(match, place)
        found = session.execute(
            text(
                "WITH found AS MATERIALIZED (SELECT page_id, entry_id, language, facets, sort_title "  # noqa: S608 - constants
                f"FROM encyclopedia_search_page WHERE {vector} @@ CAST(:match AS tsquery){unwanted}) "
                "SELECT p.page_id, p.entry_id, p.language, p.facets "
                f"FROM (SELECT * FROM found ORDER BY page_id DESC LIMIT :limit) p{joined} ORDER BY {order.sql}"
            ),
            {"match": match.tsquery(place), "whole": match.tsquery(), "limit": limit},
        )
        return found.all()

    def best(self, session: Session, match: Match, place: Place, *, limit: int) -> dict[int, float]:
        """See `Engine`."""
        vector, unwanted = _vector(match, place)
        most = VECTORS_AT_MOST if place is Place.ANYWHERE else RANKED_AT_MOST
        found = session.execute(
            text(
                "WITH found AS MATERIALIZED (SELECT page_id FROM encyclopedia_search_page "  # noqa: S608 - constants
                f"WHERE {vector} @@ CAST(:match AS tsquery){unwanted}), "
                "newest AS MATERIALIZED (SELECT page_id FROM found ORDER BY page_id DESC LIMIT :most) "
                f"SELECT page_id, ts_rank(ARRAY[0.2, 0.4, 0.8, 1.0]::real[], {vector}, CAST(:match AS tsquery), 1) "
                "AS strength FROM newest JOIN encyclopedia_search_page USING (page_id) "
                "ORDER BY strength DESC, page_id LIMIT :limit"
            ),
            {"match": match.tsquery(place), "whole": match.tsquery(), "limit": limit, "most": most},
        )
        return {page_id: float(value) for page_id, value in found}


def _vector(match: Match, place: Place) -> tuple[str, str]:
    """Return the column to look in, and what else must be asked: unwanted words count wherever they stand."""
    if place is Place.ANYWHERE:
        return "everything", ""
    return "head", " AND everything @@ CAST(:whole AS tsquery)" if match.unwanted else ""


def engine_of(session: Session) -> Engine:
    """Return the search of the session's database."""
    return Sqlite() if session.get_bind().dialect.name == "sqlite" else Postgres()
