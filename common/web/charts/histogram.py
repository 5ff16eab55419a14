"""How many fall where: counts in bins of equal width."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.web.charts.axis import Mark, Scale, Tick, Words, axis, likelihood_step, mark, ticks

HEADROOM = 1.06  # so that the highest column does not touch the frame


@dataclass(frozen=True)
class Column:
    """One bin; `step` is its colour on the likelihood scale, None where the axis is not a likelihood."""

    x: float
    width: float
    y: float
    height: float
    step: int | None
    words: str


@dataclass(frozen=True)
class Histogram:
    """What `histogram()` in components/chart.html draws; positions in percent, y from the top."""

    columns: list[Column]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    marks: list[Mark]


def histogram(
    counts: Sequence[float],
    *,
    low: float,
    high: float,
    x_words: Words,
    y_words: Words,
    marks: Sequence[tuple[float, str]] = (),
    likelihood: bool = False,
) -> Histogram:
    """Lay out counts (≥ 0) of bins that share `[low, high]` equally. `marks` are (value, label) lines across the plot."""
    if not counts or min(counts) < 0:
        raise ValueError("A histogram needs at least one bin, and counts that are not negative.")
    x, y = Scale(low, high), Scale(0, HEADROOM * max(1, *counts))
    size = (high - low) / len(counts)
    edges = [low + n * size for n in range(len(counts) + 1)]
    columns = [
        Column(
            x=x.at(start),
            width=round(x.at(end) - x.at(start), 3),
            y=round(100 - y.at(count), 3),
            height=y.at(count),
            step=likelihood_step((start + end) / 2) if likelihood else None,
            words=f"{x_words(start)}–{x_words(end)}: {y_words(count)}",
        )
        for count, start, end in zip(counts, edges, edges[1:], strict=False)
    ]
    return Histogram(
        columns=columns,
        x_ticks=axis(x, ticks(low, high, 4), x_words),
        y_ticks=_upwards(y, y_words),
        marks=[mark(x.at(value), label) for value, label in marks],
    )


def _upwards(scale: Scale, words: Words) -> list[Tick]:
    """Return the ticks of a scale that rises from the bottom, for whole counts, without the zero."""
    values = [value for value in ticks(scale.low, scale.high, 3) if value > 0 and value == int(value)]
    return [Tick(round(100 - scale.at(value), 3), words(value), "start") for value in values]
