"""The training run: volunteers' soft labels in, a calibrated model and an honest report out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.facts import SCHEME
from political_ads.core.classifier.fitting import RECIPE, Rows, call, fit
from political_ads.core.classifier.learners import Recipe, take
from political_ads.core.classifier.model import Model
from political_ads.core.classifier.near_duplicates import near_duplicates
from political_ads.core.classifier.ngrams import FloatArray, IntArray, count, without_facts
from political_ads.core.classifier.report import Beside, Report, beside_of, report_on
from political_ads.core.classifier.splits import Fold, grouped_folds, time_folds

FOLDS = 5
_FEWEST = 20  # rows below which nothing can be learned, let alone measured


@dataclass(frozen=True, slots=True)
class Examples:
    """What a model learns from, one row a creative.

    `shares`: (n, k) probability of each class, as the volunteers' answers add up to it; `weight`: (n,) what the row counts (for
    instance 1 − entropy, or how many reliable answers stand behind it). `groups`: (n,) advertiser or page ("" counts as a
    page of its own). `languages`: (n,). `times`: (n,) seconds, NaN where unknown. `facts`: per row, statements beside the
    text (`facts.statements`). `stress`: see `Rows`.
    """

    texts: Sequence[str]
    classes: tuple[str, ...]
    shares: FloatArray
    weight: FloatArray
    groups: NDArray[np.str_]
    languages: NDArray[np.str_]
    times: FloatArray
    facts: Sequence[Sequence[str]] | None = None
    stress: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """What models that had not seen the page said: `stated` (n, k), `called` (n,)."""

    stated: FloatArray
    called: IntArray


@dataclass(frozen=True, slots=True)
class _Tried:
    """The rows that the model learns from, what held-out models said of them, and what facts are worth."""

    rows: Rows
    held: _Held
    beside: Beside | None


def train(  # noqa: PLR0913 - keywords, each with a default that is right
    examples: Examples,
    rng: np.random.Generator,
    *,
    version: str,
    recipe: Recipe = RECIPE,
    folds: int = FOLDS,
    prior: Model | None = None,
    told: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Model, Report]:
    """Train on all rows; the report holds what models that had not seen the page said of it.

    Where there are facts beside the texts, the folds are run with and without them, and the model reads them only if they clearly
    lower the log loss on pages that it had not seen; the report says how much they changed (`Report.beside`).

    `prior`: an earlier model of the same classes to start from. `told`: facts of the run for the model card. `progress` is told
    fits done and fits in all. Raises `ValueError` where there are too few rows, pages, or only one class.
    """
    _check(examples)
    rows = as_rows(examples)
    splits = grouped_folds(rows.groups, rows.near, rows.shares, folds, rng)
    steps = len(splits) * (2 if _differ(examples.facts) else 1) + 2
    tried = _tried(
        rows,
        splits,
        rng,
        recipe,
        prior,
        facts=_differ(examples.facts),
        progress=lambda done: progress(done, steps),
    )
    progress(steps - 2, steps)
    later = _by_time(examples, tried.rows, rng, recipe)
    progress(steps - 1, steps)
    whole = fit(tried.rows, rng, recipe=recipe, prior=prior)
    seen = tried.held
    report = report_on(
        examples.classes, examples.shares, seen.stated, seen.called, examples.languages, later, tried.beside
    )
    facts = {"rows": len(examples.texts), "pages": len(np.unique(rows.groups)), "recipe": str(recipe)}
    model = Model(
        version=version,
        classes=examples.classes,
        weights=whole.weights,
        intercept=whole.intercept,
        frequency=whole.frequency,
        thresholds=whole.thresholds,
        facts=SCHEME if tried.beside and tried.beside.used else "",
        told=facts | {"measured": report.as_dict()} | (told or {}),
    )
    return model, report


def as_rows(examples: Examples) -> Rows:
    """Count the n-grams, group near-duplicates, give each row without a page a page of its own."""
    own = np.array([f"\x00{place}" for place in range(len(examples.texts))])
    return Rows(
        count(examples.texts, examples.facts),
        examples.shares,
        examples.weight,
        np.where(examples.groups == "", own, examples.groups),
        near_duplicates(examples.texts),
        examples.stress,
    )


def _check(examples: Examples) -> None:
    totals = examples.weight @ examples.shares
    if len(examples.texts) < _FEWEST or int(np.sum(totals > 0)) < 2:
        message = f"training needs at least {_FEWEST} labelled creatives of two classes"
        raise ValueError(message)


def _differ(facts: Sequence[Sequence[str]] | None) -> bool:
    """Whether there are facts, and not the same of every row."""
    return facts is not None and len({tuple(row) for row in facts}) > 1


def _tried(
    rows: Rows,
    splits: Sequence[Fold],
    rng: np.random.Generator,
    recipe: Recipe,
    prior: Model | None,
    *,
    facts: bool,
    progress: Callable[[int], None],
) -> _Tried:
    """Run the folds on words alone and, where there are facts, on both; keep both where that is clearly better."""
    # The same inner folds for both: a difference comes from the facts alone.
    seed = int(rng.integers(2**62))
    alone = replace(rows, table=without_facts(rows.table))
    words = _held_out(alone, splits, np.random.default_rng(seed), recipe, prior, progress)
    if not facts:
        return _Tried(alone, words, None)
    after = len(splits)
    both = _held_out(
        rows, splits, np.random.default_rng(seed), recipe, prior, lambda done: progress(after + done)
    )
    beside = beside_of(
        rows.shares, rows.weight, rows.groups, (words.stated, words.called), (both.stated, both.called)
    )
    return _Tried(rows, both, beside) if beside.used else _Tried(alone, words, beside)


def _held_out(
    rows: Rows,
    splits: Sequence[Fold],
    rng: np.random.Generator,
    recipe: Recipe,
    prior: Model | None,
    progress: Callable[[int], None],
) -> _Held:
    seen = np.full(rows.shares.shape, np.nan)
    called = np.full(len(seen), -1, dtype=np.int64)
    for done, fold in enumerate(splits):
        progress(done)
        fitted = fit(rows.part(fold.trained), rng, recipe=recipe, prior=prior)
        seen[fold.tested] = fitted.predict(take(rows.table, fold.tested))
        called[fold.tested] = call(seen[fold.tested], fitted.thresholds)
    return _Held(seen, called)


def _by_time(
    examples: Examples, rows: Rows, rng: np.random.Generator, recipe: Recipe
) -> tuple[FloatArray, IntArray] | None:
    """Probabilities and calls of each later window by what came before it; None where times are not known."""
    known = ~np.isnan(examples.times)
    if int(known.sum()) < 2 * _FEWEST or len(np.unique(examples.times[known])) < 4:
        return None
    stated = np.full(rows.shares.shape, np.nan)
    called = np.full(len(stated), -1, dtype=np.int64)
    for fold in time_folds(examples.times, rows.groups, rows.near, 3):
        part = rows.part(fold.trained)
        if len(part.shares) < _FEWEST or int(np.sum(part.shares.sum(axis=0) > 0)) < 2 or not len(fold.tested):
            continue
        fitted = fit(part, rng, recipe=recipe)
        stated[fold.tested] = fitted.predict(take(rows.table, fold.tested))
        called[fold.tested] = call(stated[fold.tested], fitted.thresholds)
    return stated, called
