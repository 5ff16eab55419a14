"""The geometry of charts: everything stays on the plot, adds up, and refuses what cannot be drawn."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.web import charts
from common.web.charts.axis import Scale, likelihood_step
from common.web.charts.waterfall import log_odds

ZONES = (("low", "low"), ("middle", "middle"), ("high", "high"))
finite = st.floats(-1e6, 1e6)
share = st.floats(0, 1)


def percent(value: float) -> str:
    return f"{value:.0%}"


def plain(value: float) -> str:
    return f"{value:g}"


@given(low=finite, span=st.floats(1e-3, 1e6), value=st.floats(-1e9, 1e9))
def test_a_scale_keeps_every_value_on_the_plot(low: float, span: float, value: float) -> None:
    assert 0 <= Scale(low, low + span).at(value) <= 100


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (math.nan, 1), (0, math.inf)])
def test_a_scale_refuses_ends_that_are_not_in_order(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="finite ends"):
        Scale(low, high)


@given(low=finite, span=st.floats(1e-3, 1e6), about=st.integers(1, 10))
def test_ticks_lie_within_the_axis_in_even_steps(low: float, span: float, about: int) -> None:
    found = charts.ticks(low, low + span, about)
    slack = 1e-6 * max(1, abs(low), span)
    assert len(found) <= about + 1
    assert all(low - slack <= value <= low + span + slack for value in found)
    steps = [after - before for before, after in pairwise(found)]
    assert all(math.isclose(step, steps[0], rel_tol=1e-6, abs_tol=slack) for step in steps)


def test_ticks_are_round_numbers() -> None:
    assert charts.ticks(0, 1, 4) == [0, 0.25, 0.5, 0.75, 1]
    assert charts.ticks(3, 47, 4) == [20, 40]


def test_the_likelihood_scale_has_seven_steps_from_pale_to_deep() -> None:
    steps = [likelihood_step(n / 100) for n in range(101)]
    assert steps == sorted(steps)
    assert set(steps) == {1, 2, 3, 4, 5, 6, 7}


@given(values=st.tuples(share, share, share).map(sorted), cuts=st.tuples(share, share).map(sorted))
def test_a_gauge_puts_the_point_in_its_interval_and_in_one_zone(
    values: list[float], cuts: list[float]
) -> None:
    low, probability, high = values
    view = charts.gauge(probability, (low, high), words=percent, thresholds=cuts, zones=ZONES)
    assert view.low <= view.point <= view.high
    assert sum(zone.holds for zone in view.zones) == 1
    assert math.isclose(sum(zone.width for zone in view.zones), 100)
    assert math.isclose(sum(cell.width for cell in view.cells), 100)


@pytest.mark.parametrize("interval", [(0.6, 0.9), (0.1, 0.4), (-0.1, 0.7), (0.2, 1.2)])
def test_a_gauge_refuses_an_interval_that_does_not_hold_the_point(interval: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="interval"):
        charts.gauge(0.5, interval, words=percent)


def test_a_gauge_names_its_zones_only_where_the_names_fit() -> None:
    def room(name: str) -> str:
        return charts.gauge(
            0.5, (0.4, 0.6), words=percent, thresholds=(0.3, 0.7), zones=[("z", name)] * 3
        ).room

    assert [room("low"), room("x" * 20), room("x" * 36), room("x" * 90)] == [
        "always",
        "wide",
        "widest",
        "never",
    ]


@given(baseline=st.floats(-8, 8), parts=st.lists(st.floats(-4, 4), max_size=40))
def test_a_waterfall_goes_step_by_step_from_the_baseline_to_the_sum(
    baseline: float, parts: list[float]
) -> None:
    view = charts.waterfall(baseline, [("x", "", part, plain(part)) for part in parts], words=percent)
    stops = [view.start, *(step.after for step in view.steps)]
    assert [step.before for step in view.steps] == stops[:-1]
    assert view.end == stops[-1]
    assert all(0 <= step.x <= 100 and 0 < step.width <= 100 for step in view.steps)
    assert all(step.rises == (part >= 0) for step, part in zip(view.steps, parts, strict=True))


def test_the_waterfalls_axis_stands_where_the_likelihoods_are() -> None:
    view = charts.waterfall(-4, [("x", "", 8.0, "")], words=percent)
    scale = Scale(-4.5, 4.5)
    places = {tick.label: tick.at for tick in view.ticks}
    assert places["50%"] == 50
    assert places["5%"] == scale.at(log_odds(0.05))
    assert sorted(places.values()) == list(places.values())


@given(counts=st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_a_histograms_columns_fill_the_axis_and_keep_their_proportions(counts: list[int]) -> None:
    view = charts.histogram(counts, low=0, high=1, x_words=percent, y_words=plain, likelihood=True)
    assert math.isclose(sum(column.width for column in view.columns), 100, abs_tol=0.1)
    heights = [column.height for column in view.columns]
    assert heights[counts.index(max(counts))] == max(heights)
    assert all(math.isclose(column.y + column.height, 100, abs_tol=0.01) for column in view.columns)
    assert all(0 < tick.at < 100 for tick in view.y_ticks)


@pytest.mark.parametrize("counts", [[], [3, -1]])
def test_a_histogram_refuses_no_bins_and_negative_counts(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="at least one bin"):
        charts.histogram(counts, low=0, high=1, x_words=percent, y_words=plain)


def test_bars_share_one_scale_with_their_whiskers() -> None:
    view = charts.bars([("a", 2, "2"), ("b", 1, "1")], intervals=[(1, 4), None], strong=frozenset({"a"}))
    assert [row.width for row in view.rows] == [50, 25]
    assert view.rows[0].interval == (25, 100)
    assert [row.strong for row in view.rows] == [True, False]


def test_bars_without_rows_draw_nothing() -> None:
    assert charts.bars([]).rows == []


@given(value=st.none() | finite, quantiles=st.lists(finite, min_size=5, max_size=5).map(sorted))
def test_a_strip_keeps_the_order_of_its_reference(value: float | None, quantiles: list[float]) -> None:
    view = charts.strip(value, quantiles)
    marks = [view.outer[0], view.inner[0], view.middle, view.inner[1], view.outer[1]]
    assert marks == sorted(marks)
    assert (view.point is None) == (value is None)
    assert not view.beyond


def test_a_strip_says_when_the_value_lies_beyond_its_scale() -> None:
    assert charts.strip(140, (5, 25, 50, 75, 95), low=0, high=100).beyond
    with pytest.raises(ValueError, match="rising"):
        charts.strip(1, (5, 4, 3, 2, 1))


def test_lines_run_upwards_on_a_plot_that_is_drawn_downwards() -> None:
    view = charts.line_chart([("a", [(0, 0), (1, 1)])], x=(0, 1), y=(0, 1), x_words=percent, y_words=percent)
    assert view.series[0].points == "0,100 100,0"
    assert [tick.label for tick in view.y_ticks] == ["25%", "50%", "75%", "100%"]


def test_a_band_is_one_closed_shape() -> None:
    band = ([(0.0, 0.1), (1.0, 0.2)], [(0.0, 0.3), (1.0, 0.5)])
    view = charts.line_chart(
        [("a", [(0, 0)])], x=(0, 1), y=(0, 1), x_words=percent, y_words=percent, band=band
    )
    assert view.band == "0,90 100,80 100,50 0,70"


@pytest.mark.parametrize("number", [0, 5])
def test_a_chart_of_lines_has_as_many_as_can_be_told_apart(number: int) -> None:
    with pytest.raises(ValueError, match="between one and 4"):
        charts.line_chart([("a", [(0, 0)])] * number, x=(0, 1), y=(0, 1), x_words=percent, y_words=percent)


@pytest.mark.parametrize("draw", [charts.ticks, Scale])
def test_nothing_is_drawn_on_an_axis_without_length(draw: Callable[[float, float], object]) -> None:
    with pytest.raises(ValueError, match="finite ends"):
        draw(5, 5)
