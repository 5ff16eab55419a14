"""All answers of a campaign at once: what every question's answers add up to, and what is known of every contributor."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.statistics.agreement import krippendorff
from political_ads.core.aggregation import UNKNOWN, FloatArray, IntArray, Votes, aggregate
from political_ads.core.aggregation.uncertainty import accuracy_band, spammer_scores
from political_ads.core.labels import LabelValue, label_values
from political_ads.core.questionnaires import Asked
from political_ads.core.questionnaires.votes import NO, YES
from political_ads.core.recount import Ballot, rule_of
from political_ads.core.retirement import VERDICTS, judge_many
from political_ads.schemas import CANNOT_TELL, Rules

DRAWS = 200  # bootstrap draws for the interval of an agreement


@dataclass
class Columns:
    """The votes on one question: ids of items and contributors, class places, one row a vote."""

    items: "array[int]" = field(default_factory=lambda: array("q"))
    contributors: "array[int]" = field(default_factory=lambda: array("q"))
    classes: "array[int]" = field(default_factory=lambda: array("q"))


@dataclass
class Gathered:
    """Everything that was answered in a campaign. `right`: gold item → question → the right options; gold is never labelled.

    `answers`, `unreadable`, `first`: item → how many answers, how many of them unreadable, how many unreadable before any other.
    """

    asked: Mapping[str, Asked]
    main: str
    right: Mapping[int, Mapping[str, Sequence[str]]]
    columns: dict[str, Columns]
    answers: dict[int, int] = field(default_factory=dict)
    unreadable: dict[int, int] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)

    def add(self, item_id: int, ballot: Ballot) -> None:
        """Take up one answer; answers about an item come in their order."""
        before = self.answers.get(item_id, 0)
        self.answers[item_id] = before + 1
        if ballot.unreadable:
            seen = self.unreadable.get(item_id, 0)
            self.unreadable[item_id] = seen + 1
            if seen == before:
                self.first[item_id] = seen + 1
        for question, vote in ballot.votes.items():
            known = self._known(item_id, question)
            if known == ():
                continue  # gold of which nobody said what is right here
            columns = self.columns[question]
            columns.items.append(item_id)
            columns.contributors.append(ballot.contributor)
            columns.classes.append(known[0] if known and vote in known else vote)

    def _known(self, item_id: int, question: str) -> tuple[int, ...] | None:
        if item_id not in self.right:
            return None
        return right_classes(self.asked[question], self.right[item_id])

    def gold_of(self, items: NDArray[np.int64], question: str) -> IntArray:
        """Return the gold array for these items."""
        gold = np.full(len(items), UNKNOWN, dtype=np.int32)
        for place in np.flatnonzero(np.isin(items, list(self.right))):
            known = self._known(int(items[place]), question)
            if known:
                gold[place] = known[0]
        return gold


@dataclass(frozen=True)
class Fitted:
    """One question's result. `items`: (n,) ids, with `tally` and `posterior` (n, k); `gold`: (n,), −1 where it is none.

    `contributors`: (m,) ids, with `counts` (m, k, k), `accuracy`, `low`, `high`, `spammer`: (m,). `summary` is kept with the campaign.
    """

    asked: Asked
    items: NDArray[np.int64]
    tally: FloatArray
    posterior: FloatArray
    gold: IntArray
    contributors: NDArray[np.int64]
    counts: FloatArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    spammer: FloatArray
    summary: dict[str, Any]

    def labels(self, rows: NDArray[np.int64]) -> dict[int, LabelValue]:
        """Return the labels of these rows, by item."""
        values = label_values(self.asked, self.tally[rows], self.posterior[rows])
        return dict(zip(self.items[rows].tolist(), values, strict=True))


def right_classes(asked: Asked, right: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    """Return the places of a question's right classes for gold, the first one standing for all; empty where nobody said."""
    options = right.get(asked.question)
    if not options:
        return ()
    if asked.option:  # one option of several: it applies or not
        if CANNOT_TELL in options:
            return ()
        return (asked.classes.index(YES if asked.option in options else NO),)
    return tuple(asked.classes.index(option) for option in options if option in asked.classes)


def fit_question(
    gathered: Gathered,
    question: str,
    *,
    rng: np.random.Generator,
    progress: Callable[[float], None] | None = None,
) -> Fitted | None:
    """Aggregate one question by the default method; None where nobody answered it."""
    asked, columns = gathered.asked[question], gathered.columns[question]
    if not columns.items:
        return None
    votes, items, contributors = _votes(columns, len(asked.classes))
    gold = gathered.gold_of(items, question)
    result = aggregate(votes, gold=gold, progress=progress)
    spammer = spammer_scores(result.sums.counts)
    band = accuracy_band(result.sums.counts)
    posterior = soft_posterior(votes, spammer) if asked.soft else result.posterior
    summary = {
        "classes": list(asked.classes),
        "pooled": result.sums.pooled.tolist(),
        "class_counts": result.sums.class_counts.tolist(),
        "prior": result.prior.tolist(),
        "method": result.method,
        "agreement": _agreement(asked, votes, gold, rng),
    }
    return Fitted(
        asked, items, votes.tally(), posterior, gold, contributors,
        result.sums.counts, band.value, band.low, band.high, spammer, summary,
    )  # fmt: skip


def soft_posterior(votes: Votes, weights: FloatArray) -> FloatArray:
    """Return the weighted share of each class among each item's answers: (n_items, k), as `labels.soft_shares` does for one."""
    weight = weights[votes.contributors]
    cells = votes.items.astype(np.int64) * votes.n_classes + votes.classes
    size = votes.n_items * votes.n_classes
    weighted = np.bincount(cells, weights=weight, minlength=size).reshape(votes.n_items, -1)
    plain = votes.tally()
    heavy = np.where(weighted.sum(axis=1, keepdims=True) > 0, weighted, plain)
    shares: FloatArray = heavy / heavy.sum(axis=1, keepdims=True)
    return shares


def settled(gathered: Gathered, fitted: Fitted, rules: Rules) -> dict[int, str]:
    """Return the state that the rules give to each item, by the main question's result; gold is left out."""
    rows = np.flatnonzero(fitted.gold == UNKNOWN)
    items = fitted.items[rows].tolist()
    codes = judge_many(
        fitted.tally[rows],
        fitted.posterior[rows],
        rule_of(rules, soft=fitted.asked.soft),
        unreadable=np.array([gathered.unreadable.get(item, 0) for item in items], dtype=np.int64),
        unreadable_first=np.array([gathered.first.get(item, 0) for item in items], dtype=np.int64),
    )
    return {item: VERDICTS[code].value for item, code in zip(items, codes.tolist(), strict=True)}


def _votes(columns: Columns, k: int) -> tuple[Votes, NDArray[np.int64], NDArray[np.int64]]:
    items, item_places = np.unique(np.asarray(columns.items, dtype=np.int64), return_inverse=True)
    people, people_places = np.unique(np.asarray(columns.contributors, dtype=np.int64), return_inverse=True)
    classes = np.asarray(columns.classes, dtype=np.int32)
    votes = Votes(
        item_places.astype(np.int32), people_places.astype(np.int32), classes, len(items), len(people), k
    )
    return votes, items, people


def _agreement(asked: Asked, votes: Votes, gold: IntArray, rng: np.random.Generator) -> dict[str, Any]:
    """Return Krippendorff's alpha over what is not gold, with its bootstrap interval; None where there is none."""
    plain = votes.take(np.flatnonzero(gold[votes.items] == UNKNOWN))
    metric = "ordinal" if asked.ordered else "nominal"
    found = krippendorff(plain, "ordinal" if asked.ordered else "nominal", draws=DRAWS, rng=rng)
    return {
        "metric": metric,
        "alpha": _number(found.value),
        "low": _number(found.low),
        "high": _number(found.high),
        "items": found.items,
        "answers": found.answers,
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
