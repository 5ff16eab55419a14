"""What the first page shows: how much there is of what, what is new, and where knowledge is thin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.taxonomy import EntryKind
from encyclopedia.models import Entry, Facet
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names


@dataclass(frozen=True)
class Matrix:
    """How many entries there are of each kind in each phase. An entry with two phases counts in both, once in its kind's total."""

    cells: Mapping[tuple[str, str], int]  # (phase, kind); no line for none
    kinds: Mapping[str, int]
    phases: Mapping[str, int]
    total: int


@dataclass(frozen=True)
class DatedEntry:
    """An entry in a list by time."""

    entry: EntryName
    at: datetime
    by: str = ""


def matrix(session: Session, actor: Actor) -> Matrix:
    """Count the entries by phase and kind."""
    PERMISSIONS.require(actor, Permission.READ)
    pairs = session.execute(
        select(Facet.value, Entry.kind, func.count())
        .join(Entry, Entry.id == Facet.entry_id)
        .where(Facet.key == "phase", Entry.deleted_at.is_(None))
        .group_by(Facet.value, Entry.kind)
    )
    cells = {(phase, each): count for phase, each, count in pairs}
    kinds = dict(
        session.execute(
            select(Entry.kind, func.count()).where(Entry.deleted_at.is_(None)).group_by(Entry.kind)
        ).all()
    )
    phases: dict[str, int] = {}
    for (phase, _kind), count in cells.items():
        phases[phase] = phases.get(phase, 0) + count
    return Matrix(cells, kinds, phases, sum(kinds.values()))


def newly_reviewed(session: Session, language: str, *, limit: int = 6) -> Sequence[DatedEntry]:
    """Return the entries that were reviewed last."""
    return _dated(session, language, "reviewed_at", limit)


def lately_changed(session: Session, language: str, *, limit: int = 8) -> Sequence[DatedEntry]:
    """Return the entries that were edited last."""
    return _dated(session, language, "updated_at", limit)


def random_entry(
    session: Session, actor: Actor, language: str, share: float, *, kind: str = ""
) -> EntryName | None:
    """Return the first entry from a random place of the numbers on; `share` is from [0, 1). None where there is no entry."""
    PERMISSIONS.require(actor, Permission.READ)
    wanted = (Entry.deleted_at.is_(None), Entry.kind == kind if kind in set(EntryKind) else true())
    most = session.scalar(select(func.max(Entry.id)).where(*wanted))
    if most is None:
        return None
    at = int(share * most) + 1
    found = session.scalar(select(func.min(Entry.id)).where(*wanted, Entry.id >= at))
    return names(session, [found], language).get(found) if found is not None else None


def _dated(session: Session, language: str, column: str, limit: int) -> Sequence[DatedEntry]:
    moment = Entry.reviewed_at if column == "reviewed_at" else Entry.updated_at
    rows = session.execute(
        select(Entry.id, moment, Entry.reviewed_by)
        .where(moment.is_not(None), Entry.deleted_at.is_(None))
        .order_by(moment.desc(), Entry.id.desc())
        .limit(limit)
    ).all()
    known = names(session, [row[0] for row in rows], language)
    by_review = column == "reviewed_at"
    return [
        DatedEntry(known[row[0]], cast("datetime", row[1]), row[2] if by_review else "")
        for row in rows
        if row[0] in known
    ]
