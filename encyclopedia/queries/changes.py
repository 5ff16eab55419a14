"""Recent changes: revisions and, where wanted, lines of the log, newest first, page after page without gaps or doubles."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, exists, literal_column, select
from sqlalchemy.orm import Session, aliased

from common.accounts.actors import Actor
from common.errors import Invalid
from common.i18n import gettext as _
from encyclopedia.core.spam import ATTENTION
from encyclopedia.models import Entry, LogLine, Page, Revision
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names

LARGEST_STEP = 500
ABOUT_PEOPLE = ("blocked", "unblocked", "reverted all")  # lines of the log for reviewers only
_of_kind = aliased(
    Entry
)  # asked apart, so that SQLite goes through the revisions by time and not through the entries of a kind
_RANKS = {"log": 1, "revision": 0}  # of two at the same time, the log's line stands above


@dataclass(frozen=True)
class Wanted:
    """What is looked for among the changes. Only what is asked for is filtered."""

    language: str = ""  # or SHEET, for the facts
    kind: str = ""
    person_id: uuid.UUID | None = None
    entry_id: int | None = None
    newest_only: bool = False
    hide_minor: bool = False
    hide_programs: bool = False
    hide_imports: bool = False
    unpatrolled: bool = False
    unusual: bool = False  # `core.spam` says: have a look
    log: bool = False  # lines of the log, too

    @property
    def log_fits(self) -> bool:
        """Whether lines of the log can answer to these filters at all."""
        return self.log and not (self.language or self.unpatrolled or self.unusual or self.newest_only)


@dataclass(frozen=True)
class Cursor:
    """Where a page of changes ended: what stands below is (time, log before revision, number) smaller."""

    at: datetime
    source: str
    id: int

    def __str__(self) -> str:
        return f"{int(self.at.timestamp() * 1_000_000)}-{self.source}-{self.id}"

    @classmethod
    def read(cls, words: str) -> "Cursor | None":
        """Return the cursor that an address holds; None for the top of the list."""
        if not words:
            return None
        moment, _dash, rest = words.partition("-")
        source, _dash, number = rest.partition("-")
        digits = moment.isdigit() and number.isdigit() and len(moment) <= 17 and len(number) <= 18
        if source not in _RANKS or not digits:
            raise Invalid(_("This place in the list does not exist. Start from its top."))
        micros = int(moment)
        at = datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)
        return cls(at, source, int(number))


@dataclass(frozen=True)
class Change:
    """One revision with its page, or one line of the log; `entry` is None where the entry is gone."""

    at: datetime
    revision: Revision | None
    page: Page | None
    line: LogLine | None
    entry: EntryName | None

    @property
    def cursor(self) -> Cursor:
        """Where this change stands in the list."""
        if self.line is not None:
            return Cursor(self.at, "log", self.line.id)
        return Cursor(self.at, "revision", self.revision.id if self.revision else 0)


@dataclass(frozen=True)
class Changes:
    """One page of changes; `more`: where the next one begins, None at the end."""

    items: Sequence[Change]
    more: Cursor | None


def changes(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    language: str,
    *,
    after: Cursor | None = None,
    limit: int = 50,
) -> Changes:
    """Return what changed, newest first, named in a reader's language. Deleted entries' revisions are left out."""
    PERMISSIONS.require(actor, Permission.READ)
    limit = min(max(limit, 1), LARGEST_STEP)
    rows: list[tuple[datetime, int, int, Revision | None, Page | None, LogLine | None]] = [
        (revision.at, _RANKS["revision"], revision.id, revision, page, None)
        for revision, page in session.execute(_revisions(wanted, after).limit(limit + 1))
    ]
    if wanted.log_fits:
        lines = session.scalars(_lines(actor, wanted, after).limit(limit + 1))
        rows += [(line.at, _RANKS["log"], line.id, None, None, line) for line in lines]
    rows.sort(key=lambda row: row[:3], reverse=True)
    known = names(session, _entries(rows[:limit]), language)
    items = [
        Change(at, revision, page, line, known.get(_entry_of(page, line) or 0))
        for at, _rank, _id, revision, page, line in rows[:limit]
    ]
    return Changes(items, items[-1].cursor if len(rows) > limit else None)


def _revisions(wanted: Wanted, after: Cursor | None) -> Select[Revision, Page]:
    query = (
        select(Revision, Page)
        .join(Page, Page.id == Revision.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Entry.deleted_at.is_(None), *_filters(wanted))
        .order_by(Revision.at.desc(), Revision.id.desc())
    )
    return query.where(_below(Revision, "revision", after)) if after else query


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    choices: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.language, Page.language == wanted.language),
        (wanted.kind, exists().where(_of_kind.id == Page.entry_id, _of_kind.kind == wanted.kind)),
        (wanted.person_id, Revision.author_id == wanted.person_id),
        (wanted.entry_id, Page.entry_id == wanted.entry_id),
        (wanted.newest_only, Revision.id == Page.revision_id),
        (wanted.hide_minor, Revision.minor.is_(False)),
        (wanted.hide_programs, Revision.bot.is_(False)),
        (wanted.hide_imports, Revision.origin != "import"),
        (wanted.unpatrolled, Revision.patrolled_at.is_(None)),
        (
            wanted.unusual,
            Revision.spam >= literal_column(str(ATTENTION)),
        ),  # a literal: the index on these rows is partial
    ]
    return [condition for chosen, condition in choices if chosen]


def _lines(actor: Actor, wanted: Wanted, after: Cursor | None) -> Select[LogLine]:
    query = select(LogLine).order_by(LogLine.at.desc(), LogLine.id.desc())
    if not PERMISSIONS.allows(actor, Permission.REVIEW):
        query = query.where(LogLine.action.not_in(ABOUT_PEOPLE))
    if wanted.person_id is not None:
        query = query.where(LogLine.actor_id == wanted.person_id)
    if wanted.entry_id is not None:
        query = query.where(LogLine.entry_id == wanted.entry_id)
    if wanted.kind:
        query = query.join(Entry, Entry.id == LogLine.entry_id).where(Entry.kind == wanted.kind)
    if wanted.hide_imports:
        query = query.where(LogLine.action.not_like("import%"))
    return query.where(_below(LogLine, "log", after)) if after else query


def _below(model: type[Revision] | type[LogLine], source: str, after: Cursor) -> ColumnElement[bool]:
    """Say that a row stands below the cursor."""
    earlier, at_most = (
        model.at < after.at,
        model.at <= after.at,
    )  # the second lets the index be entered at this place
    if _RANKS[source] < _RANKS[after.source]:
        return at_most
    if _RANKS[source] > _RANKS[after.source]:
        return earlier
    return at_most & (earlier | (model.id < after.id))


def _entries(
    rows: Sequence[tuple[datetime, int, int, Revision | None, Page | None, LogLine | None]],
) -> set[int]:
    found = {_entry_of(page, line) for *_rest, page, line in rows}
    return {entry_id for entry_id in found if entry_id is not None}


def _entry_of(page: Page | None, line: LogLine | None) -> int | None:
    return page.entry_id if page else line.entry_id if line else None
