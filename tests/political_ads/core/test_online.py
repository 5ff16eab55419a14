import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.crowd_sets import load_crowd
from political_ads.core.aggregation import UNKNOWN, Sums, aggregate, expected_accuracy, majority
from political_ads.core.aggregation.online import count_gold, empty_sums, item_posterior, update_item
from tests.political_ads.core.crowds import invented_crowd, small_crowds


def sums_of(batch: Sums, contributors: np.ndarray) -> Sums:
    return Sums(batch.counts[contributors], batch.pooled, batch.class_counts)


class Campaign:
    """The sums as the database keeps them, and answers that arrive one by one."""

    def __init__(self, n_items: int, n_contributors: int, k: int) -> None:
        self.counts = np.zeros((n_contributors, k, k))
        self.pooled, self.class_counts = np.zeros((k, k)), np.zeros(k)
        self.posteriors: dict[int, np.ndarray] = {}
        self.answers: dict[int, list[tuple[int, int]]] = {item: [] for item in range(n_items)}

    def update(self, item: int, counted: list[bool], counts: list[bool]) -> None:
        who = np.array([contributor for contributor, _ in self.answers[item]])
        classes = np.array([label for _, label in self.answers[item]], dtype=np.int32)
        update = update_item(
            classes,
            Sums(self.counts[who], self.pooled, self.class_counts),
            before=self.posteriors.get(item),
            counted=np.array(counted),
            counts=np.array(counts),
        )
        self.counts[who] = update.sums.counts
        self.pooled, self.class_counts = update.sums.pooled, update.sums.class_counts
        self.posteriors[item] = update.posterior

    def answer(self, item: int, contributor: int, label: int) -> None:
        self.answers[item].append((contributor, label))
        n = len(self.answers[item])
        self.update(item, [True] * (n - 1) + [False], [True] * n)

    def withdraw_last(self, item: int) -> None:
        n = len(self.answers[item])
        self.update(item, [True] * n, [True] * (n - 1) + [False])
        self.answers[item].pop()
        if not self.answers[item]:
            del self.posteriors[item]


@given(votes=small_crowds())
@settings(max_examples=25)
def test_with_the_batchs_sums_one_item_gives_the_batchs_posterior(votes):
    batch = aggregate(votes)
    for item in range(votes.n_items):
        rows = votes.items == item
        alone = item_posterior(votes.classes[rows], sums_of(batch.sums, votes.contributors[rows]))
        np.testing.assert_allclose(alone, batch.posterior[item], atol=1e-9)


def test_replayed_online_then_reconciled_is_the_batch():
    votes, truth = invented_crowd(np.random.default_rng(3), n_items=200)
    campaign = Campaign(votes.n_items, votes.n_contributors, votes.n_classes)
    for row in np.random.default_rng(4).permutation(len(votes)):
        campaign.answer(int(votes.items[row]), int(votes.contributors[row]), int(votes.classes[row]))
    online = np.stack([campaign.posteriors[item] for item in range(votes.n_items)])
    batch = aggregate(votes)
    assert expected_accuracy(online, truth) == pytest.approx(
        expected_accuracy(batch.posterior, truth), abs=0.03
    )

    campaign.counts[:] = batch.sums.counts  # what the reconciling job does
    campaign.pooled, campaign.class_counts = batch.sums.pooled, batch.sums.class_counts
    for item in range(votes.n_items):
        who = np.array([contributor for contributor, _ in campaign.answers[item]])
        classes = np.array([label for _, label in campaign.answers[item]], dtype=np.int32)
        sums = Sums(campaign.counts[who], campaign.pooled, campaign.class_counts)
        np.testing.assert_allclose(item_posterior(classes, sums), batch.posterior[item], atol=1e-9)


@given(votes=small_crowds())
@settings(max_examples=15)
def test_increments_keep_the_sums_equal_to_the_answers(votes):
    campaign = Campaign(votes.n_items, votes.n_contributors, votes.n_classes)
    for item, contributor, label in zip(votes.items, votes.contributors, votes.classes, strict=True):
        campaign.answer(int(item), int(contributor), int(label))
    given_by = np.bincount(votes.contributors, minlength=votes.n_contributors)
    np.testing.assert_allclose(campaign.counts.sum(axis=(1, 2)), given_by, atol=1e-9)
    np.testing.assert_allclose(campaign.pooled, campaign.counts.sum(axis=0), atol=1e-9)
    answered = len(np.unique(votes.items))
    assert campaign.class_counts.sum() == pytest.approx(answered)
    for item, posterior in campaign.posteriors.items():
        counted = sum(posterior[None, :] for _ in campaign.answers[item])
        assert np.sum(counted) == pytest.approx(len(campaign.answers[item]))


def test_an_answer_withdrawn_leaves_nothing_behind():
    campaign = Campaign(2, 3, 2)
    campaign.answer(0, 0, 1)
    campaign.answer(1, 1, 0)
    before = (campaign.counts.copy(), campaign.pooled.copy(), campaign.class_counts.copy())
    campaign.answer(0, 2, 1)
    campaign.withdraw_last(0)
    assert campaign.counts[2].sum() == 0.0
    assert campaign.pooled.sum() == pytest.approx(before[1].sum())
    assert campaign.class_counts.sum() == pytest.approx(before[2].sum())


def test_the_only_answer_withdrawn_takes_the_item_out():
    campaign = Campaign(1, 1, 3)
    campaign.answer(0, 0, 2)
    campaign.withdraw_last(0)
    np.testing.assert_allclose(campaign.counts, 0.0, atol=1e-12)
    np.testing.assert_allclose(campaign.class_counts, 0.0, atol=1e-12)
    assert not campaign.posteriors


@given(
    classes=st.lists(st.integers(0, 2), min_size=1, max_size=8),
    right=st.integers(0, 60),
    wrong=st.integers(0, 20),
)
@settings(max_examples=40)
def test_more_agreement_never_lowers_the_posterior(classes, right, wrong):
    """One more answer for a class, from someone better than chance, as far as known."""
    right = max(right, wrong)
    counts = np.full((3, 3), wrong / 6) + np.eye(3) * (right / 3)
    people = np.stack([counts] * (len(classes) + 1))
    sums = Sums(people, people.sum(axis=0), np.ones(3))
    said = np.array(classes, dtype=np.int32)
    before = item_posterior(said, Sums(people[:-1], sums.pooled, sums.class_counts))
    after = item_posterior(np.append(said, 1).astype(np.int32), sums)
    assert after[1] >= before[1] - 1e-9


def test_gold_answers_teach_about_people_and_not_about_the_classes():
    sums = count_gold(np.array([1, 0], dtype=np.int32), 1, empty_sums(2, 2))
    assert sums.counts.tolist() == [[[0, 0], [0, 1]], [[0, 0], [1, 0]]]
    assert sums.class_counts.tolist() == [0, 0]
    known = item_posterior(
        np.array([1], dtype=np.int32), Sums(sums.counts[:1], sums.pooled, sums.class_counts)
    )
    fresh = item_posterior(np.array([1], dtype=np.int32), empty_sums(1, 2))
    assert known[1] > fresh[1]


def test_an_item_without_answers_has_the_class_shares():
    sums = Sums(np.zeros((0, 2, 2)), np.zeros((2, 2)), np.array([3.0, 1.0]))
    assert item_posterior(np.zeros(0, dtype=np.int32), sums).tolist() == pytest.approx([4 / 6, 2 / 6])


def test_symmetric_answers_stay_a_tie():
    posterior = item_posterior(np.array([0, 1], dtype=np.int32), empty_sums(2, 2))
    assert posterior.tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.slow
def test_an_update_costs_the_same_in_a_large_campaign():
    """It reads a dozen matrices, whatever the campaign: well under a fifth of the 60 ms an answer may take."""
    sums = Sums(np.full((12, 5, 5), 1000.0), np.full((5, 5), 1e7), np.full(5, 1e6))
    classes = np.arange(12, dtype=np.int32) % 5
    counted = np.arange(12) < 11
    started = time.process_time()
    for _ in range(100):
        update_item(classes, sums, before=np.full(5, 0.2), counted=counted)
    assert (time.process_time() - started) / 100 < 0.010


def test_the_real_sets_online_are_as_the_batch(shared_data):
    votes, truth = load_crowd(shared_data / "crowd" / "bluebird")
    batch = aggregate(votes)
    for item in range(votes.n_items):
        rows = votes.items == item
        alone = item_posterior(votes.classes[rows], sums_of(batch.sums, votes.contributors[rows]))
        np.testing.assert_allclose(alone, batch.posterior[item], atol=1e-9)
    assert (
        expected_accuracy(batch.posterior, truth) > expected_accuracy(majority(votes).posterior, truth) + 0.05
    )
    assert UNKNOWN not in truth
