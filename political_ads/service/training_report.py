"""What a training run tells of itself: figures for its page, its learning curve, drift since the version before, lines of its card."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from political_ads.core.classifier.curves import learning_curve
from political_ads.core.classifier.drift import drift
from political_ads.core.classifier.model import Model, predict
from political_ads.core.classifier.report import Report
from political_ads.core.classifier.splits import grouped_folds
from political_ads.core.classifier.training import FOLDS, as_rows
from political_ads.core.model_report import (
    HeldOut,
    agreement_of,
    calibration_of,
    confusion_of,
    facts_of,
    terms_of,
)
from political_ads.core.training_set import TrainingSet

CURVE = (25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400)
CURVE_FOLDS = 3  # over which the curve is averaged
SMALL = 2_000  # rows, up to which more than one fold is worth its time
WINDOW = 30  # new creatives, from which drift is looked for
DIGITS = 4


@dataclass(frozen=True)
class Before:
    """What the version before learned from: its number (None: there is none), its creatives, their texts and facts in the same order."""

    version: int | None
    ids: frozenset[int]
    texts: Sequence[str]
    stated: Sequence[Sequence[str]]


def report_of(found: TrainingSet, report: Report, model: Model, rng: np.random.Generator) -> dict[str, Any]:
    """Return the figures of a run as plain numbers."""
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
        "facts": facts_of(model, found.examples.facts, found.group),
        **report.as_dict(),
    }


def curve_of(found: TrainingSet, model: Model, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Macro-F1 on advertisers held out, by the number of creatives learned from: the mean over some folds; of what the model reads."""
    rows = as_rows(found.examples if model.facts else replace(found.examples, facts=None))
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


def drift_since(found: TrainingSet, model: Model, before: Before) -> dict[str, Any] | None:
    """How far what came since the version before differs from what it learned from; None where there is little or nothing to compare."""
    new = [place for place, creative_id in enumerate(found.ids) if int(creative_id) not in before.ids]
    if len(before.texts) < WINDOW or len(new) < WINDOW:
        return None
    texts = [found.examples.texts[place] for place in new]
    every = found.examples.facts or ()
    stated = [every[place] for place in new]
    old_scores = predict(model, before.texts, before.stated)[:, -1]
    new_scores = predict(model, texts, stated)[:, -1]
    measured = drift(before.texts, old_scores, texts, new_scores, stated=(before.stated, stated))
    numbers = {
        name: round(value, DIGITS) if isinstance(value, float) else value
        for name, value in asdict(measured).items()
    }
    return {**numbers, "moved": measured.moved, "new": len(new), "since": before.version}


def card_lines(name: str, found: TrainingSet, told: dict[str, Any]) -> dict[str, str]:
    """What the card says of the run beside its figures; in English, as the whole card."""
    agreement = told["agreement"]
    drawn = "creatives of the uniformly random set" if agreement["random"] else "all labelled creatives"
    left = ", ".join(f"{name} ({count})" for name, count in found.supply.left_out.items())
    moved = told["drift"]
    return {
        "Campaign and question": name,
        "Date": told["trained_at"][:10],
        "Likeliest answer = the volunteers' likeliest": f"{agreement['value']:.1%} ({agreement['low']:.1%} to {agreement['high']:.1%}), "
        f"{drawn}, n = {agreement['n']}; always saying “{agreement['usual']['class']}”: {agreement['usual']['value']:.1%}",
        "Answers too rare to be learned (always counted as wrong)": left or "none",
        "Creatives of which most volunteers could not tell (not learned)": str(found.supply.untold),
        "Weight of a creative": "s / (s + 1), s = answers × mean score of those who gave them (Raykar and Yu); 1 where a reviewer decided",
        "Drift since the version before": "not measured: too few new labels, or no version before"
        if moved is None
        else f"scores {moved['score']:.2f} (chance {moved['score_chance']:.2f}), words {moved['vocabulary']:.2f} "
        f"(chance {moved['vocabulary_chance']:.2f}); of the facts, “{moved['fact']}” moved most: {moved['facts']:.2f} "
        f"(chance {moved['facts_chance']:.2f})",
    }
