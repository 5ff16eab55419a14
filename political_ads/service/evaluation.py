"""The evaluation on public labelled ads: `disinfo ads evaluate` runs it and writes docs/guides/ads-evaluation.md."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from political_ads.core.active import replay
from political_ads.core.classifier.baselines import BASELINES
from political_ads.core.classifier.causes import speaks_of_a_cause
from political_ads.core.classifier.comparison import (
    OURS,
    Measured,
    Predictions,
    columns_of,
    compare,
    measured,
    shares_of,
)
from political_ads.core.classifier.curves import learning_curve
from political_ads.core.classifier.drift import Drift, drift
from political_ads.core.classifier.evaluation_table import (
    BY_NEAR,
    BY_PAGE,
    FIXED,
    OTHER_SETS,
    REPEATED,
    Causes,
    Evaluation,
    Replayed,
)
from political_ads.core.classifier.fitting import RECIPE, Rows, call, fit
from political_ads.core.classifier.near_duplicates import near_duplicates
from political_ads.core.classifier.ngrams import FloatArray, IntArray, count
from political_ads.core.classifier.splits import Fold, grouped_folds, hashed_split
from political_ads.sources.labelled import (
    SEEDS,
    URUGUAY_CODES,
    WMP_GOALS,
    LabelledAds,
    read_france,
    read_ira,
    read_seeds,
    read_uruguay,
    read_wmp,
)

Progress = Callable[[str, float], None]
POLITICAL = "political"
FOLDS = 5
WMP_FOLDS = 2  # 23 classes: more folds would take most of the ten minutes
CAUSES_WEIGH = 8.0  # times: with 1, half of such posts on held-out pages of en-US were called political
FROM_EACH = 1_500  # posts of each locale that train a model for other sets
OWN_PART = 0.25  # of Uruguay's ads are its fixed validation part
REPLAYS = 3
REPLAYED = ("en-US", "it-IT", "nl-BE")  # the locales for which a mark was set
REPLAYED_TEST = 0.3
CURVE = (100, 250, 500, 1_000, 2_000)
_QUARTER = 91 * 86_400.0
_FEWEST_OF_WINDOW = 100


@dataclass(frozen=True, slots=True)
class _Set:
    """One set, counted once: `rows` has the pages as groups."""

    ads: LabelledAds
    rows: Rows

    @property
    def political(self) -> IntArray:
        return self.ads.labels[POLITICAL]


def evaluate(folder: Path, *, seed: int, progress: Progress) -> Evaluation:
    """Measure ours and two baselines on every labelled set in `folder`; the same seed gives the same table.

    Raises `NotFound` where a set is missing.
    """
    rng = np.random.default_rng(seed)
    found = Evaluation(seed=seed)
    sets = [_counted(read_seeds(folder, locale)) for locale in SEEDS]
    for place, each in enumerate(sets):
        progress(each.ads.name, 0.45 * place / len(sets))
        _seeds(each, found, rng)
    progress("across languages", 0.45)
    _across(sets, found, rng)
    progress("uruguay_2024", 0.6)
    _uruguay(_counted(read_uruguay(folder)), found, rng)
    progress("wmp_2020", 0.68)
    _wmp(_counted(read_wmp(folder)), found, rng)
    progress("transfer and drift", 0.85)
    _transfer(sets, read_france(folder), read_ira(folder), found, rng)
    for place, each in enumerate(one for one in sets if one.ads.name in REPLAYED):
        progress(f"replay {each.ads.name}", 0.88 + 0.04 * place)
        found.replays.append(_replayed(each, rng))
    progress("done", 1.0)
    return found


def _counted(ads: LabelledAds) -> _Set:
    near = near_duplicates(ads.texts)
    groups = np.where(ads.groups == "", np.char.add("alone ", near.astype(np.str_)), ads.groups)
    shares = columns_of(ads.labels)
    rows = Rows(count(ads.texts), shares, np.ones(len(ads.texts)), groups, near, _stress(ads))
    return _Set(ads, rows)


def _stress(ads: LabelledAds) -> FloatArray | None:
    """Appeals for a cause that are not political count more while fitting: the seeds hold few, libraries of ads many."""
    if POLITICAL not in ads.labels:
        return None
    spoken = np.array([speaks_of_a_cause(text) for text in ads.texts])
    return np.where(spoken & (ads.labels[POLITICAL] == 0), CAUSES_WEIGH, 1.0)


def _seeds(each: _Set, found: Evaluation, rng: np.random.Generator) -> None:
    """One locale: by near-duplicates (as the marks were set) and by page (harder, and truer to use)."""
    rows, labels = each.rows, each.ads.labels
    for split, groups in ((BY_NEAR, rows.near), (BY_PAGE, rows.groups)):
        folds = grouped_folds(groups, rows.near, rows.shares, FOLDS, rng)
        # The inner folds that calibrate are of the outer ones' kind.
        said = compare(replace(rows, groups=groups), each.ads.texts, labels, folds, rng)
        _add(found, each, split, labels, said)
        if split == BY_PAGE:
            _causes(each, found, said)
            found.curves[each.ads.name] = learning_curve(rows, folds[0], CURVE, rng)


def _add(
    found: Evaluation,
    each: _Set,
    split: str,
    labels: Mapping[str, IntArray],
    said: Mapping[str, Mapping[str, Predictions]],
    title: str = "",
) -> None:
    """Measure every method; per language where a set holds two."""
    name = title or each.ads.name
    languages = np.unique(each.ads.languages)
    for method, predicted in said.items():
        found.rows.append(measured(name, split, method, labels, predicted))
        for language in languages if len(languages) > 1 else ():
            keep = np.flatnonzero(each.ads.languages == language)
            found.rows.append(measured(f"{name}, {language}", split, method, labels, predicted, keep))


def _causes(each: _Set, found: Evaluation, said: Mapping[str, Mapping[str, Predictions]]) -> None:
    """Posts of non-political pages that speak of a cause: and how many of them are called political."""
    spoken = np.array([speaks_of_a_cause(text) for text in each.ads.texts]) & (each.political == 0)
    for method, predicted in said.items():
        called = predicted[POLITICAL].called[spoken] == 1
        found.causes.append(Causes(each.ads.name, method, int(spoken.sum()), int(called.sum())))


def _across(sets: Sequence[_Set], found: Evaluation, rng: np.random.Generator) -> None:
    """Each locale tested by models that trained on the three others."""
    texts = [text for each in sets for text in each.ads.texts]
    whole = _together(sets)
    owner = np.repeat(np.arange(len(sets)), [len(each.ads.texts) for each in sets])
    labels = {POLITICAL: np.concatenate([each.political for each in sets])}
    for place, each in enumerate(sets):
        trained = np.flatnonzero(owner != place)
        fold = Fold(_some(trained, owner, rng), np.flatnonzero(owner == place))
        for method, predicted in compare(whole, texts, labels, [fold], rng).items():
            found.rows.append(measured(each.ads.name, OTHER_SETS, method, labels, predicted))


def _some(rows: IntArray, owner: IntArray, rng: np.random.Generator) -> IntArray:
    """At most `FROM_EACH` rows of each set, drawn by chance: more would cost minutes and change little."""
    drawn = rng.permutation(rows)
    parts = [drawn[owner[drawn] == each][:FROM_EACH] for each in np.unique(owner)]
    return np.sort(np.concatenate(parts))


def _stress_of(each: _Set) -> FloatArray:
    """The set's own stress, and both classes of a language alike.

    Where nine posts of ten in a language are political, a model of several languages would learn that the language is.
    """
    own = np.ones(len(each.political)) if each.rows.stress is None else each.rows.stress
    even = np.ones(len(own))
    for language in np.unique(each.ads.languages):
        inside = each.ads.languages == language
        for label in (0, 1):
            cell = inside & (each.political == label)
            even[cell] = inside.sum() / (2.0 * max(int(cell.sum()), 1))
    return own * even


def _together(sets: Sequence[_Set]) -> Rows:
    """The sets as one; near-duplicates are looked for within a set only: the languages differ."""
    political = np.concatenate([each.political for each in sets])
    near: list[IntArray] = []
    for each in sets:
        near.append(each.rows.near + (int(near[-1].max()) + 1 if near else 0))
    return Rows(
        count([text for each in sets for text in each.ads.texts]),
        shares_of(political, 2),
        np.ones(len(political)),
        np.concatenate([np.char.add(f"{each.ads.name} ", each.rows.groups.astype(np.str_)) for each in sets]),
        np.concatenate(near),
        np.concatenate([_stress_of(each) for each in sets]),
    )


def _uruguay(each: _Set, found: Evaluation, rng: np.random.Generator) -> None:
    """Six codes: the fixed part that the ids decide, and five folds over all, which say how much one part can vary."""
    rows, labels = each.rows, {code: each.ads.labels[code] for code in URUGUAY_CODES}
    own = hashed_split(each.ads.ids, rows.near, OWN_PART)
    _add(found, each, FIXED, labels, compare(rows, each.ads.texts, labels, [own], rng))
    folds = grouped_folds(rows.groups, rows.near, rows.shares, FOLDS, rng)
    _add(found, each, REPEATED, labels, compare(rows, each.ads.texts, labels, folds, rng))


def _wmp(each: _Set, found: Evaluation, rng: np.random.Generator) -> None:
    """Tone, goals and topics, by page and funder; with words alone, and with what the set states beside them."""
    rows, every = each.rows, each.ads.labels
    beside = replace(rows, table=count(each.ads.texts, each.ads.facts))
    folds = grouped_folds(rows.groups, rows.near, rows.shares, WMP_FOLDS, rng)
    questions = {
        "tone": {"tone": every["tone"]},
        "goals": {name: every[name] for name in WMP_GOALS},
        "topics": {name: values for name, values in every.items() if name.startswith("TOC_")},
    }
    for title, labels in questions.items():
        said = compare(rows, each.ads.texts, labels, folds, rng, beside=beside)
        _add(found, each, BY_PAGE, labels, said, f"{each.ads.name}, {title}")


def _transfer(
    sets: Sequence[_Set], france: LabelledAds, ira: LabelledAds, found: Evaluation, rng: np.random.Generator
) -> None:
    """All seeds train; two sets without labels are scored: shares called political, and drift over time."""
    owner = np.repeat(np.arange(len(sets)), [len(each.ads.texts) for each in sets])
    drawn = _some(np.arange(len(owner)), owner, rng)
    every = [text for each in sets for text in each.ads.texts]
    texts = [every[place] for place in drawn]
    part = _together(sets).part(drawn)
    labels = [part.shares[:, 1].astype(np.int64)]
    fitted = fit(part, rng)
    for ads in (france, ira):
        spoken = np.array([speaks_of_a_cause(text) for text in ads.texts])
        ours = call(fitted.predict(count(ads.texts)), fitted.thresholds)
        calls = {OURS: ours} | {
            name: baseline(texts, labels, ads.texts)[0].argmax(axis=1) for name, baseline in BASELINES.items()
        }
        for method, called in calls.items():
            found.transfer.append(Causes(ads.name, method, len(called), int(called.sum())))
            found.transfer.append(
                Causes(f"{ads.name}, speaks of a cause", method, int(spoken.sum()), int(called[spoken].sum()))
            )
    found.drift.update(_drift_of(ira, fitted.predict(count(ira.texts))[:, 1]))


def _drift_of(ads: LabelledAds, scores: FloatArray) -> dict[str, Drift]:
    """Each quarter of a year against the first one that holds enough ads."""
    if ads.times is None:
        return {}
    quarter = np.floor((ads.times - np.nanmin(ads.times)) / _QUARTER)
    windows = [
        (int(number), np.flatnonzero(quarter == number)) for number in np.unique(quarter[~np.isnan(quarter)])
    ]
    windows = [(number, rows) for number, rows in windows if len(rows) >= _FEWEST_OF_WINDOW]
    if not windows:
        return {}
    first = windows[0][1]
    texts = np.array(ads.texts, dtype=object)
    return {
        f"quarter {number + 1}, {len(rows):,} ads": drift(
            texts[first].tolist(), scores[first], texts[rows].tolist(), scores[rows]
        )
        for number, rows in windows[1:]
    }


def _replayed(each: _Set, rng: np.random.Generator) -> Replayed:
    """Several replays, each with its own test part of whole groups of near-duplicates."""
    rows = Rows(
        each.rows.table, shares_of(each.political, 2), each.rows.weight, each.rows.groups, each.rows.near
    )
    runs = []
    for _number in range(REPLAYS):
        drawn = rng.permutation(int(rows.near.max()) + 1) < REPLAYED_TEST * (int(rows.near.max()) + 1)
        tested = drawn[rows.near]
        runs.append(replay(rows, np.flatnonzero(~tested), np.flatnonzero(tested), rng, recipe=RECIPE))
    return Replayed(each.ads.name, runs)


__all__ = ["Evaluation", "Measured", "Progress", "evaluate"]
