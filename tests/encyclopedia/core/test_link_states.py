"""When a link counts as dead."""

from datetime import timedelta

import pytest

from encyclopedia.core.link_states import LinkState, judge


def after(*answers: int | None, state: str = "unchecked") -> tuple[str, int]:
    failures = 0
    for status in answers:
        verdict = judge(state, failures, status, spread=0.5)
        state, failures = verdict.state, verdict.failures
    return state, failures


def test_a_page_is_dead_when_it_said_so_three_times() -> None:
    assert after(404) == (LinkState.FAILING, 1)
    assert after(404, 410) == (LinkState.FAILING, 2)
    assert after(404, 410, 404) == (LinkState.DEAD, 3)


def test_silence_and_errors_alone_never_make_a_page_dead() -> None:
    assert after(*[None] * 9) == (LinkState.FAILING, 9)
    assert after(*[503] * 9) == (LinkState.FAILING, 9)


def test_a_dead_page_that_answers_is_alive_again_and_silence_does_not_bring_it_back() -> None:
    assert after(404, 404, 404, None) == (LinkState.DEAD, 4)
    assert after(404, 404, 404, 200) == (LinkState.ALIVE, 0)


@pytest.mark.parametrize("status", [401, 403, 429, 451])
def test_a_site_that_refuses_programs_is_not_dead(status: int) -> None:
    assert after(404, 404, status) == (LinkState.REFUSED, 0)


def test_failures_are_asked_again_after_days_and_the_rest_after_about_a_month() -> None:
    assert judge("unchecked", 0, 404, spread=0.5).next_in == timedelta(days=3)
    months = [judge("alive", 0, 200, spread=spread).next_in for spread in (0.0, 0.5, 1.0)]
    assert months == [timedelta(days=25), timedelta(days=30), timedelta(days=35)]
