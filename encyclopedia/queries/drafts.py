"""What somebody was typing: read by nobody else."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.models import Draft, Page
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.schemas import SHEET

MOST_DRAFTS = 200


def draft_of(session: Session, actor: Actor, key: str) -> Draft | None:
    """Return the actor's own draft of one place (see `models.Draft`), or None."""
    if actor.person_id is None:
        return None
    return session.scalars(select(Draft).where(Draft.person_id == actor.person_id, Draft.key == key)).first()


def drafts_of(session: Session, actor: Actor) -> Sequence[Draft]:
    """Return the actor's own drafts, newest first."""
    if actor.person_id is None:
        return ()
    return session.scalars(
        select(Draft)
        .where(Draft.person_id == actor.person_id)
        .order_by(Draft.saved_at.desc())
        .limit(MOST_DRAFTS)
    ).all()


def draft_places(
    session: Session, drafts: Sequence[Draft], language: str
) -> Mapping[int, tuple[EntryName, str]]:
    """Return, by draft, the entry that it belongs to and the language that is written (`SHEET`: the facts); new entries have none."""
    of_page: dict[int, int] = {}
    of_entry: dict[int, tuple[int, str]] = {}
    for draft in drafts:
        sort, number, rest = [*draft.key.split(":"), "", ""][:3]
        if sort == "page" and number.isdigit():
            of_page[draft.id] = int(number[:15])
        elif sort in {"sheet", "translate"} and number.isdigit():
            of_entry[draft.id] = (int(number[:15]), SHEET if sort == "sheet" else rest)
    rows = session.execute(
        select(Page.id, Page.entry_id, Page.language).where(Page.id.in_(set(of_page.values())))
    )
    known = {page_id: (entry_id, code) for page_id, entry_id, code in rows}
    of_entry |= {draft_id: known[page_id] for draft_id, page_id in of_page.items() if page_id in known}
    entries = names(session, {entry_id for entry_id, _code in of_entry.values()}, language)
    return {
        draft_id: (entries[entry_id], code)
        for draft_id, (entry_id, code) in of_entry.items()
        if entry_id in entries
    }
