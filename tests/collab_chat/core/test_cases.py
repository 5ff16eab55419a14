"""Lifecycle, severity, timers."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collab_chat.core.lifecycle import MAIN_LINE, OVER, STEPS, Way, moves_from, phase_of, way
from collab_chat.core.severity import BREAKOUTS, HARMS, severity_of
from collab_chat.core.timers import LIMITS, Step, Times, reminders, timers
from collab_chat.schemas.cases import CaseStatus, Severity

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
GRAVITY = list(Severity)


@given(st.lists(st.sampled_from(CaseStatus), max_size=30))
def test_no_walk_leaves_the_table(wanted: list[CaseStatus]) -> None:
    here = CaseStatus.NEW
    for there in wanted:
        how = way(here, there)
        assert (how is None) == (there not in STEPS[here])
        if there is CaseStatus.QUALIFIED and how:
            assert how is Way.DECIDE
        if there is CaseStatus.REOPENED and how:
            assert how is Way.REOPEN
        here = there if how else here
        assert phase_of(here)


def test_every_status_can_be_reached_and_closed_can_be_reopened() -> None:
    seen, waiting = {CaseStatus.NEW}, [CaseStatus.NEW]
    while waiting:
        for there in STEPS[waiting.pop()]:
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    assert seen == set(CaseStatus)
    assert all(set(STEPS[one].values()) == {Way.REOPEN} for one in OVER)
    assert all(way(one, two) for one, two in itertools.pairwise(MAIN_LINE))
    assert CaseStatus.QUALIFIED not in moves_from(CaseStatus.QUALIFYING)


def test_severity_never_falls_as_harm_or_breakout_rises() -> None:
    for harm in HARMS:
        for breakout in BREAKOUTS:
            here = GRAVITY.index(severity_of(harm, breakout))
            if harm + 1 in HARMS:
                assert GRAVITY.index(severity_of(harm + 1, breakout)) >= here
            if breakout + 1 in BREAKOUTS:
                assert GRAVITY.index(severity_of(harm, breakout + 1)) >= here
    assert severity_of(0, 6) is Severity.LOW
    assert severity_of(4, 6) is Severity.CRITICAL


def test_what_is_more_severe_has_less_time() -> None:
    for step in Step:
        limits = [LIMITS[one][step] for one in Severity]
        assert limits == sorted(limits, reverse=True)


def test_a_reminder_is_given_once_for_each_stage_and_again_when_the_limit_moves() -> None:
    times = Times(CaseStatus.NEW, Severity.HIGH, NOW)
    assert not reminders(timers(times), {}, {}, NOW + timedelta(minutes=30))
    (soon,) = reminders(timers(times), {}, {}, NOW + timedelta(minutes=50))
    assert (soon.what, soon.late) == ("triage", False)
    given_so_far = {soon.key: soon.due.isoformat()}
    assert not reminders(timers(times), {}, given_so_far, NOW + timedelta(minutes=55))
    (late,) = reminders(timers(times), {}, given_so_far, NOW + timedelta(minutes=61))
    assert late.late
    given_so_far[late.key] = late.due.isoformat()
    critical = Times(CaseStatus.NEW, Severity.CRITICAL, NOW)
    (again,) = reminders(timers(critical), {}, given_so_far, NOW + timedelta(minutes=61))
    assert again.due == NOW + timedelta(minutes=15)


def test_nothing_is_due_in_a_case_that_is_over() -> None:
    times = Times(CaseStatus.DUPLICATE, Severity.CRITICAL, NOW)
    assert not reminders(timers(times), {}, {}, NOW + timedelta(days=3))


def test_a_task_is_reminded_of_an_hour_before_and_when_it_is_late() -> None:
    due = NOW + timedelta(hours=2)
    assert not reminders((), {7: due}, {}, NOW)
    (soon,) = reminders((), {7: due}, {}, NOW + timedelta(minutes=70))
    (late,) = reminders((), {7: due}, {soon.key: due.isoformat()}, NOW + timedelta(hours=3))
    assert (soon.what, soon.late, late.late) == ("task:7", False, True)
