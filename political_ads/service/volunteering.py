"""One visit of a volunteer's browser: its steps in order, then what comes next."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Problem
from common.i18n import gettext as _
from political_ads.actions.admission import Entrance, admit
from political_ads.actions.answering import Outcome, give_answers
from political_ads.actions.contributors import set_preferences
from political_ads.models import Campaign, Contributor, Gold
from political_ads.queries.answers import answer_with_key
from political_ads.queries.contributors import participation_in
from political_ads.queries.volunteers import Shown, answers_today, shown_gold
from political_ads.schemas.volunteering import AnswerStep, SkipStep, Step, UndoStep
from political_ads.service.labelling import Task, skip, tasks_of, undo


@dataclass(frozen=True)
class StepOutcome:
    """What came of a step. `answer` is there for answers alone."""

    client_key: UUID | None
    item_id: int | None
    state: str  # done, refused; for answers as in `service.labelling.Outcome`
    words: str = ""
    answer: Outcome | None = None


@dataclass(frozen=True)
class Visit:
    """The steps' outcomes in their order, further creatives, and how many answers were given today."""

    outcomes: Sequence[StepOutcome]
    tasks: Sequence[Task]
    today: int


@dataclass(frozen=True)
class QuizStanding:
    """How far somebody is: `answered` of `total`, `right` of them, `needed` to pass; `next`: what is asked now."""

    answered: int
    right: int
    total: int
    needed: int
    passed: bool
    next: Shown | None


def standing_in_quiz(session: Session, entrance: Entrance, golds: Sequence[Gold]) -> QuizStanding:
    """Return how far a contributor is in the running attempt, which asks about `golds`."""
    known = entrance.participation.quiz.get("items", {})
    left = [gold for gold in golds if str(gold.item_id) not in known]
    return QuizStanding(
        answered=len(golds) - len(left),
        right=sum(bool(known.get(str(gold.item_id))) for gold in golds),
        total=len(golds),
        needed=min(entrance.rules.quiz_right, len(golds)),
        passed=not left and entrance.participation.qualified_at is not None,
        next=shown_gold(session, left[:1])[0] if left else None,
    )


def welcome(
    session: Session, actor: Actor, campaign: Campaign, contributor: Contributor, language: str
) -> None:
    """Let a newcomer to a campaign in several languages begin with ads in theirs; they can change that at any time."""
    known = participation_in(session, campaign.id, contributor.id)
    if known is None and not contributor.languages and language in campaign.languages:
        set_preferences(session, actor, contributor, languages=[language], country=contributor.country)


def visit(  # noqa: PLR0913 - who, where, what they did, what they hold
    session: Session,
    actor: Actor,
    campaign: Campaign,
    contributor: Contributor,
    steps: Sequence[Step],
    holding: Collection[int],
    *,
    at: datetime,
    rng: np.random.Generator,
) -> Visit:
    """Take a volunteer's steps and give them what comes next; a step that is refused does not hold up the others."""
    entrance = admit(session, actor, campaign, contributor, at=at)
    outcomes = [*_taken(session, actor, entrance, steps, at=at)]
    tasks = tasks_of(
        session, actor, entrance, at=at, rng=rng, wanted=entrance.rules.ahead, without=set(holding)
    )
    session.flush()
    return Visit(outcomes, tasks, answers_today(session, campaign.id, contributor.id, at=at))


def _taken(
    session: Session,
    actor: Actor,
    entrance: Entrance,
    steps: Sequence[Step],
    *,
    at: datetime,
) -> Iterator[StepOutcome]:
    for kind, group in groupby(steps, key=lambda step: step.kind):
        if kind == "answer":
            given = [step.given for step in group if isinstance(step, AnswerStep)]
            outcomes = give_answers(session, actor, entrance, given, at=at)
            for one, outcome in zip(given, outcomes, strict=True):
                yield StepOutcome(one.client_key, one.item_id, outcome.status, outcome.message, outcome)
        else:
            for step in group:
                yield _one(session, actor, entrance.contributor, step, at=at)


def _one(
    session: Session,
    actor: Actor,
    contributor: Contributor,
    step: Step,
    *,
    at: datetime,
) -> StepOutcome:
    try:
        with session.begin_nested():
            if isinstance(step, UndoStep):
                return _undone(session, actor, contributor, step, at=at)
            if isinstance(step, SkipStep):
                skip(session, actor, contributor, step.item_id, at=at)
                return StepOutcome(None, step.item_id, "done")
    except Problem as problem:
        return StepOutcome(getattr(step, "client_key", None), None, "refused", problem.message)
    raise TypeError(step)


def _undone(
    session: Session,
    actor: Actor,
    contributor: Contributor,
    step: UndoStep,
    *,
    at: datetime,
) -> StepOutcome:
    answer = answer_with_key(session, contributor.id, step.client_key)
    if answer is None:
        return StepOutcome(step.client_key, None, "refused", _("There is no such answer to take back."))
    if answer.undone_at is None:  # taken back before: the browser did not hear of it
        undo(session, actor, contributor, answer.id, at=at)
    return StepOutcome(step.client_key, answer.item_id, "done")
