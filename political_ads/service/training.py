"""The training run of a campaign's model: read, learn and measure, write, then ask it about every creative of the campaign.

Read in one transaction, computed outside any, written in short ones, so that nobody who labels waits for it. A run that was cut off
goes on after the last creative that it predicted. This module imports SciPy; what serves readers is `service.predicting`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.db import Database
from common.errors import Conflict
from common.i18n import gettext as _
from political_ads.actions.training import finish_training, keep_predictions, keep_trained
from political_ads.core.active import choose
from political_ads.core.ad_words import text_of
from political_ads.core.classifier.card import model_card
from political_ads.core.classifier.facts import AdFacts, statements
from political_ads.core.classifier.model import Model as Trained
from political_ads.core.classifier.model import predict
from political_ads.core.classifier.training import FOLDS, train
from political_ads.core.training_set import LabelledCreative, training_set
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.ad_facts import facts_of_creatives
from political_ads.queries.training import (
    Known,
    how_many_to_predict,
    labelled_creatives,
    model_of,
    newest_model,
    next_to_predict,
    texts_of,
)
from political_ads.service.supplying import asked_question, class_words, missing_words
from political_ads.service.training_report import DIGITS, Before, card_lines, curve_of, drift_since, report_of
from political_ads.sources.kept_models import KeptModels

PART = 500  # creatives of one transaction
TOLD = 0.5  # how much somebody's answer tells as long as no batch has measured it
STEPS = 2 * FOLDS + 3  # of learning: the folds on words alone and with facts, the whole, by time, the curve

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what is being done


@dataclass(frozen=True)
class _Task:
    """What is read once for a run. `facts`: by creative."""

    slug: str
    question: str
    version: int
    main: bool
    known: list[Known]
    facts: Mapping[int, AdFacts]
    classes: tuple[str, ...]
    words: Callable[[str], str]
    before: Before


def run_training(
    database: Database,
    models: KeptModels,
    actor: Actor,
    model_id: int,
    *,
    clock: Callable[[], datetime],
    progress: Progress = lambda *_said: None,
) -> dict[str, Any]:
    """Train a version that was begun and ask it about every creative; one that is trained, about those that came since.

    Raises `Conflict` where labels are too few by now.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    with database.read() as session:
        artefact = model_of(session, model_id).artefact
    if not artefact:
        artefact = _learn(database, models, actor, model_id, at=clock(), progress=progress)
    predicted = _predict(database, models.read(artefact), actor, model_id, clock=clock, progress=progress)
    with database.write() as session:
        finish_training(session, actor, model_of(session, model_id), at=clock())
    return {"model_id": model_id, "artefact": artefact, "predicted": predicted}


def _learn(
    database: Database, models: KeptModels, actor: Actor, model_id: int, *, at: datetime, progress: Progress
) -> str:
    progress(0, STEPS, _("Reading labels"))
    task = _task(database, models, model_id)
    found = training_set(task.classes, [_row(each, task.facts) for each in task.known])
    if not found.supply.enough:
        raise Conflict(" ".join(missing_words(found.supply, task.words)))
    name = f"{task.slug}-{task.question}-{task.version}"
    rng = np.random.default_rng(model_id)
    model, report = train(
        found.examples,
        rng,
        version=name,
        progress=lambda done, every: progress(
            (STEPS - 1) * done // every, STEPS, _("Learning and measuring")
        ),
    )
    progress(STEPS - 1, STEPS, _("Learning curve"))
    told = report_of(found, report, model, rng) | {
        "curve": curve_of(found, model, rng),
        "drift": drift_since(found, model, task.before),
        "trained_at": at.isoformat(),
    }
    model = replace(model, told=model.told | card_lines(f"{task.slug}, {task.question}", found, told))
    models.keep(name, model, found.ids.tolist())
    with database.write() as session:
        keep_trained(session, actor, model_of(session, model_id), name, model_card(model), told)
    return name


def _task(database: Database, models: KeptModels, model_id: int) -> _Task:
    with database.read() as session:
        model = model_of(session, model_id)
        campaign = session.get_one(Campaign, model.campaign_id)
        version, asked = asked_question(session, campaign, model.question)
        known = labelled_creatives(session, campaign, asked)
        last = newest_model(session, campaign.id, asked.key)
        ids = models.creatives(last.artefact) if last else []
        return _Task(
            slug=campaign.slug,
            question=asked.key,
            version=model.version,
            main=asked.key == version.content.main.key,
            known=known,
            facts=facts_of_creatives(
                session, {each.creative_id: text_of(each.title, each.text) for each in known}
            ),
            classes=asked.classes,
            words=class_words(version, asked),
            before=_before(session, last.version if last else None, ids),
        )


def _before(session: Session, version: int | None, ids: Sequence[int]) -> Before:
    texts = {creative_id: text_of(*each) for creative_id, each in texts_of(session, ids).items()}
    stated = [statements(each) for each in facts_of_creatives(session, texts).values()]
    return Before(version, frozenset(ids), list(texts.values()), stated)


def _row(known: Known, facts: Mapping[int, AdFacts]) -> LabelledCreative:
    return LabelledCreative(
        creative_id=known.creative_id,
        text=text_of(known.title, known.text),
        language=known.language,
        posterior=known.posterior,
        votes=known.votes,
        told=TOLD if known.told is None else known.told,
        decided=known.decided,
        sampled=known.sampled,
        began=float("nan") if known.started_at is None else known.started_at.timestamp(),
        advertisers=known.advertisers,
        facts=facts[known.creative_id],
    )


def _predict(
    database: Database,
    trained: Trained,
    actor: Actor,
    model_id: int,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
) -> int:
    """Ask the model about the campaign's creatives, part by part; return of how many it has said something."""
    with database.read() as session:
        model = model_of(session, model_id)
        campaign = session.get_one(Campaign, model.campaign_id)
        main = asked_question(session, campaign, "")[1].key == model.question
        done, every = how_many_to_predict(session, model)
    after = 0
    while True:
        progress(done, every, _("Asking the model about every ad"))
        with database.read() as session:
            waiting = next_to_predict(session, model_of(session, model_id), after=after, limit=PART)
            texts = {each.creative_id: text_of(each.title, each.text) for each in waiting}
            stated = [statements(each) for each in facts_of_creatives(session, texts).values()]
        if not waiting:
            return done
        probabilities = predict(trained, list(texts.values()), stated)
        said = {
            each.creative_id: _named(trained.classes, row.tolist())
            for each, row in zip(waiting, probabilities, strict=True)
        }
        # Only the first question decides what volunteers see next: two models would overwrite each other's order.
        priorities = {
            each.item_id: float(priority)
            for each, priority in zip(waiting, choose(probabilities), strict=True)
            if main and each.open
        }
        with database.write() as session:
            keep_predictions(session, actor, model_of(session, model_id), said, priorities, at=clock())
        done, after = done + len(waiting), waiting[-1].creative_id


def _named(classes: Sequence[str], row: Sequence[float]) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in zip(classes, row, strict=True)}
