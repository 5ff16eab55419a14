"""Lines over a common pair of axes: calibration, precision and recall, counts over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.web.charts.axis import Mark, Scale, Tick, Words, axis, mark, ticks

Points = Sequence[tuple[float, float]]
STYLES = 4  # dash patterns in the style sheet: lines are told apart without colour


@dataclass(frozen=True)
class Series:
    """One line; `points` is an SVG list of points in a 100 × 100 square, `style` (1–4) its dash and ink."""

    name: str
    points: str
    dots: list[tuple[float, float]]
    style: int


@dataclass(frozen=True)
class LineChart:
    """What `line_chart()` in components/chart.html draws; positions in percent, y from the top."""

    series: list[Series]
    band: str | None
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    marks: list[Mark]


def line_chart(
    series: Sequence[tuple[str, Points]],
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    x_words: Words,
    y_words: Words,
    band: tuple[Points, Points] | None = None,
    marks: Sequence[tuple[float, str]] = (),
) -> LineChart:
    """Lay out up to four named lines over the ranges `x` and `y`. `band` is (lower line, upper line), shaded between."""
    if not 1 <= len(series) <= STYLES:
        raise ValueError(f"A chart of lines has between one and {STYLES} of them.")
    across, up = Scale(*x), Scale(*y)

    def place(points: Points) -> list[tuple[float, float]]:
        return [(across.at(px), round(100 - up.at(py), 3)) for px, py in points]

    shade = [*place(band[0]), *reversed(place(band[1]))] if band else []
    return LineChart(
        series=[
            Series(name, _svg(placed), placed, style)
            for style, (name, placed) in enumerate(
                ((name, place(points)) for name, points in series), start=1
            )
        ],
        band=_svg(shade) if shade else None,
        x_ticks=axis(across, ticks(*x, 4), x_words),
        y_ticks=[
            Tick(round(100 - up.at(value), 3), y_words(value), "start")
            for value in ticks(*y, 4)
            if value > y[0]
        ],
        marks=[mark(across.at(value), label) for value, label in marks],
    )


def _svg(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
