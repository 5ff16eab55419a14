"""What a margin is worth: interval, precision above it, and the conformal verdict, as tables over a grid of margins.

Everything is computed from margins of accounts that the scoring model had not seen, with both classes weighing the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import BoolArray, FloatArray
from bot_detector.core.logodds import logit, sigmoid

_LOG_ODDS_BOUND = 7.0  # an interval end is never surer than 1 in 1,100 either way: calibration sets are small
KNOTS = 200
_BISECTIONS = 24  # 2⁻²⁴: the slope is found to seven digits


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """Margins (log-odds, calibrated) and labels (1 = automated) of one source of calibration accounts.

    `gaps`: fields were left out on purpose, to learn what a score is worth without them.
    """

    margins: FloatArray
    labels: NDArray[np.int64]
    gaps: bool = False


@dataclass(frozen=True, slots=True)
class CalibrationTable:
    """Step functions of the margin over rising `knots` (log-odds with both classes equally common).

    `low`, `high`: Venn–Abers interval of the log-odds, the widest over the calibration groups. `human_above`,
    `automated_above`: P(margin ≥ knot | class). `human_p`, `automated_p`: conformal p-values, the worst over the groups with
    all fields; `human_p_gaps`, `automated_p_gaps`: over all groups, for accounts that lack a field.
    """

    knots: FloatArray
    low: FloatArray
    high: FloatArray
    human_above: FloatArray
    automated_above: FloatArray
    human_p: FloatArray
    automated_p: FloatArray
    human_p_gaps: FloatArray
    automated_p_gaps: FloatArray

    def interval(self, margins: FloatArray, *, widen: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Return the interval of each margin's log-odds; it holds the margin, and is twice as wide where `widen`."""
        low = np.minimum(np.interp(margins, self.knots, self.low), margins)
        high = np.maximum(np.interp(margins, self.knots, self.high), margins)
        factor = np.where(widen, 2.0, 1.0)
        return margins - factor * (margins - low), margins + factor * (high - margins)

    def precision_above(self, margins: FloatArray, prevalence: float) -> FloatArray:
        """P(automated | score ≥ this one) at the prevalence: (0, 1)."""
        automated = prevalence * np.interp(margins, self.knots, self.automated_above)
        human = (1.0 - prevalence) * np.interp(margins, self.knots, self.human_above)
        return automated / (automated + human)

    def p_values(self, margins: FloatArray, *, gaps: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Return conformal p-values of "human" and of "automated", each rounded up to the next knot.

        `gaps`: whether the account lacks a field.
        """
        below = np.clip(np.searchsorted(self.knots, margins, side="right") - 1, 0, None)
        human = np.where(gaps, self.human_p_gaps[below], self.human_p[below])
        above = np.searchsorted(self.knots, margins, side="left")
        inside = np.minimum(above, len(self.knots) - 1)
        automated = np.where(gaps, self.automated_p_gaps[inside], self.automated_p[inside])
        return (
            np.where(margins < self.knots[0], 1.0, human),
            np.where(above == len(self.knots), 1.0, automated),
        )


def fit_table(groups: Sequence[CalibrationGroup]) -> CalibrationTable:
    """Compute the tables; every group must hold both classes, and one at least must have no gaps."""
    complete = [group for group in groups if not group.gaps]
    margins = np.concatenate([group.margins for group in complete])
    labels = np.concatenate([group.labels for group in complete])
    knots = np.unique(np.quantile(np.concatenate([g.margins for g in groups]), np.linspace(0.0, 1.0, KNOTS)))
    low, high = _widest_interval(complete, knots)
    human_p, automated_p = _worst_p_values(complete, knots)
    human_p_gaps, automated_p_gaps = _worst_p_values(groups, knots)
    return CalibrationTable(
        knots=knots,
        low=low,
        high=high,
        human_above=_share_above(margins[labels == 0], knots),
        automated_above=_share_above(margins[labels == 1], knots),
        human_p=human_p,
        automated_p=automated_p,
        human_p_gaps=human_p_gaps,
        automated_p_gaps=automated_p_gaps,
    )


def _widest_interval(groups: Sequence[CalibrationGroup], knots: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The hull of the groups' Venn–Abers intervals: sets disagree more than accounts of one set do."""
    low, high = np.full(len(knots), np.inf), np.full(len(knots), -np.inf)
    for group in groups:
        group_low, group_high = venn_abers(group.margins, group.labels, balanced_weights(group.labels), knots)
        low, high = np.minimum(low, group_low), np.maximum(high, group_high)
    return low, high


def balanced_weights(labels: NDArray[np.int64]) -> FloatArray:
    """Weights that give both classes the same total and have mean 1; a lone class weighs 1 each."""
    counts = np.bincount(labels, minlength=2).tolist()
    classes = sum(count > 0 for count in counts)
    each: FloatArray = np.array([len(labels) / (classes * max(count, 1)) for count in counts])
    return each[labels]


def venn_abers(
    margins: FloatArray, labels: NDArray[np.int64], weights: FloatArray, knots: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the Venn–Abers interval of the log-odds at each knot.

    Vovk and Petej (2014), "Venn–Abers predictors", arXiv:1211.0025: isotonic regression is fitted twice, with the tested
    score once as human and once as automated; one of the two answers is perfectly calibrated. Here with class weights.
    """
    order = np.argsort(margins, kind="stable")
    scores, outcome, weight = margins[order], labels[order].astype(np.float64), weights[order]
    ends = [
        [_isotonic_at(scores, outcome, weight, knot, assumed) for knot in knots] for assumed in (0.0, 1.0)
    ]
    bound = float(sigmoid(_LOG_ODDS_BOUND))
    low, high = (logit(np.clip(np.array(end), 1.0 - bound, bound)) for end in ends)
    return np.minimum(low, high), np.maximum(low, high)


def _isotonic_at(
    scores: FloatArray, outcome: FloatArray, weight: FloatArray, knot: float, assumed: float
) -> float:
    """Fitted isotonic value at `knot` after adding it with the assumed outcome and weight 1 (max–min formula).

    Barlow and Brunk: the fit at place i is the maximum over starts a ≤ i of the minimum over ends b ≥ i of the mean of
    a … b.
    """
    place = int(np.searchsorted(scores, knot))
    sums = np.concatenate([[0.0], np.cumsum(np.insert(outcome * weight, place, assumed))])
    mass = np.concatenate([[0.0], np.cumsum(np.insert(weight, place, 1.0))])
    return _slope_at(mass, sums, place)


def _slope_at(mass: FloatArray, sums: FloatArray, place: int) -> float:
    """Slope of the greatest convex minorant of the points (mass, sums) over the step from `place` to `place + 1`.

    The minorant at the middle of the step is the highest line below all points; a bisection on the slope finds it: the
    lowest points of `sums − slope × mass` left and right of the step change sides at the answer.
    """
    low, high = 0.0, 1.0
    for _step in range(_BISECTIONS):
        slope = 0.5 * (low + high)
        lowest = int(np.argmin(sums - slope * mass))
        if lowest <= place:
            low = slope
        else:
            high = slope
    return 0.5 * (low + high)


def _share_above(margins: FloatArray, knots: FloatArray) -> FloatArray:
    """P(margin ≥ knot), with one more imagined account above: never 0."""
    ranked = np.sort(margins)
    above = len(ranked) - np.searchsorted(ranked, knots, side="left")
    share: FloatArray = (above + 1.0) / np.float64(len(ranked) + 1)
    return share


def _worst_p_values(groups: Sequence[CalibrationGroup], knots: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Class-conditional conformal p-values at each knot, the largest over the groups.

    Vovk (2013), "Conditional validity of inductive conformal predictors", DOI 10.1007/s10994-013-5355-6, for the
    class-conditional p-value. Taking the worst group keeps the error level for accounts that are like any one of them.
    """
    human = np.zeros(len(knots))
    automated = np.zeros(len(knots))
    for group in groups:
        humans, machines = group.margins[group.labels == 0], group.margins[group.labels == 1]
        human = np.maximum(human, _share_above(humans, knots))
        automated = np.maximum(automated, _share_above(-machines, -knots))
    return human, automated
