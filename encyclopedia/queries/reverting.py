"""What undoing all that somebody did would change: page by page, before anything is changed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.models import Entry, Page, Revision
from encyclopedia.permissions import PERMISSIONS, Permission

MOST_PAGES = 2_000  # of one person's work, undone in one go


class Remedy(StrEnum):
    """What can be done about one page."""

    RESTORE = "restore"  # the newest revisions are theirs: go back to the last one before them
    DELETE = "delete"  # the whole entry is theirs
    BY_HAND = "by_hand"  # others built on it, or nothing stood there before


@dataclass(frozen=True)
class PageRemedy:
    """One page that somebody changed. `target`: the revision to go back to; `beneath`: earlier edits of theirs stay under others'."""

    page: Page
    remedy: Remedy
    target: Revision | None
    theirs: int
    beneath: bool = False


@dataclass(frozen=True)
class RevertPlan:
    """All pages that somebody changed since a time, by what can be done. `mark` changes as soon as any of these pages does."""

    pages: Sequence[PageRemedy]
    mark: str

    def of(self, remedy: Remedy) -> list[PageRemedy]:
        """Return the pages with one remedy."""
        return [each for each in self.pages if each.remedy is remedy]

    @property
    def left_over(self) -> list[PageRemedy]:
        """Return the pages that somebody should look at afterwards."""
        return [each for each in self.pages if each.beneath or each.remedy is Remedy.BY_HAND]


def plan_revert(session: Session, actor: Actor, person_id: uuid.UUID, since: datetime) -> RevertPlan:
    """Find what undoing all that somebody did since a time would change."""
    PERMISSIONS.require(actor, Permission.BLOCK)
    pages = session.scalars(
        select(Page)
        .join(Revision, Revision.page_id == Page.id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Revision.author_id == person_id, Revision.at >= since, Entry.deleted_at.is_(None))
        .distinct()
        .order_by(Page.id)
        .limit(MOST_PAGES)
    ).all()
    remedies = [_remedy(session, page, person_id, since) for page in pages]
    remedies = _whole_entries(session, remedies)
    told = repr([(each.page.id, each.page.revision_id, each.remedy.value) for each in remedies])
    return RevertPlan(remedies, blake2b(told.encode(), digest_size=16).hexdigest())


def _remedy(session: Session, page: Page, person_id: uuid.UUID, since: datetime) -> PageRemedy:
    revisions = session.scalars(
        select(Revision).where(Revision.page_id == page.id).order_by(Revision.number.desc())
    ).all()

    def is_theirs(revision: Revision) -> bool:
        return revision.author_id == person_id and revision.at >= since

    theirs = sum(map(is_theirs, revisions))
    newest = list(takewhile(is_theirs, revisions))
    rest = revisions[len(newest) :]
    if not newest:
        return PageRemedy(page, Remedy.BY_HAND, None, theirs)
    if not rest:
        return PageRemedy(page, Remedy.DELETE, None, theirs)
    return PageRemedy(page, Remedy.RESTORE, rest[0], theirs, beneath=theirs > len(newest))


def _whole_entries(session: Session, remedies: Sequence[PageRemedy]) -> list[PageRemedy]:
    """Keep "delete" only where every page of the entry is wholly theirs; a text added to somebody else's entry is looked at by hand."""
    wholly = {each.page.id for each in remedies if each.remedy is Remedy.DELETE}
    entries = {each.page.entry_id for each in remedies if each.remedy is Remedy.DELETE}
    rows = session.execute(select(Page.entry_id, Page.id).where(Page.entry_id.in_(entries)))
    shared = {entry_id for entry_id, page_id in rows if page_id not in wholly}
    return [
        PageRemedy(each.page, Remedy.BY_HAND, None, each.theirs)
        if each.remedy is Remedy.DELETE and each.page.entry_id in shared
        else each
        for each in remedies
    ]
