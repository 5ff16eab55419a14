"""How a likelihood comes about: contributions in log-odds, one after the other, from a starting point to a result."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from common.web.charts.axis import Scale, Tick, Words, axis

LANDMARKS = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)  # probabilities that may stand on the axis
NEAREST = 9.0  # percent of the plot: landmarks closer than this would write over one another
MARGIN = 0.04  # of the span, kept free at both ends


@dataclass(frozen=True)
class Step:
    """One contribution: a floating bar from `before` to `after`."""

    label: str
    note: str
    words: str
    before: float
    after: float
    rises: bool

    @property
    def x(self) -> float:
        """Return the bar's left edge."""
        return min(self.before, self.after)

    @property
    def width(self) -> float:
        """Return the bar's width; a hair's breadth where the contribution is next to nothing."""
        return round(max(0.25, abs(self.after - self.before)), 3)


@dataclass(frozen=True)
class Waterfall:
    """What `waterfall()` in components/chart.html draws; positions in percent of the plot."""

    start: float
    end: float
    steps: list[Step]
    ticks: list[Tick]


def log_odds(probability: float) -> float:
    """Return ln(p / (1 − p)) for p in ]0, 1[."""
    return math.log(probability / (1 - probability))


def waterfall(baseline: float, steps: Sequence[tuple[str, str, float, str]], *, words: Words) -> Waterfall:
    """Lay out contributions (label, note, log-odds, log-odds in words) from `baseline`, in the order given.

    The axis is linear in log-odds and labelled in likelihoods, written by `words`. The result is `baseline` plus their sum.
    """
    totals = [baseline]
    for _, _, contribution, _ in steps:
        totals.append(totals[-1] + contribution)
    scale = _span(totals)
    return Waterfall(
        start=scale.at(baseline),
        end=scale.at(totals[-1]),
        steps=[
            Step(label, note, amount, scale.at(before), scale.at(after), contribution >= 0)
            for (label, note, contribution, amount), before, after in zip(
                steps, totals, totals[1:], strict=False
            )
        ],
        ticks=_landmarks(scale, words),
    )


def _span(totals: Sequence[float]) -> Scale:
    low, high = min(totals), max(totals)
    margin = max(0.5, MARGIN * (high - low))
    return Scale(low - margin, high + margin)


def _landmarks(scale: Scale, words: Words) -> list[Tick]:
    within = [p for p in LANDMARKS if scale.low <= log_odds(p) <= scale.high]
    kept: list[float] = []
    for p in sorted(within, key=lambda p: abs(p - 0.5)):  # the middle first: it is the best known
        if all(abs(scale.at(log_odds(p)) - scale.at(log_odds(other))) >= NEAREST for other in kept):
            kept.append(p)
    positions = {log_odds(p): p for p in sorted(kept)}
    return axis(scale, positions, lambda value: words(positions[value]))
