import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from bot_detector.core.calibration import CalibrationGroup, balanced_weights, fit_table, venn_abers
from bot_detector.core.logodds import logit, shift, sigmoid
from bot_detector.core.verdicts import ERROR_LEVEL, verdicts
from bot_detector.schemas import Verdict


def sample(seed: int, size: int = 400, *, moved: float = 0.0) -> CalibrationGroup:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, size)
    return CalibrationGroup(rng.normal(2.0 * labels - 1.0 + moved, 1.0), labels)


def test_venn_abers_is_two_isotonic_regressions() -> None:
    group = sample(0, 120)
    weights = balanced_weights(group.labels)
    knots = np.linspace(-2, 2, 9)
    low, high = venn_abers(group.margins, group.labels, weights, knots)
    for place, knot in enumerate(knots):
        for assumed, found in ((0.0, low[place]), (1.0, high[place])):
            fitted = IsotonicRegression().fit(
                np.append(group.margins, knot),
                np.append(group.labels, assumed),
                sample_weight=np.append(weights, 1.0),
            )
            expected = np.clip(fitted.predict([knot])[0], sigmoid(-7.0), sigmoid(7.0))
            assert sigmoid(found) == pytest.approx(expected, abs=1e-6)


def test_balanced_weights_give_both_classes_the_same_total() -> None:
    labels = np.array([0, 0, 0, 1])
    weights = balanced_weights(labels)
    assert weights[labels == 0].sum() == pytest.approx(weights[labels == 1].sum())
    assert weights.mean() == pytest.approx(1.0)


def test_conformal_error_level_holds_on_fresh_accounts_of_each_group() -> None:
    table = fit_table([sample(1, 2000), sample(2, 2000, moved=0.8)])
    for seed, moved in ((3, 0.0), (4, 0.8)):
        fresh = sample(seed, 4000, moved=moved)
        human_p, automated_p = table.p_values(fresh.margins, gaps=np.zeros(len(fresh.margins), dtype=bool))
        assert (human_p[fresh.labels == 0] <= ERROR_LEVEL).mean() <= ERROR_LEVEL + 0.015
        assert (automated_p[fresh.labels == 1] <= ERROR_LEVEL).mean() <= ERROR_LEVEL + 0.015


TABLE = fit_table([sample(5)])


@given(st.lists(st.floats(-12, 12), min_size=2, max_size=20))
def test_tables_are_monotone_and_hold_the_margin(values: list[float]) -> None:
    table = TABLE
    margins = np.sort(np.array(values))
    low, high = table.interval(margins, widen=np.zeros(len(margins), dtype=bool))
    wide_low, wide_high = table.interval(margins, widen=np.ones(len(margins), dtype=bool))
    assert (low <= margins).all()
    assert (margins <= high).all()
    assert (wide_low <= low).all()
    assert (wide_high >= high).all()
    human_p, automated_p = table.p_values(margins, gaps=np.arange(len(margins)) < 0)
    assert (np.diff(human_p) <= 1e-12).all()
    assert (np.diff(automated_p) >= -1e-12).all()
    precision = table.precision_above(margins, 0.1)
    assert ((precision > 0) & (precision < 1)).all()


@given(st.floats(-20, 20), st.floats(0.001, 0.998))
def test_a_higher_prevalence_gives_a_higher_probability(margin: float, prevalence: float) -> None:
    margins = np.array([margin])
    assert shift(margins, prevalence + 0.001)[0] > shift(margins, prevalence)[0]
    assert shift(margins, 0.5)[0] == pytest.approx(margin)


@given(st.floats(0.0001, 0.9999))
def test_logit_and_sigmoid_are_inverse(probability: float) -> None:
    assert float(sigmoid(logit(probability))) == pytest.approx(probability)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, float("nan")])
def test_an_impossible_prevalence_is_refused(prevalence: float) -> None:
    with pytest.raises(ValueError, match="prevalence"):
        shift(np.zeros(1), prevalence)


def test_verdicts() -> None:
    human_p = np.array([0.01, 0.5, 0.5, 0.01, 0.04, 0.01])
    automated_p = np.array([0.5, 0.01, 0.5, 0.01, 0.5, 0.5])
    unusual = np.array([False, False, False, False, True, False])
    insufficient = np.array([False, False, False, False, False, True])
    assert verdicts(human_p, automated_p, unusual=unusual, insufficient=insufficient).tolist() == [
        Verdict.LIKELY_AUTOMATED,
        Verdict.LIKELY_HUMAN,
        Verdict.UNCLEAR,
        Verdict.UNCLEAR,
        Verdict.UNCLEAR,
        Verdict.INSUFFICIENT_DATA,
    ]
