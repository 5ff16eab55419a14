"""Readers say that a published label is wrong; reviewers answer."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid, TooMany
from common.i18n import gettext as _
from political_ads.actions.log import note
from political_ads.actions.telling import tell_contested
from political_ads.models import Campaign, Contest
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.creative_labels import contest_of, contested_item

LONGEST = 2_000  # characters
SHORTEST = 10
# One item takes so many open objections, one person gives so many a day; more would bury the reviewers.
OPEN_PER_ITEM = 20
PER_DAY, DAY = 10, timedelta(days=1)


def contest(session: Session, actor: Actor, item_id: int, reason: str, *, at: datetime) -> Contest:
    """Say why an item's published label is wrong. The label stays until a reviewer has looked.

    Raises:
        Conflict: this person's objection waits already, or many wait.
        Invalid: the reason is too short or too long.
        NotFound: no label is published here for this reader.
        TooMany: ten in a day.
    """
    PERMISSIONS.require(actor, Permission.CONTEST)
    reason = reason.strip()
    if not SHORTEST <= len(reason) <= LONGEST:
        message = _("Say in a sentence or two what is wrong, and how one can see it.")
        raise Invalid(message, fields={"reason": message})
    item = contested_item(session, actor, item_id)
    _hold_back(session, actor, item.id, at=at)
    made = Contest(item_id=item.id, reason=reason, person_id=actor.person_id, at=at)
    session.add(made)
    session.flush()
    note(session, actor, "label_contested", at=at, campaign_id=item.campaign_id, subject=f"item {item.id}")
    tell_contested(session, session.get_one(Campaign, item.campaign_id), item, at=at)
    return made


def answer_contest(
    session: Session, actor: Actor, contest_id: uuid.UUID, answer: str, *, upheld: bool, at: datetime
) -> Contest:
    """Answer an objection in public words. `upheld`: the label was changed, which is an adjudication of its own.

    Raises:
        Conflict: it was answered before.
        Invalid: there is no answer.
    """
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    answer = answer.strip()[:LONGEST]
    if not answer:
        message = _("Say why: the answer is shown beside the label.")
        raise Invalid(message, fields={"answer": message})
    found = contest_of(session, contest_id)
    session.refresh(found, with_for_update=True)
    if found.state != "open":
        raise Conflict(_("Somebody answered this meanwhile. Reload the page to read it."))
    found.state = "upheld" if upheld else "declined"
    found.answer, found.answered_by, found.answered_at = answer, actor.name, at
    session.flush()
    note(session, actor, f"contest_{found.state}", at=at, subject=f"item {found.item_id}", comment=answer)
    return found


def _hold_back(session: Session, actor: Actor, item_id: int, *, at: datetime) -> None:
    waiting = session.scalars(
        select(Contest.person_id).where(Contest.item_id == item_id, Contest.state == "open")
    ).all()
    if len(waiting) >= OPEN_PER_ITEM or (actor.person_id is not None and actor.person_id in waiting):
        raise Conflict(_("An objection to this label is waiting already; a reviewer will answer it."))
    if actor.person_id is None:
        return  # the door counts those whom we do not know
    recent = session.scalar(
        select(func.count())
        .select_from(Contest)
        .where(Contest.person_id == actor.person_id, Contest.at > at - DAY)
    )
    if (recent or 0) >= PER_DAY:
        raise TooMany(
            _("You have contested ten labels today. Come back tomorrow."), retry_after=DAY.total_seconds()
        )
