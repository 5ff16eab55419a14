"""What harvesters ask for: which entries changed when, deleted ones too; every address of a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.taxonomy import ENTRY_KIND_NAMES, PHASE_NAMES
from encyclopedia.core.export.oai import Harvested
from encyclopedia.models import Entry, Facet, Page
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.exporting import exported_entries
from encyclopedia.schemas import SHEET

SETS: dict[str, str] = {
    **{f"kind:{kind.value}": name for kind, name in ENTRY_KIND_NAMES.items()},
    **{f"phase:{phase.value}": name for phase, name in PHASE_NAMES.items()},
}
SITEMAP_PART = (
    20_000  # addresses; the protocol allows 50,000 and 50 MB (https://www.sitemaps.org/protocol.html)
)


@dataclass(frozen=True)
class Asked:
    """What a harvester asks for. Both bounds belong to the interval; `after`: the last (time, number) that it was given."""

    since: datetime | None = None
    until: datetime | None = None
    set: str = ""
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True)
class TextAddress:
    """Where a text is: its entry, language and slug."""

    entry_id: int
    language: str
    slug: str
    updated_at: datetime


def harvest(session: Session, actor: Actor, asked: Asked, *, limit: int) -> Sequence[Harvested]:
    """Return the entries that changed, the longest unchanged first, at most `limit`."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(Entry).where(*_conditions(asked)).order_by(Entry.updated_at, Entry.id).limit(limit)
    if asked.after is not None:
        at, number = asked.after
        later = (Entry.updated_at > at) | ((Entry.updated_at == at) & (Entry.id > number))
        query = query.where(later)
    return _records(session, actor, session.scalars(query).all())


def count_harvest(session: Session, actor: Actor, asked: Asked) -> int:
    """Count all that `harvest` would give, from the top."""
    PERMISSIONS.require(actor, Permission.READ)
    return session.scalar(select(func.count()).select_from(Entry).where(*_conditions(asked))) or 0


def harvested(session: Session, actor: Actor, entry_id: int) -> Harvested | None:
    """Return one record; None where there never was such an entry."""
    PERMISSIONS.require(actor, Permission.READ)
    return next(
        iter(_records(session, actor, session.scalars(select(Entry).where(Entry.id == entry_id)).all())), None
    )


def earliest_change(session: Session) -> datetime | None:
    """Return a time before which nothing changed; None where there is nothing."""
    return session.scalar(select(func.min(Entry.updated_at)))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since is not None:
        found.append(Entry.updated_at >= asked.since)
    if asked.until is not None:  # a second's whole: stored times are finer
        found.append(Entry.updated_at < asked.until + timedelta(seconds=1))
    key, _colon, value = asked.set.partition(":")
    if value:
        found.append(Entry.id.in_(select(Facet.entry_id).where(Facet.key == key, Facet.value == value)))
    return found


def _records(session: Session, actor: Actor, entries: Sequence[Entry]) -> list[Harvested]:
    alive = [entry.id for entry in entries if entry.deleted_at is None]
    texts = {each.id: each for each in exported_entries(session, actor, alive)}
    found = []
    for entry in entries:
        phases = entry.sheet.get("phases", ())
        sets = (f"kind:{entry.kind}", *(f"phase:{phase}" for phase in phases))
        found.append(Harvested(entry.id, entry.updated_at, sets, texts.get(entry.id)))
    return found


def count_addresses(session: Session, actor: Actor) -> int:
    """Count the texts of all entries."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(func.count()).select_from(Page).join(Entry, Entry.id == Page.entry_id)
    return session.scalar(query.where(Page.language != SHEET, Entry.deleted_at.is_(None))) or 0


def addresses(session: Session, actor: Actor, *, part: int) -> Sequence[TextAddress]:
    """Return the addresses of one part of the sitemap (from 1), the texts of an entry together."""
    PERMISSIONS.require(actor, Permission.READ)
    rows = session.execute(
        select(Page.entry_id, Page.language, Page.slug, Page.updated_at)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.language != SHEET, Entry.deleted_at.is_(None))
        .order_by(Page.entry_id, Page.language)
        .limit(SITEMAP_PART)
        .offset((part - 1) * SITEMAP_PART)
    )
    return [TextAddress(*row) for row in rows]
