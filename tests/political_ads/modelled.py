"""A campaign with labels to learn from: ads written for this project, several pages, volunteers of known care."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import operator
from common.db import Database
from political_ads.actions.campaigns import (
    CampaignForm,
    create_campaign,
    fill_campaign,
    keep_questionnaire,
    move_campaign,
)
from political_ads.models import Ad, Campaign, Contributor, Creative, Item, Label, Skill
from tests.political_ads.core.written_ads import written
from tests.political_ads.making import MAIN, START, questionnaire, volunteer

CLASSES = ("actor", "no", "cannot_tell")


@dataclass
class Labelled:
    """How many creatives there are, how many of these have a label, how many of these were drawn at random."""

    creatives: int = 160
    labelled: int = 120
    sampled: int = 70
    pages: int = 8
    slug: str = "test"


def modelled_campaign(session: Session, setting: Labelled | None = None) -> Campaign:
    """Make an open campaign whose ads are about a vote or about shopping, with labels as a batch leaves them."""
    made = setting or Labelled()
    examples = written(np.random.default_rng(11), made.creatives, pages=made.pages)
    creatives = [
        Creative(
            text_hash=f"{made.slug}{number}",
            text=text,
            language=str(examples.languages[number]),
            page_name=str(examples.groups[number]),
            ads=1,
            created_at=START,
        )
        for number, text in enumerate(examples.texts)
    ]
    session.add_all(creatives)
    session.flush()
    session.add_all(_ad(creative, made.slug) for creative in creatives)
    kept = keep_questionnaire(session, operator(), questionnaire(options=("actor", "no")), at=START)
    form = CampaignForm(made.slug, {"en": "Test", "fr": "Test"}, kept.id)
    campaign = create_campaign(session, operator(), form, at=START)
    fill_campaign(session, operator(), campaign, at=START, rng=np.random.default_rng(1))
    move_campaign(session, operator(), campaign, "open", at=START)
    session.flush()
    place = {creative.id: number for number, creative in enumerate(creatives)}
    items = session.scalars(
        select(Item).where(Item.campaign_id == campaign.id).order_by(Item.creative_id)
    ).all()
    for item in items:
        number = place[item.creative_id]
        item.sampled = number < made.sampled
        if number < made.labelled:
            label_item(session, campaign, item, political=bool(examples.shares[number, 1] > 0.5))
    session.flush()
    return campaign


def label_item(session: Session, campaign: Campaign, item: Item, *, political: bool) -> None:
    """Let three answers have made a label, as the tables would hold it."""
    item.answers, item.state, item.retired_at = 3, "retired", START
    item.free = 0
    share = 0.96 if political else 0.02
    label = Label(
        campaign_id=campaign.id,
        item_id=item.id,
        question=MAIN,
        votes={"actor": 3} if political else {"no": 3},
        posterior={"actor": share, "no": 0.98 - share, "cannot_tell": 0.02},
        label="actor" if political else "no",
        confidence=0.96,
        entropy=0.2,
        method="ensemble",
        updated_at=START,
    )
    session.add(label)


def services_with(database: Database, folder: Any) -> Any:
    """Return as much of the application's services as training needs."""
    settings = SimpleNamespace(data_dir=folder)
    return SimpleNamespace(database=database, settings=settings, clock=lambda: START, extras={})


def measured_contributor(session: Session, campaign: Campaign, name: str, score: float) -> Contributor:
    """Return a volunteer of whom a batch has measured how much an answer tells."""
    who = volunteer(session, name)
    skill = Skill(
        campaign_id=campaign.id,
        contributor_id=who.id,
        question=MAIN,
        counts=[[1.0]],
        spammer=score,
        updated_at=START,
    )
    session.add(skill)
    session.flush()
    return who


def _ad(creative: Creative, slug: str) -> Ad:
    return Ad(
        source="test",
        platform="test",
        external_id=f"{slug}{creative.id}",
        creative_id=creative.id,
        text=creative.text,
        page_name=creative.page_name,
        content_hash="",
        imported_at=START,
        updated_at=START,
    )
