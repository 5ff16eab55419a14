import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.retirement import DEFAULT, VERDICTS, Rule, Verdict, judge, judge_many


@pytest.mark.parametrize(
    ("counts", "posterior", "verdict"),
    [
        ([0, 0, 0], [0.4, 0.3, 0.3], Verdict.OPEN),
        ([2, 0, 0], [0.999, 0.001, 0.0], Verdict.OPEN),  # too few answers
        ([3, 0, 0], [0.99, 0.01, 0.0], Verdict.RETIRED),  # exactly at every limit
        ([3, 0, 0], [0.98, 0.02, 0.0], Verdict.OPEN),  # not sure enough
        ([4, 2, 0], [0.995, 0.005, 0.0], Verdict.OPEN),  # a lead of two
        ([5, 2, 0], [0.995, 0.005, 0.0], Verdict.RETIRED),
        ([4, 1, 1], [0.0, 0.995, 0.005], Verdict.OPEN),  # the model contradicts the votes
        ([6, 3, 0], [0.995, 0.005, 0.0], Verdict.RETIRED),  # the ninth answer settles it
        ([5, 4, 0], [0.995, 0.005, 0.0], Verdict.ADJUDICATE),
        ([6, 3, 0], [0.005, 0.995, 0.0], Verdict.ADJUDICATE),
        ([6, 3, 0], [0.9, 0.1, 0.0], Verdict.ADJUDICATE),
    ],
)
def test_the_default_rule(counts, posterior, verdict):
    assert judge(np.array(counts, dtype=float), np.array(posterior)) is verdict


def test_unreadable_answers():
    nothing, flat = np.zeros(2), np.array([0.5, 0.5])
    assert judge(nothing, flat, unreadable=2, unreadable_first=2) is Verdict.OPEN
    assert judge(nothing, flat, unreadable=3, unreadable_first=3) is Verdict.BLANK
    assert judge(nothing, flat, Rule(blank_after=0), unreadable=3, unreadable_first=3) is Verdict.OPEN
    # someone could read it before the third said no: not blank, and the refusals count towards the most
    assert judge(np.array([1.0, 0.0]), flat, unreadable=3, unreadable_first=2) is Verdict.OPEN
    assert judge(np.array([4.0, 2.0]), flat, unreadable=3, unreadable_first=2) is Verdict.ADJUDICATE


def test_a_soft_flag_retires_by_number_alone():
    rule = Rule(at_least=5, posterior=0.0, lead=0, model_is_plurality=False)
    assert judge(np.array([2.0, 2.0]), np.array([0.5, 0.5]), rule) is Verdict.OPEN
    assert judge(np.array([3.0, 2.0]), np.array([0.5, 0.5]), rule) is Verdict.RETIRED


def test_a_tie_has_no_plurality():
    rule = Rule(posterior=0.5, lead=0)
    assert judge(np.array([2.0, 2.0]), np.array([0.9, 0.1]), rule) is Verdict.OPEN


@pytest.mark.parametrize(
    "wrong",
    [{"at_least": 0}, {"at_least": 5, "at_most": 4}, {"posterior": 1.1}, {"lead": -1}, {"blank_after": -1}],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Rule(**wrong)


@given(
    counts=st.lists(st.integers(0, 12), min_size=3, max_size=3),
    weights=st.lists(st.floats(0.001, 1000), min_size=3, max_size=3),
    unreadable=st.integers(0, 3),
)
def test_a_verdict_says_what_the_rule_says(counts, weights, unreadable):
    posterior = np.array(weights) / sum(weights)
    verdict = judge(np.array(counts, dtype=float), posterior, unreadable=unreadable)
    ranked = sorted(counts)
    if verdict is Verdict.RETIRED:
        assert ranked[-1] - ranked[-2] >= DEFAULT.lead
        assert posterior[int(np.argmax(counts))] >= DEFAULT.posterior - 1e-9
    if verdict is Verdict.OPEN:
        assert sum(counts) + unreadable < DEFAULT.at_most
    if verdict is Verdict.ADJUDICATE:
        assert sum(counts) + unreadable >= DEFAULT.at_most


def test_many_are_judged_as_one_by_one():
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 8, (200, 3)).astype(float)
    posterior = rng.dirichlet(np.full(3, 0.05), 200)
    unreadable = rng.integers(0, 4, 200)
    first = np.minimum(unreadable, rng.integers(0, 4, 200))
    codes = judge_many(counts, posterior, unreadable=unreadable, unreadable_first=first)
    for i in range(200):
        alone = judge(counts[i], posterior[i], unreadable=int(unreadable[i]), unreadable_first=int(first[i]))
        assert VERDICTS[codes[i]] is alone
    assert set(codes) == {0, 1, 2, 3}
