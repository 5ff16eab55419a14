"""Campaigns to test with, made quickly through the actions that people use, and volunteers who label in them."""

import itertools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.db import Database
from political_ads.actions.answering import Outcome
from political_ads.actions.campaigns import (
    CampaignForm,
    create_campaign,
    fill_campaign,
    keep_questionnaire,
    move_campaign,
)
from political_ads.actions.contributors import contributor_of
from political_ads.actions.gold import GoldForm, set_gold
from political_ads.models import Campaign, Contributor, Creative
from political_ads.schemas import Audience, GivenAnswer, Option, Question, Questionnaire, Rules, Value
from political_ads.service.labelling import Task, give_answers, next_tasks

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
GUEST = Actor(None, "", {EVERY_TOOL: Role.GUEST})
ROLES = (None, Role.GUEST, Role.MEMBER, Role.REVIEWER, Role.COORDINATOR, Role.ADMIN)
MAIN = "political"
OPTIONS = ("actor", "issue", "no")


def actor_with(role: Role | None, name: str = "Robin") -> Actor:
    """Return somebody with a role who is in no table."""
    return Actor(None, name, {EVERY_TOOL: role} if role else {}, via="session")


def _words(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


def question(key: str, kind: str, *options: str, soft: bool = False, **more: Any) -> Question:
    """Return a question of an invented questionnaire."""
    made = tuple(Option(key=one, label=_words(one), help={}, soft=soft) for one in options)
    said = {"help": {}, "low_label": {}, "high_label": {}, "options": made, **more}
    return Question(key=key, kind=kind, text=_words(key), **said)


def questionnaire(*further: Question, options: Sequence[str] = OPTIONS, **more: Any) -> Questionnaire:
    """Return a questionnaire whose main question is whether an ad is political."""
    questions = (question(MAIN, "single", *options, required=True), *further)
    return Questionnaire(
        **{"key": "test", "title": _words("Test"), "intro": {}, "guidelines": {}, "questions": questions}
        | more
    )


PURPOSE = question("purpose", "multiple", "donate", "vote")
FLAGS = question("flags", "multiple", "misleading", "foreign", soft=True)
TONE = question("tone", "scale", steps=5)
SPAN = question("claim", "span")
MARKED = FLAGS.model_copy(
    update={
        "options": tuple(
            one.model_copy(update={"highlight": one.key == "misleading"}) for one in FLAGS.options
        )
    }
)


@dataclass
class Setting:
    """A campaign to make: how many creatives in which languages, how many of the first are gold, under which rules."""

    creatives: int = 6
    languages: Sequence[str] = ("en",)
    gold: int = 0
    quiz: int = 0
    right: str = "actor"
    rules: Mapping[str, Any] = field(default_factory=dict)
    questionnaire: Questionnaire = field(default_factory=questionnaire)
    audience: Audience = Audience.EVERYBODY
    slug: str = "test"
    seed: int = 1


def make_campaign(session: Session, setting: Setting | None = None, *, at: datetime = START) -> Campaign:
    """Make an open campaign; gold is asked for only where there is some."""
    made = setting or Setting()
    ids = add_creatives(session, made.creatives, made.languages, at=at)
    kept = keep_questionnaire(session, operator(), made.questionnaire, at=at)
    form = CampaignForm(made.slug, _words("Test"), kept.id, rules=Rules(**made.rules), audience=made.audience)
    campaign = create_campaign(session, operator(), form, at=at)
    fill_campaign(session, operator(), campaign, at=at, rng=np.random.default_rng(made.seed))
    for number, creative_id in enumerate(ids[: made.gold + made.quiz]):
        used = "stream" if number < made.gold else "quiz"
        gold = GoldForm(used, {MAIN: [made.right]}, _words("It says so."), number)
        set_gold(session, operator(), campaign, creative_id, gold, at=at)
    move_campaign(session, operator(), campaign, "open", at=at)
    session.flush()
    return campaign


def add_creatives(
    session: Session, count: int, languages: Sequence[str] = ("en",), *, at: datetime = START
) -> list[int]:
    """Add creatives with a text each, and return their ids."""
    rows = [
        {
            "text_hash": uuid.uuid4().hex,
            "text": f"Vote for the tram line number {number} of our town.",
            "language": language,
            "page_name": f"Page {number}",
            "ads": 1,
            "created_at": at,
        }
        for number, language in zip(range(count), itertools.cycle(languages))
    ]
    return list(session.scalars(insert(Creative).returning(Creative.id, sort_by_parameter_order=True), rows))


def volunteer(session: Session, name: str = "someone", *, at: datetime = START) -> Contributor:
    """Return a volunteer without an account, known by a cookie."""
    return contributor_of(session, GUEST, name, at=at)


def say(
    item_id: int, said: str | None = "actor", *, key: uuid.UUID | None = None, **more: Any
) -> GivenAnswer:
    """Return an answer to the main question, and to others (`answers`)."""
    answers: dict[str, Value] = {MAIN: said} if said else {}
    answers |= more.pop("answers", {})
    return GivenAnswer(
        item_id=item_id, client_key=key or uuid.uuid4(), answers=answers, **{"seconds": 5.0, **more}
    )


def tasks_for(
    session: Session,
    campaign: Campaign,
    who: Contributor,
    wanted: int = 1,
    *,
    at: datetime = START,
    rng: np.random.Generator | None = None,
) -> list[Task]:
    """Return what a volunteer is given."""
    rng = rng or np.random.default_rng(7)
    return next_tasks(session, GUEST, campaign, who, at=at, rng=rng, wanted=wanted)


def give(
    session: Session, campaign: Campaign, who: Contributor, *given: GivenAnswer, at: datetime = START
) -> list[Outcome]:
    """Hand answers in."""
    return give_answers(session, GUEST, campaign, who, given, at=at)


def everybody_says(
    session: Session, campaign: Campaign, names: Sequence[str], said: str, *, at: datetime = START
) -> list[int]:
    """Let volunteers answer one creative each, the next that they are given; return the items."""
    items = []
    for name in names:
        who = volunteer(session, name, at=at)
        task = tasks_for(session, campaign, who, at=at)[0]
        give(session, campaign, who, say(task.item_id, said), at=at)
        items.append(task.item_id)
    return items


def committed_campaign(database: Database, setting: Setting | None = None) -> int:
    """Make a campaign in a transaction of its own; return its id."""
    with database.write() as session:
        return make_campaign(session, setting).id
