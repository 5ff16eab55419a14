"""What lies around an entry: the entries within two links of it, by text or by relation."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from encyclopedia.models import Link, Page, RelationRow

LINK = "link"  # the type of an edge that is a wikilink
MOST_EDGES = 600  # of one step


def neighbourhood(session: Session, entry_id: int, *, steps: int = 2) -> list[tuple[int, int, str]]:
    """Return links and relations as (from, to, type) among the entries at most `steps` away; relations come first."""
    near: set[int] = {entry_id}
    fringe: set[int] = {entry_id}
    found: dict[tuple[int, int, str], None] = {}
    for _step in range(steps):
        edges = _edges_of(session, fringe)
        found |= dict.fromkeys(edges)
        reached = {end for source, target, _type in edges for end in (source, target)}
        fringe = reached - near
        near |= reached
        if not fringe:
            break
    return list(found)


def _edges_of(session: Session, entries: Collection[int]) -> list[tuple[int, int, str]]:
    relations = session.execute(
        select(RelationRow.from_id, RelationRow.to_id, RelationRow.type)
        .where(RelationRow.from_id.in_(entries) | RelationRow.to_id.in_(entries))
        .order_by(RelationRow.from_id, RelationRow.to_id)
        .limit(MOST_EDGES)
    )
    links = session.execute(
        select(Page.entry_id, Link.entry_id)
        .join(Page, Page.id == Link.page_id)
        .where(
            Link.entry_id.is_not(None),
            Page.entry_id.in_(entries) | Link.entry_id.in_(entries),
            Page.entry_id != Link.entry_id,
        )
        .distinct()
        .order_by(Page.entry_id, Link.entry_id)
        .limit(MOST_EDGES)
    )
    return [
        *((source, target, type_) for source, target, type_ in relations),
        *((source, target, LINK) for source, target in links if target is not None),
    ]
