"""What a volunteer does in a campaign, each as one call for pages, programs and tests alike; each belongs in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from political_ads.actions import answering, assignment, taking_back
from political_ads.actions.admission import Entrance, admit
from political_ads.actions.answering import Outcome
from political_ads.models import Ad, Campaign, Contributor, Creative, Item, Lease
from political_ads.queries.answers import answer_of
from political_ads.queries.assignment import shown
from political_ads.schemas import GivenAnswer

MOST_AHEAD = 10  # creatives that one volunteer can hold at once, whatever a program asks for


@dataclass(frozen=True)
class Task:
    """A creative that a volunteer holds until `until`. `drawn` (nearest, uncertain, random, gold) is never shown to them."""

    lease_id: int
    item_id: int
    creative: Creative
    ad: Ad | None
    until: datetime
    drawn: str


def next_tasks(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    contributor: Contributor,
    *,
    at: datetime,
    rng: np.random.Generator,
    wanted: int,
) -> list[Task]:
    """Return everything that a contributor holds, topped up to `wanted` creatives, oldest first; asking again gives the same.

    Empty: nothing waits for them now (they have seen all, or others are at it).

    Raises:
        SignInNeeded, Forbidden, Conflict: see `actions.admission.admit`.
    """
    entrance = admit(session, actor, campaign, contributor, at=at)
    return tasks_of(session, actor, entrance, at=at, rng=rng, wanted=wanted)


def tasks_of(
    session: Session,
    actor: Actor,
    entrance: Entrance,
    *,
    at: datetime,
    rng: np.random.Generator,
    wanted: int,
    without: Collection[int] = (),
) -> list[Task]:
    """Return what `next_tasks` does to somebody who has been let in. `without`: items that their page has, not read again."""
    most = min(max(wanted, 1), MOST_AHEAD)
    leases = assignment.hold_tasks(session, actor, entrance, at=at, rng=rng, wanted=most)
    return _tasks(session, [lease for lease in leases if lease.item_id not in without])


def give_answers(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    contributor: Contributor,
    given: Sequence[GivenAnswer],
    *,
    at: datetime,
) -> list[Outcome]:
    """Take answers, in their order, and say of each what became of it. Sent twice, an answer is stored once.

    Raises:
        SignInNeeded, Forbidden, Conflict: see `actions.admission.admit`. TooMany: too many answers in an hour. Nothing was stored.
    """
    entrance = admit(session, actor, campaign, contributor, at=at)
    return answering.give_answers(session, actor, entrance, given, at=at)


def undo(session: Session, actor: Actor, contributor: Contributor, answer_id: int, *, at: datetime) -> Task:
    """Take back one of the contributor's answers; return its creative, which is theirs to answer again."""
    answer = answer_of(session, contributor.id, answer_id)
    if answer is None:
        raise NotFound(_("This answer does not exist, or is not yours."))
    campaign = session.get_one(Campaign, answer.campaign_id)
    entrance = admit(session, actor, campaign, contributor, at=at)
    lease = taking_back.undo(session, actor, entrance, answer_id, at=at)
    return _tasks(session, [lease])[0]


def skip(session: Session, actor: Actor, contributor: Contributor, item_id: int, *, at: datetime) -> None:
    """Give a creative back without an answer; it is not offered to them again."""
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(_("This creative is not part of a campaign."))
    campaign = session.get_one(Campaign, item.campaign_id)
    entrance = admit(session, actor, campaign, contributor, at=at)
    taking_back.skip(session, actor, entrance, item_id, at=at)


def withdraw(session: Session, actor: Actor, contributor_id: int, reason: str, *, at: datetime) -> int:
    """Withdraw all answers of a contributor, everywhere, in one act; return how many. Labels are recounted."""
    contributor = session.get(Contributor, contributor_id)
    if contributor is None:
        raise NotFound(_("There is no such contributor."))
    return taking_back.withdraw_contributor(session, actor, contributor, reason=reason, at=at)


def _tasks(session: Session, leases: Sequence[Lease]) -> list[Task]:
    found = shown(session, [lease.id for lease in leases]) if leases else {}
    return [
        Task(lease.id, lease.item_id, *found[lease.id], until=lease.until, drawn=lease.drawn)
        for lease in leases
    ]
