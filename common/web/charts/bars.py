"""Quantities side by side, as horizontal bars with their names in words that may wrap."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.web.charts.axis import Scale


@dataclass(frozen=True)
class Bar:
    """One row; `interval` is a whisker in percent of the plot, None where no uncertainty was given."""

    label: str
    words: str
    width: float
    interval: tuple[float, float] | None
    strong: bool


@dataclass(frozen=True)
class Bars:
    """What `bars()` in components/chart.html draws; `zero` is where the bars start."""

    rows: list[Bar]


def bars(
    rows: Sequence[tuple[str, float, str]],
    *,
    top: float | None = None,
    intervals: Sequence[tuple[float, float] | None] | None = None,
    strong: frozenset[str] = frozenset(),
) -> Bars:
    """Lay out rows of (label, value ≥ 0, value in words). `top` is the scale's end, by default the largest value or bound.

    `intervals` gives a row its (low, high); `strong` names the rows to be set in full ink, the others are paler.
    """
    bounds = intervals or [None] * len(rows)
    if len(bounds) != len(rows) or any(value < 0 for _, value, _ in rows):
        raise ValueError("Bars need values that are not negative, and one interval (or None) for each.")
    largest = max(
        (max(value, bound[1] if bound else 0) for (_, value, _), bound in zip(rows, bounds, strict=True)),
        default=0,
    )
    scale = Scale(0, top or largest or 1)
    return Bars(
        [
            Bar(
                label=label,
                words=words,
                width=scale.at(value),
                interval=(scale.at(bound[0]), scale.at(bound[1])) if bound else None,
                strong=label in strong or not strong,
            )
            for (label, value, words), bound in zip(rows, bounds, strict=True)
        ]
    )
