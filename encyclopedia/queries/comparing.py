"""Entries to lay side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.models import Entry
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.schemas import Sheet

MOST = 6  # side by side


@dataclass(frozen=True)
class Compared:
    """One of the entries."""

    name: EntryName
    sheet: Sheet
    reviewed_at: datetime | None
    updated_at: datetime


def compared(session: Session, actor: Actor, entry_ids: Sequence[int], language: str) -> Sequence[Compared]:
    """Return entries in the order in which they were chosen, at most `MOST`; deleted ones are left out."""
    PERMISSIONS.require(actor, Permission.READ)
    ids = list(dict.fromkeys(entry_ids))[:MOST]
    known = names(session, ids, language)
    rows = {entry.id: entry for entry in session.scalars(select(Entry).where(Entry.id.in_(ids)))}
    return [
        Compared(
            known[id_], Sheet.model_validate(rows[id_].sheet), rows[id_].reviewed_at, rows[id_].updated_at
        )
        for id_ in ids
        if id_ in known
    ]


def changed_at(session: Session, entry_ids: Sequence[int]) -> Mapping[int, datetime]:
    """Return when entries were last edited."""
    if not entry_ids:
        return {}
    rows = session.execute(select(Entry.id, Entry.updated_at).where(Entry.id.in_(entry_ids)))
    return {id_: when for id_, when in rows}  # noqa: C416 - rows are not pairs to the type checker
