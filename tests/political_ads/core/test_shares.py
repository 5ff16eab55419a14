"""Shares and their intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.shares import Stratum, mean_share, prevalence, wilson


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilsons_interval_holds_the_share_and_stays_between_0_and_1(count: int, more: int) -> None:
    found = wilson(count, count + more)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_wilsons_interval_is_that_of_the_formula() -> None:
    found = wilson(15, 50)  # z = 1.96: (0.1910, 0.4375)
    assert (found.low, found.high) == pytest.approx((0.1910, 0.4375), abs=1e-4)
    assert wilson(0, 0).high == 1.0


def test_strata_weigh_what_they_stand_for_not_what_was_drawn() -> None:
    often = Stratum(100.0, np.array([[1.0, 0.0]] * 90))
    seldom = Stratum(300.0, np.array([[0.0, 1.0]] * 10))
    found = prevalence([often, seldom], [0], np.random.default_rng(1))
    assert found.value == pytest.approx(0.25)
    assert found.n == 100


def test_the_interval_of_a_prevalence_holds_the_truth_about_as_often_as_it_says() -> None:
    rng, held, times = np.random.default_rng(5), 0, 100
    for _time in range(times):
        drawn = rng.random(80) < 0.3
        posterior = np.column_stack([np.where(drawn, 1.0, 0.0), np.where(drawn, 0.0, 1.0)])
        found = prevalence([Stratum(80.0, posterior)], [0], rng)
        held += found.low <= 0.3 <= found.high
    # Errors of the drawn classes are in the interval beside those of the draw, so it is rather too wide than too narrow.
    assert held >= 88


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_a_mean_share_lies_in_its_interval(values: list[float]) -> None:
    found = mean_share(np.array(values), np.random.default_rng(3))
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0 + 1e-9
