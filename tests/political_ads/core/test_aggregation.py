import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma as scipy_digamma

from political_ads.core.aggregation import (
    UNKNOWN,
    Votes,
    aggregate,
    dawid_skene,
    decide,
    expected_accuracy,
    ibcc,
    majority,
    name_votes,
    one_coin,
    shrunken,
)
from political_ads.core.aggregation.special import digamma
from tests.political_ads.core.crowds import invented_crowd, small_crowds

METHODS = (majority, one_coin, dawid_skene, shrunken, ibcc, aggregate)
every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)


@every_method
@given(votes=small_crowds())
@settings(max_examples=10)
def test_posteriors_are_probabilities(method, votes):
    result = method(votes)
    assert result.posterior.shape == (votes.n_items, votes.n_classes)
    assert result.posterior.min() >= 0.0
    np.testing.assert_allclose(result.posterior.sum(axis=1), 1.0, atol=1e-9)
    assert result.prior.sum() == pytest.approx(1.0)
    if result.confusion is not None:
        np.testing.assert_allclose(result.confusion.sum(axis=2), 1.0, atol=1e-9)


@every_method
@given(votes=small_crowds(), seed=st.integers(0, 1000))
@settings(max_examples=10)
def test_the_order_of_the_rows_does_not_matter(method, votes, seed):
    shuffled = votes.take(np.random.default_rng(seed).permutation(len(votes)))
    assert np.array_equal(method(votes).posterior, method(shuffled).posterior)


@every_method
@given(votes=small_crowds(), seed=st.integers(0, 1000))
@settings(max_examples=10)
def test_the_names_of_the_labels_do_not_matter(method, votes, seed):
    renamed = np.random.default_rng(seed).permutation(votes.n_classes).astype(np.int32)
    other = Votes(
        votes.items,
        votes.contributors,
        renamed[votes.classes],
        votes.n_items,
        votes.n_contributors,
        votes.n_classes,
    )
    np.testing.assert_allclose(method(other).posterior[:, renamed], method(votes).posterior, atol=1e-6)


@every_method
@given(votes=small_crowds(), seed=st.integers(0, 1000))
@settings(max_examples=10)
def test_the_names_of_items_and_contributors_do_not_matter(method, votes, seed):
    rng = np.random.default_rng(seed)
    items = rng.permutation(votes.n_items).astype(np.int32)
    people = rng.permutation(votes.n_contributors).astype(np.int32)
    other = Votes(
        items[votes.items],
        people[votes.contributors],
        votes.classes,
        votes.n_items,
        votes.n_contributors,
        votes.n_classes,
    )
    np.testing.assert_allclose(method(other).posterior[items], method(votes).posterior, atol=1e-6)


@every_method
@given(votes=small_crowds(), data=st.data())
@settings(max_examples=10)
def test_gold_is_what_it_is(method, votes, data):
    known = st.integers(UNKNOWN, votes.n_classes - 1)
    gold = np.array(
        data.draw(st.lists(known, min_size=votes.n_items, max_size=votes.n_items)), dtype=np.int32
    )
    posterior = method(votes, gold=gold).posterior
    for item in np.flatnonzero(gold >= 0):
        assert posterior[item, gold[item]] == 1.0


@every_method
def test_an_item_without_answers_gets_the_prior(method):
    votes, _truth = invented_crowd(np.random.default_rng(2), n_items=30)
    wider = Votes(votes.items, votes.contributors, votes.classes, 31, votes.n_contributors, votes.n_classes)
    result = method(wider)
    np.testing.assert_allclose(result.posterior[30], result.prior)
    np.testing.assert_allclose(result.posterior[:30], method(votes).posterior, atol=1e-9)


@every_method
def test_no_answers_at_all_is_uniform(method):
    none = np.zeros(0, dtype=np.int32)
    result = method(Votes(none, none, none, 3, 2, 4))
    np.testing.assert_allclose(result.posterior, 0.25)


@every_method
@given(votes=small_crowds(classes=2), seed=st.integers(0, 1000))
@settings(max_examples=10)
def test_unanimous_items_keep_their_class_in_a_competent_crowd(method, votes, seed):
    # fifty items on which five steady people agree say which class is which
    crowd, truth = invented_crowd(
        np.random.default_rng(seed), n_items=50, n_contributors=5, k=2, accuracy=(1.0, 1.0)
    )
    assert np.array_equal(decide(method(crowd).posterior, np.full(2, 0.5)), truth)


@pytest.mark.parametrize(
    "method", [one_coin, dawid_skene, shrunken, ibcc, aggregate], ids=lambda method: method.__name__
)
def test_a_crowd_of_unequal_people_beats_its_majority(method):
    rng = np.random.default_rng(5)
    gain = []
    for _crowd in range(5):
        votes, truth = invented_crowd(rng, n_items=400, n_contributors=12, k=3, accuracy=(0.35, 0.98))
        gain.append(
            expected_accuracy(method(votes).posterior, truth)
            - expected_accuracy(majority(votes).posterior, truth)
        )
    assert np.mean(gain) > 0.02


@pytest.mark.parametrize(("method", "error"), [(dawid_skene, 0.02), (aggregate, 0.06)])
def test_confusions_of_a_large_crowd_are_found_again(method, error):
    """The default holds people for a little worse than they are: the shares of the votes keep its labels in doubt."""
    votes, truth = invented_crowd(np.random.default_rng(6), n_items=4000, n_contributors=10, per_item=6)
    result = method(votes)
    found = np.trace(result.confusion, axis1=1, axis2=2) / 3
    right = votes.classes == truth[votes.items]
    real = np.bincount(votes.contributors, weights=right) / np.bincount(votes.contributors)
    np.testing.assert_allclose(found, real, atol=error)
    assert np.array_equal(np.argsort(found), np.argsort(real))


def test_gold_tells_who_can_be_trusted():
    """Two against one: the majority wins, until known items show that the two always say the first class."""
    items = np.repeat(np.arange(21), 3).astype(np.int32)
    people = np.tile(np.arange(3), 21).astype(np.int32)
    truth = np.arange(21) % 2
    truth[20] = 1
    labels = np.where(people == 0, truth[items], 0).astype(np.int32)
    votes = Votes(items, people, labels, 21, 3, 2)
    gold = truth.astype(np.int32)
    gold[20] = UNKNOWN
    assert majority(votes).posterior[20, 0] > 0.5
    assert aggregate(votes, gold=gold).posterior[20, 1] > 0.7


@given(votes=small_crowds(classes=2))
@settings(max_examples=10)
def test_one_more_voice_for_a_class_never_lowers_its_share_of_the_votes(votes):
    extra = Votes(
        np.append(votes.items, 0).astype(np.int32),
        np.append(votes.contributors, votes.n_contributors).astype(np.int32),
        np.append(votes.classes, 1).astype(np.int32),
        votes.n_items,
        votes.n_contributors + 1,
        2,
    )
    assert votes.tally()[0].sum() == 0 or (
        majority(extra).posterior[0, 1] >= majority(votes).posterior[0, 1] - 1e-12
    )


def test_ties_are_decided_by_prior_then_by_the_order_given():
    posterior = np.array([[0.5, 0.5, 0.0], [0.4, 0.2, 0.4], [0.1, 0.8, 0.1], [1 / 3, 1 / 3, 1 / 3]])
    assert decide(posterior, np.array([0.2, 0.5, 0.3])).tolist() == [1, 2, 1, 1]
    flat = np.full(3, 1 / 3)
    assert decide(posterior, flat).tolist() == [0, 0, 1, 0]
    assert decide(posterior, flat, order=[2, 1, 0]).tolist() == [1, 2, 1, 2]


def test_a_tie_counts_its_share_in_the_accuracy():
    posterior = np.array([[0.5, 0.5], [0.9, 0.1], [0.9, 0.1]])
    assert expected_accuracy(posterior, np.array([1, 0, UNKNOWN])) == 0.75


def test_names_become_places_and_options_come_first():
    named = name_votes(
        ["a", "b", "a"], ["x", "x", "y"], ["no", "yes", "yes"], classes=["yes", "no", "cannot tell"]
    )
    assert named.labels == ["yes", "no", "cannot tell"]
    assert named.votes.classes.tolist() == [1, 0, 0]
    assert named.votes.items.tolist() == [0, 1, 0]
    assert named.gold({"b": "no", "c": "yes"}.items()).tolist() == [UNKNOWN, 1]


def test_a_place_outside_its_range_is_refused():
    column = np.array([0, 2], dtype=np.int32)
    with pytest.raises(ValueError, match="outside"):
        Votes(column, column, column, 3, 3, 2)
    with pytest.raises(ValueError, match="int32"):
        Votes(column.astype(np.int64), column, column, 3, 3, 3)
    with pytest.raises(ValueError, match="length"):
        Votes(column[:1], column, column, 3, 3, 3)


def test_blocks_change_nothing(monkeypatch):
    votes, _truth = invented_crowd(np.random.default_rng(7))
    whole = aggregate(votes).posterior
    monkeypatch.setattr("political_ads.core.aggregation.incidence.BLOCK_ITEMS", 7)
    np.testing.assert_allclose(aggregate(votes).posterior, whole, atol=1e-9)


def test_progress_rises_to_one():
    votes, _truth = invented_crowd(np.random.default_rng(8))
    told: list[float] = []
    aggregate(votes, progress=told.append)
    assert told[-1] == 1.0
    assert all(0.0 <= share <= 1.0 for share in told)


def test_digamma_is_scipys():
    x = np.concatenate([np.linspace(0.01, 3, 50), np.geomspace(3, 1e7, 50)])
    np.testing.assert_allclose(digamma(x), scipy_digamma(x), rtol=1e-11, atol=1e-11)


@pytest.mark.slow
def test_the_labelling_pages_do_not_wait_for_scipy():
    code = (
        "import sys, political_ads.core.aggregation.online, political_ads.core.retirement,"
        " political_ads.core.aggregation.multi, political_ads.core.aggregation.uncertainty;"
        " print([m for m in ('scipy', 'sklearn', 'polars') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"
