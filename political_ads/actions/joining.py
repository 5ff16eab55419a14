"""What was labelled under a cookie becomes the person's who signs in: once, and without any creative being theirs twice."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.actions.tallying import open_tally, settle
from political_ads.models import Answer, Campaign, Contributor, Item, Lease, Participation, Skill
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.answers import adds_up
from political_ads.queries.campaigns import rules_of
from political_ads.queries.questionnaires import version_of

SUMMED = ("given", "gold_seen", "gold_right", "fast")


def join_histories(
    session: Session, actor: Actor, person: Contributor, visitor: Contributor, *, at: datetime
) -> None:
    """Give a visitor's leases, answers and progress to a person's contributor; the visitor's stays behind, stopped.

    Where both had the same creative, the person's lease and answer stand, and the visitor's answer is taken back. Somebody who was
    stopped under one identity is stopped under the other.
    """
    PERMISSIONS.require(actor, Permission.LABEL)
    if person.id == visitor.id:
        return
    campaigns = session.scalars(
        select(Lease.campaign_id).where(Lease.contributor_id == visitor.id).distinct()
    )
    for campaign_id in sorted(campaigns):
        _take_back_doubles(session, session.get_one(Campaign, campaign_id), person, visitor, at)
    had = select(Lease.item_id).where(Lease.contributor_id == person.id)
    for model in (Answer, Lease):  # in this order: the second changes what is asked
        session.execute(
            update(model)
            .where(model.contributor_id == visitor.id, model.item_id.not_in(had.correlate(None)))
            .values(contributor_id=person.id)
            .execution_options(synchronize_session=False)
        )
    _join_participations(session, person, visitor)
    _join_skills(session, person, visitor)
    if visitor.state == "stopped":
        person.state = "stopped"
    visitor.state = "stopped"
    session.flush()
    session.expire_all()


def _take_back_doubles(
    session: Session, campaign: Campaign, person: Contributor, visitor: Contributor, at: datetime
) -> None:
    """Take back the visitor's answers about creatives that the person has had too, and let go of such leases."""
    doubles = _doubles(session, campaign.id, person.id, visitor.id)
    version = version_of(session, campaign.questionnaire_id)
    if not doubles or version is None:
        return
    tally = open_tally(session, campaign, version, rules_of(campaign), doubles)
    for answer in tally.answers:
        if answer.contributor_id == visitor.id and adds_up(answer):
            answer.undone_at = at
            tally.items[answer.item_id].free += not tally.items[answer.item_id].gold
            tally.touched.add(answer.item_id)
    held = select(Lease).where(Lease.contributor_id == visitor.id, Lease.item_id.in_(doubles))
    for lease in session.scalars(held.where(Lease.state == "held")):
        lease.state = "skipped"
        tally.items[lease.item_id].free += not tally.items[lease.item_id].gold
    settle(session, tally, at=at)
    session.flush()


def _doubles(session: Session, campaign_id: int, person_id: int, visitor_id: int) -> Sequence[int]:
    had = select(Lease.item_id).where(Lease.contributor_id == person_id)
    query = (
        select(Item.id)
        .join(Lease, Lease.item_id == Item.id)
        .where(Lease.campaign_id == campaign_id, Lease.contributor_id == visitor_id, Item.id.in_(had))
    )
    return session.scalars(query).all()


def _join_participations(session: Session, person: Contributor, visitor: Contributor) -> None:
    mine = _by_campaign(session, person)
    for theirs in _by_campaign(session, visitor).values():
        own = mine.get(theirs.campaign_id)
        if own is None:
            theirs.contributor_id = person.id
            continue
        for name in SUMMED:
            setattr(own, name, getattr(own, name) + getattr(theirs, name))
        own.learnt_at = own.learnt_at or theirs.learnt_at
        own.qualified_at = own.qualified_at or theirs.qualified_at
        own.flagged = own.flagged or theirs.flagged
        session.delete(theirs)


def _by_campaign(session: Session, contributor: Contributor) -> dict[int, Participation]:
    query = select(Participation).where(Participation.contributor_id == contributor.id)
    return {one.campaign_id: one for one in session.scalars(query.with_for_update())}


def _join_skills(session: Session, person: Contributor, visitor: Contributor) -> None:
    """Add what was learnt about the visitor to what is known of the person."""
    query = select(Skill).where(Skill.contributor_id.in_((person.id, visitor.id)))
    rows = session.scalars(query.order_by(Skill.contributor_id).with_for_update()).all()
    mine = {(row.campaign_id, row.question): row for row in rows if row.contributor_id == person.id}
    for row in rows:
        if row.contributor_id != visitor.id:
            continue
        own = mine.get((row.campaign_id, row.question))
        if own is None:
            row.contributor_id = person.id
        else:
            own.counts = _added(own.counts, row.counts)
            session.delete(row)


def _added(one: list[list[float]], other: list[list[float]]) -> list[list[float]]:
    if len(one) != len(other):  # of two versions of a question: the next batch counts anew
        return one
    return [[a + b for a, b in zip(left, right, strict=True)] for left, right in zip(one, other, strict=True)]
