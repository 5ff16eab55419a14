"""Review: proposed by an editor, approved or sent back by a reviewer, confirmed when its time comes.

Two revisions of a page matter: the newest, and the last that was approved. What is approved is always one revision, named by
its number, so that an edit saved meanwhile is never approved unseen.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from encyclopedia.actions.guard import may_edit
from encyclopedia.actions.indexing import index_page
from encyclopedia.actions.log import note
from encyclopedia.actions.news import tell
from encyclopedia.actions.revisions import newest
from encyclopedia.actions.touching import touch_pages
from encyclopedia.core.fields import FRESH_DAYS
from encyclopedia.models import Entry, Page, Review, Revision
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.people import people_who_may
from encyclopedia.queries.revisions import revision_of
from encyclopedia.schemas import SHEET

LONGEST_REASON = 1_000


@dataclass(frozen=True)
class Approved:
    """What an approval did. `newer`: a revision that was saved since and nobody reviewed; `own`: nobody else could review it."""

    review: Review
    newer: Revision | None
    own: bool


def propose(session: Session, actor: Actor, page: Page, reason: str, *, at: datetime) -> Review:
    """Ask reviewers to look at a page's newest revision.

    Raises:
        Conflict: it is reviewed already, or waits already.
    """
    entry = session.get_one(Entry, page.entry_id)
    may_edit(session, actor, entry, at=at)
    current = _newest(session, page)
    if page.reviewed_revision_id == current.id:
        raise Conflict(_("The newest revision is reviewed already."))
    if page.state == "proposed":
        raise Conflict(_("This waits for review already."))
    page.state = "proposed"
    review = _write(session, actor, page, current, "proposed", _checked(reason), at=at)
    reviewers = [who for who in people_who_may(session, Permission.REVIEW) if who != actor.person_id]
    _tell(session, actor, reviewers, "proposed", review, at=at)
    return review


def approve(
    session: Session, actor: Actor, page: Page, revision_id: int, reason: str = "", *, at: datetime
) -> Approved:
    """Approve one revision; it need not be the newest. The entry counts as looked at from now on.

    One's own revision is left to somebody else. Only where nobody else is a reviewer may a reviewer approve their own, and the
    record says so.

    Raises:
        Conflict: a later revision is approved already.
        Forbidden: the revision is the actor's own, and somebody else could review it.
    """
    PERMISSIONS.require(actor, Permission.REVIEW)
    entry = session.get_one(Entry, page.entry_id)
    current = _newest(session, page)
    revision = revision_of(session, actor, revision_id, page=page)
    if page.reviewed_revision_id is not None and page.reviewed_revision_id >= revision.id:
        raise Conflict(_("This revision, or a later one, is reviewed already."))
    own = _own(session, actor, revision)
    page.reviewed_revision_id = revision.id
    if revision.id == current.id:
        page.state = "reviewed"
    _entry_reviewed(session, actor, entry, page, at=at)
    _patrolled(session, actor, page, revision, at=at)
    review = _write(session, actor, page, revision, "approved", _checked(reason), at=at)
    _log(session, actor, entry, page, "approved", review, own=own)
    _tell(session, actor, _concerned(session, page, revision), "approved", review, at=at)
    return Approved(review, current if current.id != revision.id else None, own)


def ask_for_changes(
    session: Session, actor: Actor, page: Page, revision_id: int, reason: str, *, at: datetime
) -> Review:
    """Send a revision back with a reason. Edits saved since are not touched by it: they wait as before.

    Raises:
        Invalid: no reason was given.
    """
    PERMISSIONS.require(actor, Permission.REVIEW)
    current = _newest(session, page)
    revision = revision_of(session, actor, revision_id, page=page)
    reason = _checked(reason)
    if not reason:
        message = _("Say what should change, so that somebody can do it.")
        raise Invalid(message, fields={"reason": message})
    if page.reviewed_revision_id is not None and page.reviewed_revision_id >= revision.id:
        raise Conflict(_("This revision, or a later one, is reviewed already."))
    if revision.id == current.id:
        page.state = "changes_asked"
    review = _write(session, actor, page, revision, "changes_asked", reason, at=at)
    _log(session, actor, session.get_one(Entry, page.entry_id), page, "asked for changes", review)
    _tell(session, actor, _concerned(session, page, revision), "changes_asked", review, at=at)
    return review


def confirm_still_true(
    session: Session, actor: Actor, page: Page, reason: str = "", *, at: datetime
) -> Review:
    """Say that what is reviewed still holds: its next review is due later, and nothing was edited.

    Raises:
        Conflict: there is a newer revision, which wants a review of its own.
    """
    PERMISSIONS.require(actor, Permission.REVIEW)
    entry = session.get_one(Entry, page.entry_id)
    current = _newest(session, page)
    if page.reviewed_revision_id != current.id:
        raise Conflict(_("The newest revision has not been reviewed yet: review that one."))
    _entry_reviewed(session, actor, entry, page, at=at)
    review = _write(session, actor, page, current, "still_true", _checked(reason), at=at)
    _log(session, actor, entry, page, "confirmed", review)
    return review


def _newest(session: Session, page: Page) -> Revision:
    """Return the newest revision, holding the page: two reviewers decide one after the other."""
    current = newest(session, page)
    if current is None:
        raise Conflict(_("This page has no text yet."))
    return current


def _own(session: Session, actor: Actor, revision: Revision) -> bool:
    if revision.author_id is None or revision.author_id != actor.person_id:
        return False
    if any(who != actor.person_id for who in people_who_may(session, Permission.REVIEW)):
        raise Forbidden(_("Somebody else reviews what you wrote."))
    return True


def _entry_reviewed(session: Session, actor: Actor, entry: Entry, page: Page, *, at: datetime) -> None:
    entry.reviewed_at, entry.reviewed_by = at, actor.name
    entry.review_due_at = at + timedelta(days=FRESH_DAYS[EntryKind(entry.kind)])
    session.flush()
    touch_pages(session, select(Page.id).where(Page.entry_id == entry.id), at=at)
    session.refresh(page, ["touched_at"])
    texts = select(Page).where(Page.entry_id == entry.id, Page.language != SHEET)
    for text_page in session.scalars(texts):  # the search ranks by freshness, too
        index_page(session, entry, text_page, None, None)


def _patrolled(session: Session, actor: Actor, page: Page, revision: Revision, *, at: datetime) -> None:
    """Whoever approves a revision has looked at all that led to it."""
    earlier = update(Revision).where(
        Revision.page_id == page.id, Revision.id <= revision.id, Revision.patrolled_at.is_(None)
    )
    session.execute(
        earlier.values(patrolled_at=at, patrolled_by=actor.name),
        execution_options={"synchronize_session": False},
    )


def _write(
    session: Session, actor: Actor, page: Page, revision: Revision, verdict: str, reason: str, *, at: datetime
) -> Review:
    review = Review(
        page_id=page.id,
        revision_id=revision.id,
        verdict=verdict,
        reason=reason,
        by_id=actor.person_id,
        by_name=actor.name,
        at=at,
    )
    session.add(review)
    session.flush()
    return review


def _concerned(session: Session, page: Page, revision: Revision) -> list[uuid.UUID]:
    """Return who hears of a verdict: who wrote the revision, and who proposed it since the last approval."""
    proposers = session.scalars(
        select(Review.by_id)
        .where(Review.page_id == page.id, Review.verdict == "proposed", Review.revision_id <= revision.id)
        .order_by(Review.id.desc())
        .limit(1)
    ).all()
    return [who for who in dict.fromkeys((revision.author_id, *proposers)) if who is not None]


def _tell(
    session: Session, actor: Actor, people: list[uuid.UUID], kind: str, review: Review, *, at: datetime
) -> None:
    page = session.get_one(Page, review.page_id)
    tell(
        session,
        [who for who in people if who != actor.person_id],
        kind,
        actor,
        at=at,
        entry_id=page.entry_id,
        language=page.language,
        revision_id=review.revision_id,
        note=review.reason,
    )


def _log(
    session: Session,
    actor: Actor,
    entry: Entry,
    page: Page,
    action: str,
    review: Review,
    *,
    own: bool = False,
) -> None:
    details = {"language": page.language, "revision": review.revision_id}
    if own:
        details["own"] = True
    note(
        session,
        actor,
        action,
        at=review.at,
        entry_id=entry.id,
        title=page.title,
        comment=review.reason,
        **details,
    )


def _checked(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        message = _("At most %(count)s characters fit here.") % {"count": LONGEST_REASON}
        raise Invalid(message, fields={"reason": message})
    return reason
