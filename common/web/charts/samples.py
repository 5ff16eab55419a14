"""Invented figures for the style guide's drawings; the page says that they are invented."""

from dataclasses import dataclass

from common.i18n import gettext as _
from common.web.charts.bars import Bars, bars
from common.web.charts.gauge import Gauge, gauge
from common.web.charts.histogram import Histogram, histogram
from common.web.charts.line import LineChart, line_chart
from common.web.charts.strip import Strip, strip
from common.web.charts.waterfall import Waterfall, waterfall
from common.web.formats import Formats

COUNTS = (41, 96, 134, 120, 88, 61, 44, 30, 22, 17, 13, 10, 9, 8, 9, 12, 15, 19, 16, 7)
CALIBRATION = (
    (0.04, 0.03),
    (0.13, 0.16),
    (0.27, 0.24),
    (0.44, 0.47),
    (0.63, 0.6),
    (0.81, 0.84),
    (0.95, 0.93),
)


@dataclass(frozen=True)
class Samples:
    """One of each chart, and the histogram's figures for its table."""

    gauge: Gauge
    gauge_unsure: Gauge
    waterfall: Waterfall
    histogram: Histogram
    histogram_rows: list[list[str]]
    bars: Bars
    strips: list[Strip]
    lines: LineChart


def samples() -> Samples:
    """Return the style guide's charts, worded for the present reader."""
    fmt = Formats()
    zones = (
        ("likely_human", _("likely human")),
        ("unclear", _("unclear")),
        ("likely_automated", _("likely automated")),
    )
    return Samples(
        gauge=gauge(0.86, (0.74, 0.93), words=fmt.percent, thresholds=(0.18, 0.66), zones=zones),
        gauge_unsure=gauge(0.31, (0.12, 0.58), words=fmt.percent, thresholds=(0.18, 0.66), zones=zones),
        waterfall=_waterfall(fmt),
        histogram=histogram(
            COUNTS,
            low=0,
            high=1,
            x_words=fmt.percent,
            y_words=fmt.number,
            marks=[(0.66, _("likely automated from here"))],
            likelihood=True,
        ),
        histogram_rows=[
            [f"{fmt.percent(n / 20)}–{fmt.percent((n + 1) / 20)}", fmt.number(count)]
            for n, count in enumerate(COUNTS)
        ],
        bars=_bars(fmt),
        strips=[strip(percentile, (5, 25, 50, 75, 95), low=0, high=100) for percentile in (94, 61, 18)],
        lines=line_chart(
            [(_("Observed"), CALIBRATION), (_("Stated"), ((0, 0), (1, 1)))],
            x=(0, 1),
            y=(0, 1),
            x_words=fmt.percent,
            y_words=fmt.percent,
        ),
    )


def _waterfall(fmt: Formats) -> Waterfall:
    def signed(value: float) -> str:
        return ("+" if value > 0 else "−") + fmt.number(abs(value), 2)

    rows = (
        (_("Posts a day"), _("212 a day; more than 99 of 100 reference humans"), 1.92),
        (_("Followers for each account followed"), _("0.02; fewer than 94 of 100"), 1.21),
        (_("Name and handle differ"), _("nothing in common"), 0.68),
        (_("Description"), _("140 signs, in whole sentences"), -0.74),
        (_("Age"), _("9 years; older than 71 of 100"), -0.41),
        (_("31 other features together"), "", 0.35),
    )
    return waterfall(
        -2.2, [(label, note, value, signed(value)) for label, note, value in rows], words=fmt.percent
    )


def _bars(fmt: Formats) -> Bars:
    rows = (
        ("A", 0.9, (0.88, 0.92)),
        ("B", 0.83, (0.8, 0.86)),
        ("C", 0.58, (0.55, 0.61)),
    )
    return bars(
        [(label, value, fmt.number(value, 2)) for label, value, _bounds in rows],
        top=1,
        intervals=[bounds for _label, _value, bounds in rows],
        strong=frozenset({"A"}),
    )
