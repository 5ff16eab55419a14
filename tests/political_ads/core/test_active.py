import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.active import Plan, choose, choose_batch, density, replay
from political_ads.core.classifier.ngrams import count
from political_ads.core.classifier.training import as_rows
from tests.political_ads.core.written_ads import written


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 6))
def test_priorities_lie_between_zero_and_one(seed, size, classes):
    stated = np.random.default_rng(seed).dirichlet(np.ones(classes), size)
    priority = choose(stated)

    assert priority.shape == (size,)
    assert np.all((priority >= 0.0) & (priority <= 1.0))


def test_the_least_sure_comes_first_and_certainty_last():
    priority = choose(np.array([[0.5, 0.5], [0.9, 0.1], [1.0, 0.0]]))

    assert priority[0] == 1.0
    assert priority[0] > priority[1] > priority[2]
    assert priority[2] < 1e-9


def test_an_odd_text_comes_after_a_usual_one():
    table = count(["vote for the law", "vote against the law", "vote on the law", "qxzw jjkk"])
    priority = choose(np.full((4, 2), 0.5), density=density(table))

    assert priority[3] < priority[:3].min()


def test_a_batch_never_holds_near_duplicates():
    stated = np.array([[0.5, 0.5], [0.5, 0.5], [0.6, 0.4], [0.9, 0.1]])
    batch = choose_batch(stated, np.array([0, 0, 1, 2]), 2, np.random.default_rng(0))

    assert len(batch) == 2
    assert 2 in batch
    assert len({0, 1} & set(batch.tolist())) == 1


def test_a_replay_looks_only_at_labels_that_it_asked_for():
    rows = as_rows(written(np.random.default_rng(1), 300, mixed_up=0.05))
    plan = Plan(random=(40, 120), active=(20, 40), first=20, batch=10)

    found = replay(rows, np.arange(200), np.arange(200, 300), np.random.default_rng(2), plan=plan)

    assert set(found.random) == {40, 120}
    assert set(found.active) == {20, 40}
    assert found.active[40] > 0.8
    assert found.needed(0.0) == 20
    assert found.needed(1.1) is None
