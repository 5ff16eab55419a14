"""What happened, as wiki clients ask for it: recent changes, somebody's edits, watched pages, the log.

Two streams, revisions of texts and lines of the log, in one order: by time, then by number (revisions even, lines odd). A mark names
the next item, so that nothing is left out or given twice, whatever happens meanwhile.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from common.accounts.models import Person
from encyclopedia.models import Entry, LogLine, Page, Revision, Watch
from encyclopedia.queries.changes import ABOUT_PEOPLE
from encyclopedia.schemas import SHEET

# Our words for what was done → MediaWiki's (type, action).
LOG_TYPES: dict[str, tuple[str, str]] = {
    "created": ("create", "create"),
    "renamed": ("move", "move"),
    "deleted": ("delete", "delete"),
    "brought back": ("delete", "restore"),
    "protected": ("protect", "protect"),
    "uploaded a file": ("upload", "upload"),
    "uploaded a new version": ("upload", "overwrite"),
    "showed an earlier version": ("upload", "revert"),
    "deleted a file": ("delete", "delete"),
    "brought a file back": ("delete", "restore"),
    "blocked": ("block", "block"),
    "unblocked": ("block", "unblock"),
}
OWN_TYPE = "encyclopedia"  # of what MediaWiki has no word for


@dataclass(frozen=True)
class Mark:
    """Where an item stands among changes."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%d%H%M%S%f}|{self.number}"

    @classmethod
    def read(cls, written: str) -> "Mark | None":
        """Return the mark that a request holds; None where it holds none."""
        moment, _bar, number = written.partition("|")
        if len(moment) != 20 or not moment.isdigit() or not number.isdigit() or len(number) > 18:
            return None
        try:
            return cls(datetime.strptime(moment, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC), int(number))
        except ValueError:
            return None


@dataclass(frozen=True)
class Asked:
    """What is looked for. `start` and `end` are inclusive, in the direction of reading."""

    edits: bool = True
    new: bool = True
    log: bool = False
    newer_first: bool = True
    start: datetime | None = None
    end: datetime | None = None
    minor: bool | None = None
    bot: bool | None = None
    signed_in: bool | None = None
    patrolled: bool | None = None
    newest_only: bool = False
    author: str = ""
    besides: str = ""
    authors: Collection[str] = ()
    page_id: int | None = None
    entry_id: int | None = None
    watched_by: uuid.UUID | None = None
    actions: Collection[str] | None = None  # of the log: our words; None: all
    not_actions: Collection[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Happened:
    """One revision, or one line of the log."""

    mark: Mark
    revision: Revision | None = None
    line: LogLine | None = None


@dataclass(frozen=True)
class Some:
    """Some of what happened, and the mark of the next."""

    items: Sequence[Happened]
    next: str | None = None


def happened(session: Session, asked: Asked, *, mark: Mark | None, limit: int, about_people: bool) -> Some:
    """Return what happened. `about_people`: also lines of the log that only reviewers see."""
    found: list[Happened] = []
    if asked.edits or asked.new:
        revisions = session.scalars(_revisions(session, asked, mark).limit(limit + 1))
        found += [Happened(Mark(each.at, each.id * 2), revision=each) for each in revisions]
    if asked.log and _log_fits(asked):
        lines = session.scalars(_lines(asked, mark, about_people=about_people).limit(limit + 1))
        found += [Happened(Mark(each.at, each.id * 2 + 1), line=each) for each in lines]
    found.sort(key=lambda each: (each.mark.at, each.mark.number), reverse=asked.newer_first)
    return Some(found[:limit], str(found[limit].mark) if len(found) > limit else None)


def log_type(action: str) -> tuple[str, str]:
    """Return MediaWiki's type and action for one of our words."""
    return LOG_TYPES.get(action, (OWN_TYPE, action.replace(" ", "_")))


def actions_of(type_: str, action: str = "") -> Collection[str] | None:
    """Return our words for a type (and action) of MediaWiki's; None: all that MediaWiki has no word for."""
    if type_ == OWN_TYPE:
        return {action.replace("_", " ")} if action else None
    return {own for own, (t, a) in LOG_TYPES.items() if t == type_ and action in {"", a}}


def people_named(session: Session, names: Collection[str]) -> list[uuid.UUID]:
    """Return whom names may mean: several people can bear one name."""
    return list(session.scalars(select(Person.id).where(Person.name.in_(set(names)))))


def _revisions(session: Session, asked: Asked, mark: Mark | None) -> Select[Revision]:
    query = (
        select(Revision)
        .join(Page, Page.id == Revision.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.language != SHEET, Entry.deleted_at.is_(None), *_when(Revision.at, asked))
    )
    if mark is not None:
        own = mark.number // 2 if asked.newer_first else (mark.number + 1) // 2
        query = query.where(_beyond(Revision.at, Revision.id, mark.at, own, newer_first=asked.newer_first))
    query = query.where(*_which(asked))
    if asked.authors or asked.author:
        names = set(asked.authors) or {asked.author}
        people = people_named(session, names)
        unknown = and_(Revision.author_id.is_(None), Revision.author_name.in_(names))
        query = query.where(or_(Revision.author_id.in_(people), unknown))
    if asked.watched_by is not None:
        query = query.join(Watch, Watch.entry_id == Entry.id).where(Watch.person_id == asked.watched_by)
    if asked.newer_first:
        return query.order_by(Revision.at.desc(), Revision.id.desc())
    return query.order_by(Revision.at, Revision.id)


def _which(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not (asked.edits and asked.new):
        conditions.append(Revision.number > 1 if asked.edits else Revision.number == 1)
    for wanted, column in (
        (asked.minor, Revision.minor.is_(True)),
        (asked.bot, Revision.bot.is_(True)),
        (asked.signed_in, Revision.author_id.is_not(None)),
        (asked.patrolled, Revision.patrolled_at.is_not(None)),
    ):
        if wanted is not None:
            conditions.append(column if wanted else ~column)
    if asked.newest_only:
        conditions.append(Revision.id == Page.revision_id)
    if asked.besides:
        conditions.append(Revision.author_name != asked.besides)
    if asked.page_id is not None:
        conditions.append(Revision.page_id == asked.page_id)
    return conditions


def _lines(asked: Asked, mark: Mark | None, *, about_people: bool) -> Select[LogLine]:
    query = select(LogLine).where(*_when(LogLine.at, asked))
    if mark is not None:
        own = (mark.number - 1) // 2 if asked.newer_first else mark.number // 2
        query = query.where(_beyond(LogLine.at, LogLine.id, mark.at, own, newer_first=asked.newer_first))
    hidden = set(asked.not_actions) | (set() if about_people else set(ABOUT_PEOPLE))
    if hidden:
        query = query.where(LogLine.action.not_in(hidden))
    if asked.actions is not None:
        query = query.where(LogLine.action.in_(set(asked.actions)))
    if asked.author:
        query = query.where(LogLine.actor_name == asked.author)
    if asked.besides:
        query = query.where(LogLine.actor_name != asked.besides)
    if asked.entry_id is not None:
        query = query.where(LogLine.entry_id == asked.entry_id)
    if asked.newer_first:
        return query.order_by(LogLine.at.desc(), LogLine.id.desc())
    return query.order_by(LogLine.at, LogLine.id)


def _log_fits(asked: Asked) -> bool:
    """Say whether lines of the log can be what is looked for at all."""
    of_revisions = (asked.patrolled, asked.signed_in is False or None, asked.minor or None, asked.bot or None)
    return not asked.newest_only and asked.watched_by is None and all(each is None for each in of_revisions)


def _when(column: "ColumnElement[datetime] | object", asked: Asked) -> list[ColumnElement[bool]]:
    at: ColumnElement[datetime] = column  # type: ignore[assignment]  # a mapped attribute is one
    low, high = (asked.end, asked.start) if asked.newer_first else (asked.start, asked.end)
    conditions = []
    if low is not None:
        conditions.append(at >= low)
    if high is not None:
        conditions.append(at <= high)
    return conditions


def _beyond(
    at_column: "ColumnElement[datetime] | object",
    id_column: "ColumnElement[int] | object",
    at: datetime,
    number: int,
    *,
    newer_first: bool,
) -> ColumnElement[bool]:
    """Return the condition of standing at a mark or behind it, so that the index on (time, number) serves."""
    when: ColumnElement[datetime] = at_column  # type: ignore[assignment]  # a mapped attribute is one
    own: ColumnElement[int] = id_column  # type: ignore[assignment]  # the same
    if newer_first:
        return and_(when <= at, or_(when < at, own <= number))
    return and_(when >= at, or_(when > at, own >= number))
