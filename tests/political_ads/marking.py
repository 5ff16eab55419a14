"""A creative in whose text volunteers marked words, with signs of every length and markup that must stay words."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import operator
from common.db import Database
from political_ads.models import Campaign, Creative, Item
from political_ads.schemas import Highlight
from political_ads.service.aggregating import reconcile
from tests.political_ads.making import (
    MARKED,
    SPAN,
    START,
    Setting,
    give,
    make_campaign,
    questionnaire,
    say,
    tasks_for,
    volunteer,
)

# A family is five code points, the ballot box two, and the accent on the x has no letter of its own.
TEXT = "\U0001f469‍\U0001f469‍\U0001f467 They =voted <b>x̂</b> & shut the school. \U0001f5f3️ Go!"
CLAIM = "<b>x̂</b> & shut"
BALLOT = "\U0001f5f3️ Go!"
FAMILY = TEXT.split(" ", maxsplit=1)[0]
ESCAPED = "&lt;b&gt;x̂&lt;/b&gt; &amp; shut"


def place(words: str, option: str = "") -> Highlight:
    """Return the mark on some words of the text."""
    start = TEXT.index(words)
    return Highlight(start=start, end=start + len(words), option=option)


def mark(session: Session, campaign: Campaign, name: str, *words: str, spans: tuple[str, ...] = ()) -> None:
    """Have a volunteer say that the ad may mislead and mark words for it; `spans`: what they mark for the question of its own."""
    who = volunteer(session, name)
    (task,) = tasks_for(session, campaign, who)
    said = {"flags": ("misleading",), "claim": tuple(place(one) for one in spans)}
    highlights = tuple(place(one, "misleading") for one in words)
    (outcome,) = give(session, campaign, who, say(task.item_id, answers=said, highlights=highlights))
    assert outcome.status == "stored", outcome


def marked_campaign(database: Database) -> int:
    """Make a campaign of one creative that three volunteers settled and marked words in; return its id.

    All say that it may mislead: two mark the claim, the third the ballot box. For the other question all mark the family, two the box.
    """
    with database.write() as session:
        asked = questionnaire(MARKED, SPAN)
        campaign = make_campaign(
            session,
            Setting(creatives=1, questionnaire=asked, rules={"posterior": 0.6, "gold_every_first": 0}),
        )
        session.scalars(select(Creative)).one().text = TEXT
        session.flush()
        mark(session, campaign, "ann", CLAIM, spans=(FAMILY, BALLOT))
        mark(session, campaign, "bea", CLAIM, spans=(FAMILY, BALLOT))
        mark(session, campaign, "cem", BALLOT, spans=(FAMILY,))
        assert session.scalars(select(Item.state)).one() == "retired"
        campaign_id = campaign.id
    aggregate(database, campaign_id)
    return campaign_id


def aggregate(database: Database, campaign_id: int) -> None:
    """Run the batch."""

    def clock() -> datetime:
        return START

    reconcile(database, operator(), campaign_id, clock=clock)
