"""Taking back: a volunteer's undo and skip, and a coordinator's withdrawal of everything that one contributor said."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, NotFound
from common.i18n import gettext as _
from political_ads.actions.admission import Entrance
from political_ads.actions.counting_decided import count_decided_again
from political_ads.actions.log import note
from political_ads.actions.marking import mark_again
from political_ads.actions.tallying import Tally, open_tally, settle, show_where_few_are_offended
from political_ads.models import Answer, Campaign, Contributor, Item, Lease, Skill
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.aggregation import WITHDRAWN
from political_ads.queries.answers import adds_up, answer_of, standing_answers
from political_ads.queries.campaigns import rules_of
from political_ads.queries.questionnaires import version_of
from political_ads.schemas import Flag

UNDO_WITHIN = timedelta(hours=12)  # the session's answers; after that, while the creative is still open


def undo(session: Session, actor: Actor, entrance: Entrance, answer_id: int, *, at: datetime) -> Lease:
    """Take back one of the contributor's own answers and hold its creative for them again; doing it twice does nothing twice.

    Where the item was settled through this answer, it is open again. What gold taught stays learnt.

    Raises:
        NotFound: it is not theirs. Conflict: reviewers have decided on it, or it is too old and settled.
    """
    PERMISSIONS.require(actor, Permission.LABEL)
    mine = answer_of(session, entrance.contributor.id, answer_id)
    if mine is None or mine.campaign_id != entrance.campaign.id or mine.withdrawn_at:
        raise NotFound(_("This answer does not exist, or is not yours."))
    tally = open_tally(session, entrance.campaign, entrance.version, entrance.rules, [mine.item_id])
    answer = next(one for one in tally.answers if one.id == answer_id)
    item = tally.items[answer.item_id]
    lease = _lease_of(session, item.id, entrance.contributor.id)
    if answer.undone_at is not None:
        return lease
    if item.state == "adjudicated":
        raise Conflict(_("Reviewers have decided on this creative, so its answers stay as they are."))
    if item.state != "open" and not item.gold and at - answer.at > UNDO_WITHIN:
        raise Conflict(_("This creative was settled some time ago, so its answers stay as they are."))
    answer.undone_at = at
    holds_place = answer.counted or item.gold
    lease.state = "held" if holds_place else "expired"
    lease.at, lease.until = at, at + timedelta(minutes=entrance.rules.lease_minutes)
    entrance.participation.given -= 1
    tally.touched.add(item.id)
    settle(session, tally, at=at)
    session.flush()
    return lease


def skip(session: Session, actor: Actor, entrance: Entrance, item_id: int, *, at: datetime) -> None:
    """Give a held creative back without an answer; it is not offered to this contributor again. Twice does nothing twice."""
    PERMISSIONS.require(actor, Permission.LABEL)
    lock = select(Item).where(Item.id == item_id, Item.campaign_id == entrance.campaign.id).with_for_update()
    item = session.scalars(lock.execution_options(populate_existing=True)).first()
    if item is None:
        raise NotFound(_("This creative is not part of the campaign."))
    lease = _lease_of(session, item_id, entrance.contributor.id)
    if lease.state not in {"held", "expired"}:
        return
    if lease.state == "held" and not item.gold:
        item.free += 1
    lease.state = "skipped"
    entrance.participation.last_at = at
    session.flush()


def withdraw_contributor(
    session: Session, actor: Actor, contributor: Contributor, *, reason: str, at: datetime
) -> int:
    """Withdraw all answers of a contributor in all campaigns, stop them, and recount what they had said; return how many answers.

    Places are free again, items that were settled through these answers are open again; reviewers' decisions stay.
    """
    PERMISSIONS.require(actor, Permission.WITHDRAW)
    contributor.state = "stopped"
    campaigns = select(Answer.campaign_id).where(Answer.contributor_id == contributor.id).distinct()
    leased = select(Lease.campaign_id).where(Lease.contributor_id == contributor.id).distinct()
    withdrawn = 0
    for campaign_id in sorted({*session.scalars(campaigns), *session.scalars(leased)}):
        campaign = session.get_one(Campaign, campaign_id)
        withdrawn += withdraw_in(session, actor, campaign, contributor, at=at)
        note(
            session,
            actor,
            WITHDRAWN,
            at=at,
            campaign_id=campaign_id,
            subject=f"contributor {contributor.id}",
            comment=reason,
        )
    return withdrawn


def withdraw_in(
    session: Session, actor: Actor, campaign: Campaign, contributor: Contributor, *, at: datetime
) -> int:
    """Withdraw a contributor's answers in one campaign; return how many."""
    PERMISSIONS.require(actor, Permission.WITHDRAW)
    version = version_of(session, campaign.questionnaire_id)
    if version is None:
        raise NotFound(_("This campaign has no questionnaire."))
    answers = standing_answers(session, campaign.id, contributor.id)
    held = select(Lease).where(
        Lease.contributor_id == contributor.id, Lease.campaign_id == campaign.id, Lease.state == "held"
    )
    leases = session.scalars(held).all()
    touched = {answer.item_id for answer in answers} | {lease.item_id for lease in leases}
    tally = open_tally(session, campaign, version, rules_of(campaign), touched)
    _let_go(session, tally, contributor)
    mine = [one for one in tally.answers if one.contributor_id == contributor.id and one.withdrawn_at is None]
    places = Counter(one.item_id for one in mine if adds_up(one))
    for one in mine:
        one.withdrawn_at = at
    for item_id, count in places.items():
        tally.items[item_id].free += 0 if tally.items[item_id].gold else count
    tally.touched |= set(places)
    settle(session, tally, at=at)
    count_decided_again(session, actor, tally, set(places))
    mark_again(session, actor, campaign, set(places))
    flagged = {one.item_id for one in mine if one.flag == Flag.OFFENSIVE}
    show_where_few_are_offended(session, tally, flagged)
    session.execute(
        delete(Skill).where(Skill.contributor_id == contributor.id, Skill.campaign_id == campaign.id)
    )
    session.flush()
    return len(mine)


def _let_go(session: Session, tally: Tally, contributor: Contributor) -> None:
    """Give the contributor's held places back; the items are locked."""
    freed = session.scalars(
        update(Lease)
        .where(Lease.contributor_id == contributor.id, Lease.item_id.in_(tally.items), Lease.state == "held")
        .values(state="skipped")
        .returning(Lease.item_id)
        .execution_options(synchronize_session="fetch")
    ).all()
    for item_id in freed:
        tally.items[item_id].free += not tally.items[item_id].gold


def _lease_of(session: Session, item_id: int, contributor_id: int) -> Lease:
    query = select(Lease).where(Lease.item_id == item_id, Lease.contributor_id == contributor_id)
    lease = session.scalars(query).first()
    if lease is None:
        raise NotFound(_("This creative was not given to you."))
    return lease
