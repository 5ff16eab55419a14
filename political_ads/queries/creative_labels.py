"""What campaigns found out about a group of ads, as far as the reader may know; and what readers contest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from political_ads.models import Adjudication, Campaign, Contest, Creative, Item, Label
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.ads import FINISHED
from political_ads.queries.campaigns import CLOSED, LISTED, may_see_results, questionnaire_of
from political_ads.queries.labels import labels_of
from political_ads.schemas import Questionnaire

MOST = 50  # campaigns of one creative


@dataclass(frozen=True)
class CreativeLabel:
    """An item of one campaign with its labels; `labels` is empty while volunteers are still asked. `creative`: the text they read."""

    item: Item
    creative: Creative
    campaign: Campaign
    questionnaire: Questionnaire
    labels: Mapping[str, Label]
    adjudication: Adjudication | None
    open_contests: int

    @property
    def finished(self) -> bool:
        """Whether volunteers are not asked any more; of gold they always are."""
        return self.item.state in FINISHED and not self.item.gold


def labels_of_creative(session: Session, actor: Actor, creative_ids: Collection[int]) -> list[CreativeLabel]:
    """Return what campaigns say of some creatives (a group and those that were joined to it), the newest campaign first.

    Nothing is said of what volunteers are still asked about, lest the page answer for them; nor of withdrawn items. As long as a
    campaign may ask again, gold looks like any creative that is still asked about, lest the page tell it from the others.
    """
    PERMISSIONS.require(actor, Permission.READ)
    rows = session.execute(
        select(Item, Creative, Campaign)
        .join(Creative, Creative.id == Item.creative_id)
        .join(Campaign, Campaign.id == Item.campaign_id)
        .where(
            Item.creative_id.in_(creative_ids),
            Item.gold.is_(False) | (Campaign.state != CLOSED),
            Item.state != "withdrawn",
            Campaign.state.in_(LISTED),
        )
        .order_by(Campaign.id.desc(), Item.id)
        .limit(MOST)
    ).all()
    seen = [each for each in rows if may_see_results(actor, each.Campaign)]
    finished = [each.Item.id for each in seen if each.Item.state in FINISHED and not each.Item.gold]
    labels = labels_of(session, finished)
    contests, decided = _contests(session, finished), _adjudications(session, finished)
    return [
        CreativeLabel(
            item,
            creative,
            campaign,
            questionnaire_of(session, campaign.questionnaire_id),
            labels.get(item.id, {}),
            decided.get(item.id),
            contests.get(item.id, 0),
        )
        for item, creative, campaign in seen
    ]


def contested_item(session: Session, actor: Actor, item_id: int) -> Item:
    """Return an item whose label the reader may see, and therefore contest. Raises `NotFound`."""
    item = session.get(Item, item_id)
    campaign = session.get(Campaign, item.campaign_id) if item else None
    visible = campaign is not None and campaign.state in LISTED and may_see_results(actor, campaign)
    if item is None or not visible or item.state not in FINISHED or item.gold:
        raise NotFound(_("There is no published label here that could be contested."))
    return item


def contest_of(session: Session, contest_id: object) -> Contest:
    """Return a contest. Raises `NotFound`."""
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound(_("There is no such objection."))
    return contest


def contests_of(session: Session, actor: Actor, item_ids: Collection[int]) -> Sequence[Contest]:
    """Return readers' objections to some items' labels, newest first; for those who answer them."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    return session.scalars(
        select(Contest).where(Contest.item_id.in_(item_ids)).order_by(Contest.at.desc(), Contest.id)
    ).all()


def answered_contests(session: Session, item_ids: Collection[int]) -> Sequence[Contest]:
    """Return the objections that were answered, newest first: their reasons stay private, the answers are public."""
    return session.scalars(
        select(Contest)
        .where(Contest.item_id.in_(item_ids), Contest.state != "open")
        .order_by(Contest.answered_at.desc(), Contest.id)
    ).all()


def _contests(session: Session, item_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(Contest.item_id, func.count().label("waiting"))
        .where(Contest.item_id.in_(item_ids), Contest.state == "open")
        .group_by(Contest.item_id)
    )
    return {row.item_id: row.waiting for row in rows}


def _adjudications(session: Session, item_ids: Collection[int]) -> dict[int, Adjudication]:
    rows = session.scalars(
        select(Adjudication).where(Adjudication.item_id.in_(item_ids)).order_by(Adjudication.at)
    )
    return {each.item_id: each for each in rows}
