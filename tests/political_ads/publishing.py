"""A small campaign whose results can be computed by hand."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import operator
from political_ads.actions.campaigns import move_campaign
from political_ads.models import Answer, Campaign, Creative, Item, Label
from tests.political_ads.making import (
    FLAGS,
    MAIN,
    PURPOSE,
    START,
    Setting,
    give,
    make_campaign,
    questionnaire,
    say,
    tasks_for,
    volunteer,
)

CREATIVES = 40
DRAWN = 30  # of the random set: a half are by an actor, a half are not political


def labelled_campaign(session: Session) -> Campaign:
    """Make a campaign of 40 creatives: ten settled as "actor", 30 in the random set of which 15 are "actor" and 15 "no".

    The settled ones cost between 100 and 300 euros each, but one of which nothing is known, and one without an upper end.
    """
    campaign = make_campaign(
        session, Setting(creatives=CREATIVES, questionnaire=questionnaire(PURPOSE, FLAGS))
    )
    items = session.scalars(select(Item).where(Item.campaign_id == campaign.id).order_by(Item.shuffle)).all()
    for place, item in enumerate(items):
        item.sampled = place < DRAWN
        actor = place % 2 == 0 if item.sampled else True
        item.state, item.answers = ("open", 2) if item.sampled else ("retired", 3)
        votes = {"actor": 3} if actor and not item.sampled else {"actor": 1, "no": 1}
        _label(session, campaign, item, MAIN, "actor" if actor else "no", votes)
        _label(session, campaign, item, "purpose.donate", "yes" if place % 4 == 0 else "no", {"yes": 2})
        share = 0.5 if place % 2 == 0 else 0.0
        _label(
            session,
            campaign,
            item,
            "flags.misleading",
            "",
            {"yes": 1, "no": 1},
            {"yes": share, "no": 1 - share},
        )
        creative = session.get_one(Creative, item.creative_id)
        creative.currency, creative.spend_low, creative.spend_high = "EUR", 100.0, 300.0
        if place == CREATIVES - 1:
            creative.currency, creative.spend_low, creative.spend_high = "", None, None
        if place == CREATIVES - 2:
            creative.spend_high = None
    session.flush()
    return campaign


def answered_campaign(session: Session) -> Campaign:
    """Make a campaign of two creatives that three volunteers answered, one of them with an answer like a formula; it is closed."""
    campaign = make_campaign(session, Setting(creatives=2, questionnaire=questionnaire(PURPOSE)))
    for name, said in (("ann", "actor"), ("bea", "actor"), ("cem", "no")):
        who = volunteer(session, name)
        for task in tasks_for(session, campaign, who, 2):
            give(session, campaign, who, say(task.item_id, said, answers={"purpose": ("donate",)}), at=START)
    creative = session.scalars(select(Creative).order_by(Creative.id)).first()
    if creative:
        creative.text, creative.page_name = '=HYPERLINK("https://example.org")', "+1 for the tram"
    move_campaign(session, operator(), campaign, "closed", at=START)
    session.flush()
    return campaign


def answers_in_all(session: Session, campaign: Campaign) -> int:
    """Count a campaign's answers."""
    return len(session.scalars(select(Answer.id).where(Answer.campaign_id == campaign.id)).all())


def _label(
    session: Session,
    campaign: Campaign,
    item: Item,
    question: str,
    label: str,
    votes: dict[str, int],
    posterior: dict[str, Any] | None = None,
) -> None:
    session.add(
        Label(
            campaign_id=campaign.id,
            item_id=item.id,
            question=question,
            votes=votes,
            posterior=posterior or {label: 1.0},
            label=label,
            confidence=1.0,
            entropy=0.0 if len(votes) == 1 else 1.0,
            method="ensemble",
            updated_at=START,
        )
    )
