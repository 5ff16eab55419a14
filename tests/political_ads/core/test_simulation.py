import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.crowd_sets import load_crowd
from political_ads.core.aggregation import Votes, aggregate
from political_ads.core.retirement import Rule
from political_ads.core.simulation import arrival_ranks, replay, replay_shuffled
from tests.political_ads.core.crowds import invented_crowd, small_crowds


def test_ranks_count_the_earlier_answers_about_the_same_item():
    assert arrival_ranks(np.array([5, 2, 5, 5, 2, 0], dtype=np.int32)).tolist() == [0, 0, 1, 2, 1, 0]
    assert arrival_ranks(np.zeros(0, dtype=np.int32)).tolist() == []


def test_people_who_never_err_need_three_answers():
    votes, truth = invented_crowd(np.random.default_rng(1), n_items=200, per_item=9, k=2, accuracy=(1.0, 1.0))
    found = replay(votes, Rule(), truth=truth)
    assert (found.retired, found.used) == (200, 600)
    assert found.saved == pytest.approx(2 / 3)
    assert (found.accuracy, found.accuracy_all, found.same_label) == (1.0, 1.0, 1.0)


def test_people_who_guess_go_to_adjudication():
    votes, truth = invented_crowd(np.random.default_rng(2), per_item=12, k=2, accuracy=(0.5, 0.5))
    found = replay(votes, Rule(), truth=truth)
    assert found.adjudicated > 0.6 * found.items
    assert found.retired + found.adjudicated == found.items


def test_the_first_three_unreadable_make_it_blank():
    items = np.repeat([0, 1], 5).astype(np.int32)
    people = np.tile(np.arange(5), 2).astype(np.int32)
    votes = Votes(items, people, np.zeros(10, dtype=np.int32), 2, 5, 2)
    unreadable = np.array([True] * 5 + [True, True, False, True, True])
    found = replay(votes, Rule(), unreadable=unreadable)
    assert (found.blank, found.open, found.used) == (1, 1, 8)


def test_a_lax_rule_saves_more_and_costs_more():
    votes, truth = invented_crowd(np.random.default_rng(3), n_items=800, per_item=9, k=3)
    strict = replay(votes, Rule(), truth=truth)
    lax = replay(votes, Rule(at_least=1, posterior=0.5, lead=1), truth=truth)
    assert lax.saved > strict.saved
    assert lax.accuracy < strict.accuracy
    assert strict.accuracy_retired > strict.accuracy


@given(votes=small_crowds(), at_most=st.integers(3, 6))
@settings(max_examples=15)
def test_the_books_balance(votes, at_most):
    found = replay(votes, Rule(at_most=at_most))
    assert found.items == found.retired + found.adjudicated + found.blank + found.open
    assert found.used <= min(found.given, at_most * found.items)
    assert found.given == len(votes)


def test_without_truth_there_is_no_accuracy():
    votes, _truth = invented_crowd(np.random.default_rng(4), n_items=20)
    found = replay(votes, Rule())
    assert np.isnan(found.accuracy)
    assert 0.0 <= found.same_label <= 1.0


def test_shuffled_replays_differ_and_repeat_with_the_seed():
    votes, truth = invented_crowd(np.random.default_rng(5), per_item=9)
    once = list(replay_shuffled(votes, Rule(), rng=np.random.default_rng(6), repeats=3, truth=truth))
    again = list(replay_shuffled(votes, Rule(), rng=np.random.default_rng(6), repeats=3, truth=truth))
    assert once == again
    assert len({found.used for found in once}) > 1
    assert len({found.accuracy_all for found in once}) == 1


@pytest.mark.slow
def test_twenty_thousand_answers_are_replayed_while_a_coordinator_waits(shared_data):
    votes, truth = load_crowd(shared_data / "crowd" / "tweet_sentiment")
    started = time.process_time()
    found = replay(votes, Rule(), truth=truth)
    assert time.process_time() - started < 2.0
    assert found.saved > 0.3
    full = aggregate(votes).posterior
    assert len(full) == found.items
