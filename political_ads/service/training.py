"""The training run of a campaign's model: read, learn and measure, write, then ask it about every creative of the campaign.

Read in one transaction, computed outside any, written in short ones, so that nobody who labels waits for it. A run that was cut off
goes on after the last creative that it predicted. This module imports SciPy; what serves readers is `service.predicting`.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from common.accounts.actors import Actor
from common.db import Database
from common.errors import Conflict
from common.i18n import gettext as _
from political_ads.actions.training import finish_training, keep_predictions, keep_trained
from political_ads.core.active import choose
from political_ads.core.ad_words import text_of
from political_ads.core.classifier.card import model_card
from political_ads.core.classifier.curves import learning_curve
from political_ads.core.classifier.drift import drift
from political_ads.core.classifier.model import Model as Trained
from political_ads.core.classifier.model import predict
from political_ads.core.classifier.report import Report
from political_ads.core.classifier.splits import grouped_folds
from political_ads.core.classifier.training import FOLDS, as_rows, train
from political_ads.core.model_report import HeldOut, agreement_of, calibration_of, confusion_of, terms_of
from political_ads.core.training_set import LabelledCreative, TrainingSet, training_set
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
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
from political_ads.sources.kept_models import KeptModels

PART = 500  # creatives of one transaction
TOLD = 0.5  # how much somebody's answer tells as long as no batch has measured it
CURVE = (25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400)
CURVE_FOLDS = 3  # over which the curve is averaged
SMALL = 2_000  # rows, up to which more than one fold is worth its time
WINDOW = 30  # new creatives, from which drift is looked for
DIGITS = 4

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what is being done


@dataclass(frozen=True)
class _Task:
    """What is read once for a run. `texts_before`: what the version before learned from."""

    slug: str
    question: str
    version: int
    main: bool
    known: list[Known]
    classes: tuple[str, ...]
    words: Callable[[str], str]
    before: int | None
    ids_before: frozenset[int]
    texts_before: list[str]


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
    progress(0, FOLDS + 3, _("Reading labels"))
    task = _task(database, models, model_id)
    found = training_set(task.classes, [_row(each) for each in task.known])
    if not found.supply.enough:
        raise Conflict(" ".join(missing_words(found.supply, task.words)))
    name = f"{task.slug}-{task.question}-{task.version}"
    rng = np.random.default_rng(model_id)
    model, report = train(
        found.examples,
        rng,
        version=name,
        progress=lambda done, _all: progress(done, FOLDS + 3, _("Learning and measuring")),
    )
    progress(FOLDS + 2, FOLDS + 3, _("Learning curve"))
    told = _report(found, report, model, rng) | {
        "curve": _curve(found, rng),
        "drift": _drift(found, model, task),
        "trained_at": at.isoformat(),
    }
    model = replace(model, told=model.told | _facts(task, found, told))
    models.keep(name, model, found.ids.tolist())
    with database.write() as session:
        keep_trained(session, actor, model_of(session, model_id), name, model_card(model), told)
    return name


def _task(database: Database, models: KeptModels, model_id: int) -> _Task:
    with database.read() as session:
        model = model_of(session, model_id)
        campaign = session.get_one(Campaign, model.campaign_id)
        version, asked = asked_question(session, campaign, model.question)
        last = newest_model(session, campaign.id, asked.key)
        ids = models.creatives(last.artefact) if last else []
        return _Task(
            slug=campaign.slug,
            question=asked.key,
            version=model.version,
            main=asked.key == version.content.main.key,
            known=labelled_creatives(session, campaign, asked),
            classes=asked.classes,
            words=class_words(version, asked),
            before=last.version if last else None,
            ids_before=frozenset(ids),
            texts_before=[text_of(*each) for each in texts_of(session, ids).values()],
        )


def _row(known: Known) -> LabelledCreative:
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
    )


def _report(found: TrainingSet, report: Report, model: Trained, rng: np.random.Generator) -> dict[str, Any]:
    held = HeldOut(
        report.stated,
        found.examples.shares,
        found.group,
        found.sampled,
        found.missed_group,
        found.missed_sampled,
    )
    return {
        "classes": list(found.examples.classes),
        "rows": len(found.ids),
        "advertisers": found.supply.advertisers,
        "left_out": found.supply.left_out,
        "untold": found.supply.untold,
        "agreement": agreement_of(held, found.examples.classes, rng),
        "calibration": calibration_of(held),
        "confusion": confusion_of(held),
        "terms": terms_of(model, found.examples.texts, found.group),
        **report.as_dict(),
    }


def _curve(found: TrainingSet, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Macro-F1 on advertisers held out, by the number of creatives learned from: the mean over some folds."""
    rows = as_rows(found.examples)
    folds = grouped_folds(rows.groups, rows.near, rows.shares, FOLDS, rng)
    folds = folds[: CURVE_FOLDS if len(rows.shares) <= SMALL else 1]
    most = min(len(fold.trained) for fold in folds)
    sizes = [size for size in CURVE if size < 0.8 * most] + [most]
    curves = [learning_curve(rows, fold, sizes, rng) for fold in folds]
    return [
        {
            "size": size,
            "macro_f1": round(float(np.mean([curve[n].figures.macro_f1 for curve in curves])), DIGITS),
        }
        for n, size in enumerate(sizes)
    ]


def _drift(found: TrainingSet, model: Trained, task: _Task) -> dict[str, Any] | None:
    """How far what came since the version before differs from what it learned from; None where there is little or nothing to compare."""
    new = [place for place, creative_id in enumerate(found.ids) if int(creative_id) not in task.ids_before]
    if len(task.texts_before) < WINDOW or len(new) < WINDOW:
        return None
    texts = [found.examples.texts[place] for place in new]
    old_scores, new_scores = (predict(model, part)[:, -1] for part in (task.texts_before, texts))
    measured = drift(task.texts_before, old_scores, texts, new_scores)
    numbers = {name: round(float(value), DIGITS) for name, value in asdict(measured).items()}
    return {**numbers, "moved": measured.moved, "new": len(new), "since": task.before}


def _facts(task: _Task, found: TrainingSet, told: dict[str, Any]) -> dict[str, str]:
    """What the card says of the run beside its figures; in English, as the whole card."""
    agreement = told["agreement"]
    drawn = "creatives of the uniformly random set" if agreement["random"] else "all labelled creatives"
    left = ", ".join(f"{name} ({count})" for name, count in found.supply.left_out.items())
    moved = told["drift"]
    return {
        "Campaign and question": f"{task.slug}, {task.question}",
        "Date": told["trained_at"][:10],
        "Likeliest answer = the volunteers' likeliest": f"{agreement['value']:.1%} ({agreement['low']:.1%} to {agreement['high']:.1%}), "
        f"{drawn}, n = {agreement['n']}; always saying “{agreement['usual']['class']}”: {agreement['usual']['value']:.1%}",
        "Answers too rare to be learned (always counted as wrong)": left or "none",
        "Creatives of which most volunteers could not tell (not learned)": str(found.supply.untold),
        "Weight of a creative": "s / (s + 1), s = answers × mean score of those who gave them (Raykar and Yu); 1 where a reviewer decided",
        "Drift since the version before": "not measured: too few new labels, or no version before"
        if moved is None
        else f"scores {moved['score']:.2f} (chance {moved['score_chance']:.2f}), words {moved['vocabulary']:.2f} "
        f"(chance {moved['vocabulary_chance']:.2f})",
    }


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
        if not waiting:
            return done
        probabilities = predict(trained, [text_of(each.title, each.text) for each in waiting])
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
