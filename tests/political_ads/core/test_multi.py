import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.aggregation import Votes
from political_ads.core.aggregation.multi import (
    aggregate_options,
    agreed_spans,
    character_shares,
    highlighted,
    option_votes,
    scale_labels,
    soft_scores,
    span_f1,
    token_marks,
)


def test_options_are_answered_one_by_one():
    rng = np.random.default_rng(1)
    truth = rng.random((150, 4)) < 0.3
    items = np.repeat(np.arange(150), 5).astype(np.int32)
    people = np.tile(np.arange(5), 150).astype(np.int32)
    chosen = truth[items] ^ (rng.random((750, 4)) < 0.1)
    options = option_votes(items, people, chosen, n_items=150, n_contributors=5)
    applies, results = aggregate_options(options)
    assert applies.shape == (150, 4)
    assert len(results) == 4
    assert np.mean((applies > 0.5) == truth) > 0.97
    assert all(((result.posterior.sum(axis=1) - 1) ** 2).max() < 1e-12 for result in results)


def test_a_scale_has_a_median_and_an_interval():
    posterior = np.array([[0.1, 0.2, 0.4, 0.2, 0.1], [1.0, 0, 0, 0, 0], [0.5, 0, 0, 0, 0.5]])
    labels = scale_labels(posterior, level=0.8)
    assert labels.median.tolist() == [2, 0, 0]
    assert labels.low.tolist() == [0, 0, 0]
    assert labels.high.tolist() == [3, 0, 4]


@given(st.lists(st.floats(0.001, 1), min_size=4, max_size=4))
def test_the_median_lies_in_the_interval(weights):
    posterior = np.array([weights]) / sum(weights)
    labels = scale_labels(posterior)
    assert labels.low[0] <= labels.median[0] <= labels.high[0]


def flags(*said: list[int]) -> Votes:
    items = np.repeat(np.arange(len(said)), [len(one) for one in said]).astype(np.int32)
    people = np.concatenate([np.arange(len(one)) for one in said]).astype(np.int32)
    return Votes(items, people, np.concatenate(said).astype(np.int32), len(said), 20, 2)


def test_a_soft_score_is_a_share_with_its_doubt():
    scores = soft_scores(flags([1, 0, 1], [1, 0, 1] * 6, [0, 0, 0], []), np.ones(20))
    np.testing.assert_allclose(scores.score, [2 / 3, 2 / 3, 0.0, 0.5])
    widths = scores.high - scores.low
    assert widths[1] < widths[0] < widths[3]
    assert scores.low[2] == 0.0
    assert scores.high[2] > 0.3  # three noes do not prove that nobody would flag it


def test_a_soft_score_weighs_its_contributors():
    weights = np.zeros(20)
    weights[0] = 1.0
    scores = soft_scores(flags([1, 0, 0]), weights)
    assert scores.score[0] == 1.0
    with pytest.raises(ValueError, match="yes-or-no"):
        soft_scores(Votes(*[np.zeros(1, dtype=np.int32)] * 3, 1, 1, 3), np.ones(1))


def test_agreed_spans_are_what_more_than_half_of_the_weight_highlighted():
    answers = [[(0, 4)], [(2, 6)], [(2, 5), (8, 9)], []]
    shares = character_shares(10, answers, np.ones(4))
    np.testing.assert_allclose(shares, [0.25, 0.25, 0.75, 0.75, 0.5, 0.25, 0, 0, 0.25, 0])
    assert agreed_spans(shares) == [(2, 4)]
    assert agreed_spans(shares, threshold=0.2) == [(0, 6), (8, 9)]
    trusted = character_shares(10, answers, np.array([0.0, 0.0, 1.0, 0.0]))
    assert agreed_spans(trusted) == [(2, 5), (8, 9)]
    assert agreed_spans(character_shares(10, [], np.ones(0))) == []


def test_spans_are_compared_by_characters_and_by_tokens():
    left, right = highlighted(10, [(0, 4)]), highlighted(10, [(2, 6)])
    assert span_f1(left, right) == 0.5
    tokens = [(0, 4), (5, 10)]
    assert token_marks(right, tokens).tolist() == [True, True]
    assert span_f1(token_marks(left, tokens), token_marks(right, tokens)) == pytest.approx(2 / 3)
    assert span_f1(highlighted(5, []), highlighted(5, [])) == 1.0


def test_a_span_outside_the_text_is_refused():
    with pytest.raises(ValueError, match="outside"):
        highlighted(10, [(5, 11)])
