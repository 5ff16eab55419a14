import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from political_ads.core.classifier.calibration import fit_calibration
from political_ads.core.classifier.learners import sigmoid
from political_ads.core.classifier.metrics import auc, best_threshold, calibration_error, f1, macro_f1
from political_ads.core.classifier.model import probabilities


@given(st.integers(0, 2**32), st.integers(4, 60))
def test_figures_are_those_of_scikit_learn(seed, size):
    rng = np.random.default_rng(seed)
    truth = np.append(rng.integers(0, 2, size), [0, 1]) == 1
    score = np.round(rng.random(size + 2), 1)  # with ties
    called = score > 0.5

    assert auc(truth, score) == pytest.approx(roc_auc_score(truth, score))
    assert f1(truth, called) == pytest.approx(f1_score(truth, called))
    macro = f1_score(truth.astype(int), called.astype(int), average="macro")
    assert macro_f1(truth.astype(np.int64), called.astype(np.int64), 2) == pytest.approx(macro)


@given(st.integers(0, 2**32), st.integers(2, 40))
def test_no_other_threshold_is_better(seed, size):
    rng = np.random.default_rng(seed)
    truth = np.append(rng.integers(0, 2, size) == 1, np.True_)
    stated = np.round(rng.random(size + 1), 2)

    chosen = f1(truth, stated >= best_threshold(truth, stated))

    assert all(f1(truth, stated >= other) <= chosen + 1e-12 for other in np.append(stated, 0.0))


def test_calibration_error_is_the_mean_gap():
    stated = np.array([0.05, 0.05, 0.95, 0.95])

    assert calibration_error(np.array([False, False, True, True]), stated) == pytest.approx(0.05)
    assert calibration_error(np.array([True, True, False, False]), stated) == pytest.approx(0.95)


@pytest.mark.parametrize("columns", [1, 3])
def test_calibration_finds_the_slope_and_offset_that_made_the_labels(columns):
    rng = np.random.default_rng(7)
    scores = rng.normal(size=(20_000, columns))
    meant = probabilities(2.0 * scores + 0.5) if columns == 1 else probabilities(2.0 * scores)
    fitted = fit_calibration(scores, meant, np.ones(len(scores)))  # soft labels: the probabilities themselves

    assert fitted.slope == pytest.approx(2.0, abs=0.05)
    assert np.allclose(probabilities(fitted.apply(scores)), meant, atol=0.01)


def test_a_perfect_order_does_not_become_certainty():
    scores = np.array([[-1.0], [-0.5], [0.5], [1.0]])
    fitted = fit_calibration(scores, np.eye(2)[[0, 0, 1, 1]], np.ones(4))

    assert 0.5 < sigmoid(fitted.apply(scores))[-1, 0] < 0.999
