"""Geometry of charts: data in, view models for server-rendered SVG out. Pure; the drawing is in `components/chart.html`.

Every position is a percentage of the plot, so that a chart takes the width it is given while its text keeps its size. Every
visible word or number is a string given by the caller, in the reader's language.
"""

from common.web.charts.axis import Mark, Scale, Tick, ticks
from common.web.charts.bars import Bar, Bars, bars
from common.web.charts.gauge import Gauge, Zone, gauge
from common.web.charts.histogram import Column, Histogram, histogram
from common.web.charts.line import LineChart, Series, line_chart
from common.web.charts.strip import Strip, strip
from common.web.charts.waterfall import Step, Waterfall, waterfall

__all__ = [
    "Bar",
    "Bars",
    "Column",
    "Gauge",
    "Histogram",
    "LineChart",
    "Mark",
    "Scale",
    "Series",
    "Step",
    "Strip",
    "Tick",
    "Waterfall",
    "Zone",
    "bars",
    "gauge",
    "histogram",
    "line_chart",
    "strip",
    "ticks",
    "waterfall",
]
