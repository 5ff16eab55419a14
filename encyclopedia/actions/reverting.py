"""Undoing all that somebody did since a time, in one transaction, keeping what others built since."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.models import Person
from common.errors import Conflict, Forbidden, Invalid
from common.i18n import gettext as _
from encyclopedia.actions.entries import delete_entry, rename
from encyclopedia.actions.log import note
from encyclopedia.actions.revisions import Edit, Origin, newest, save_sheet, save_text
from encyclopedia.models import Entry, Page
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.reverting import PageRemedy, Remedy, RevertPlan, plan_revert
from encyclopedia.queries.revisions import revision_of, sheet_of, text_of
from encyclopedia.schemas import SHEET


def revert_all(
    session: Session,
    actor: Actor,
    person_id: uuid.UUID,
    since: datetime,
    reason: str,
    *,
    mark: str,
    at: datetime,
) -> RevertPlan:
    """Go back, on every page whose newest revisions are theirs, to the last one before them; delete entries wholly theirs.

    `mark` is the preview's (`RevertPlan.mark`): what is done is what was shown. Pages that others edited since are left alone
    and come back in the plan. Nothing is lost: each page keeps its history, a deleted entry can be brought back.

    Raises:
        Conflict: one of these pages changed since the preview.
        Invalid: no reason was given.
    """
    PERMISSIONS.require(actor, Permission.BLOCK)
    if person_id == actor.person_id:
        raise Forbidden(_("Undo your own edits one by one."))
    reason = " ".join(reason.split())[:400]
    if not reason:
        message = _("Say why: it stands in the history of each page.")
        raise Invalid(message, fields={"reason": message})
    for each in plan_revert(session, actor, person_id, since).pages:
        newest(session, each.page)  # holds the page, so that the plan below is what is done
    plan = plan_revert(session, actor, person_id, since)
    if plan.mark != mark:
        raise Conflict(
            _("Something changed since you looked. Look at the list again; nothing was undone yet.")
        )
    for each in plan.of(Remedy.RESTORE):
        _restore(session, actor, each, Edit(at, reason, origin=Origin.REVERT))
    for entry_id in dict.fromkeys(each.page.entry_id for each in plan.of(Remedy.DELETE)):
        delete_entry(session, actor, session.get_one(Entry, entry_id), reason, at=at)
    person = session.get(Person, person_id)
    note(
        session,
        actor,
        "reverted all",
        at=at,
        title=person.name if person else "",
        comment=reason,
        person=str(person_id),
        pages=len(plan.pages),
        by_hand=len(plan.left_over),
    )
    return plan


def _restore(session: Session, actor: Actor, remedy: PageRemedy, edit: Edit) -> None:
    """Save the older revision as the newest; a page that they renamed gets its title back, if nobody took it meanwhile."""
    if remedy.target is None:
        return
    target = revision_of(session, actor, remedy.target.id, page=remedy.page)
    if remedy.page.language == SHEET:
        entry = session.get_one(Entry, remedy.page.entry_id)
        save_sheet(session, actor, entry, sheet_of(target), edit)
        return
    text = text_of(target)
    save_text(session, actor, remedy.page, text.model_copy(update={"title": remedy.page.title}), edit)
    if remedy.page.title != text.title and not _is_taken(session, remedy.page, text.title):
        rename(session, actor, remedy.page, text.title, edit, keep_redirect=False)


def _is_taken(session: Session, page: Page, title: str) -> bool:
    others = select(Page.id).where(Page.language == page.language, Page.title == title, Page.id != page.id)
    return session.scalars(others.limit(1)).first() is not None
