import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from political_ads.core.aggregation import Sums, aggregate
from political_ads.core.aggregation.online import empty_sums, item_posterior
from political_ads.core.aggregation.uncertainty import (
    accuracy_band,
    confusion_band,
    entropy,
    item_interval,
    label_shares,
    spammer_scores,
)
from tests.political_ads.core.crowds import invented_crowd


def test_entropy_is_in_bits():
    rows = np.array([[1.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]])
    assert entropy(rows).tolist() == [0.0, 1.0, 2.0]


def test_label_shares_hold_the_truth_and_sum_to_one():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(40):
        votes, _truth = invented_crowd(rng, n_items=200, k=2, accuracy=(0.8, 0.95))
        band = label_shares(aggregate(votes).posterior, draws=200, rng=rng)
        assert band.value.sum() == pytest.approx(1.0)
        assert (band.low <= band.value).all()
        assert (band.value <= band.high).all()
        inside += band.low[0] <= 0.5 <= band.high[0]
    assert inside >= 34


def test_shares_of_nothing_are_refused():
    with pytest.raises(ValueError, match="no items"):
        label_shares(np.zeros((0, 2)), draws=10, rng=np.random.default_rng(1))


def test_an_items_interval_holds_its_posterior_and_shrinks_with_agreement():
    rng = np.random.default_rng(2)
    people = np.stack([np.eye(2) * 20 + 3] * 6)
    sums = Sums(people, people.sum(axis=0), np.full(2, 50.0))
    split, agreed = (np.array(said, dtype=np.int32) for said in ([0, 0, 0, 1, 1, 0], [0, 0, 0, 0, 0, 0]))
    torn, sure = (item_interval(said, sums, draws=400, rng=rng) for said in (split, agreed))
    np.testing.assert_allclose(torn.value, item_posterior(split, sums), atol=1e-9)
    assert torn.low[0] <= torn.value[0] <= torn.high[0]
    assert torn.high[0] - torn.low[0] > 0.3
    assert sure.high[0] - sure.low[0] < 0.01
    with pytest.raises(ValueError, match="without answers"):
        item_interval(split[:0], empty_sums(0, 2), draws=10, rng=rng)


@given(st.lists(st.floats(0, 500), min_size=9, max_size=9))
def test_confusion_cells_are_betas_in_their_interval(cells):
    counts = np.array(cells).reshape(1, 3, 3)
    band = confusion_band(counts)
    assert (band.low <= band.value).all()
    assert (band.value <= band.high).all()
    alpha = counts[0, 0] + [2, 1, 1]
    assert band.low[0, 0, 1] == pytest.approx(beta.ppf(0.025, alpha[1], alpha.sum() - alpha[1]))
    np.testing.assert_allclose(band.value.sum(axis=2), 1.0)


def test_accuracy_narrows_with_answers_and_holds_the_true_one():
    counts = np.stack([np.zeros((2, 2)), np.array([[8.0, 2], [2, 8]]), np.array([[800.0, 200], [200, 800]])])
    band = accuracy_band(counts)
    assert band.value[0] == pytest.approx(2 / 3)  # Beta(2, 1): better than chance until shown otherwise
    widths = band.high - band.low
    assert widths[0] > widths[1] > widths[2]
    assert band.low[2] < 0.8 < band.high[2]


def test_spammers_score_nothing_and_the_always_wrong_do_not():
    large = 10_000.0
    perfect, backwards = np.eye(3) * large, np.roll(np.eye(3), 1, axis=1) * large
    always_first = np.array([[1.0, 0, 0]] * 3) * large
    guesses = np.full((3, 3), large)
    scores = spammer_scores(np.stack([perfect, backwards, always_first, guesses]))
    assert scores == pytest.approx([1, 1, 0, 0], abs=1e-3)


def test_a_robot_among_people_is_found():
    votes, _truth = invented_crowd(np.random.default_rng(3), n_items=400, n_contributors=10, per_item=6)
    labels = votes.classes.copy()
    robot = votes.contributors == 4
    labels[robot] = np.random.default_rng(4).integers(0, 3, int(robot.sum()))
    from_robot = type(votes)(votes.items, votes.contributors, labels, 400, 10, 3)
    scores = spammer_scores(aggregate(from_robot).sums.counts)
    assert scores.argmin() == 4
    assert scores[4] < 0.05
