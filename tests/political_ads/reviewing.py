"""An ad that volunteers disagree about, for the tests of what reviewers and coordinators do."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from political_ads.models import Campaign, Item
from tests.political_ads.making import (
    FLAGS,
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

STRICT = {"at_least": 2, "at_most": 3, "lead": 3, "quiz_questions": 0, "quiz_right": 0}


def answer_as(
    session: Session,
    campaign: Campaign,
    name: str,
    item_id: int,
    said: str,
    *,
    at: datetime = START,
    **more: Any,
) -> None:
    """Have a volunteer take what there is and answer one creative."""
    who = volunteer(session, name, at=at)
    tasks_for(session, campaign, who, wanted=10, at=at)
    (outcome,) = give(session, campaign, who, say(item_id, said, **more), at=at)
    assert outcome.status == "stored", outcome


def disputed_item(session: Session, **said: Any) -> tuple[Campaign, int]:
    """Make a campaign and have three volunteers say three different things of its first creative."""
    asked = questionnaire(PURPOSE, FLAGS)
    campaign = make_campaign(session, Setting(creatives=2, rules=STRICT, questionnaire=asked))
    items = session.scalars(select(Item).where(Item.campaign_id == campaign.id).order_by(Item.id)).all()
    for name, answer in (("one", "actor"), ("two", "issue"), ("three", "no")):
        answer_as(session, campaign, name, items[0].id, answer, **said)
    session.flush()
    session.refresh(items[0])
    return campaign, items[0].id
