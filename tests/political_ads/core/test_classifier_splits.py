import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from political_ads.core.classifier.groups import connected
from political_ads.core.classifier.near_duplicates import near_duplicates
from political_ads.core.classifier.splits import grouped_folds, hashed_split, time_folds


@given(st.integers(0, 2**32), st.integers(30, 120), st.integers(6, 20))
@settings(max_examples=40)
def test_no_page_and_no_near_duplicate_on_both_sides(seed, size, pages):
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.arange(size) % pages)
    near = rng.integers(0, size // 2, size)
    shares = np.eye(2)[rng.integers(0, 2, size)]

    folds = grouped_folds(groups, near, shares, 3, rng)

    assert sorted(np.concatenate([fold.tested for fold in folds]).tolist()) == list(range(size))
    for fold in folds:
        assert not set(groups[fold.trained]) & set(groups[fold.tested])
        assert not set(near[fold.trained]) & set(near[fold.tested])


def test_folds_share_out_classes_evenly():
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1], [300, 100])
    folds = grouped_folds(np.arange(400), np.arange(400), np.eye(2)[truth], 4, rng)

    assert [int(truth[fold.tested].sum()) for fold in folds] == [25, 25, 25, 25]


def test_too_few_pages_are_refused():
    with pytest.raises(ValueError, match="2 groups cannot make 3 folds"):
        grouped_folds(np.array([0, 1]), np.array([0, 1]), np.eye(2), 3, np.random.default_rng(0))


def test_time_folds_train_on_the_past_and_on_other_pages():
    times = np.append(np.arange(99, dtype=np.float64), np.nan)
    groups = np.arange(100) % 40
    folds = time_folds(times, groups, np.arange(100), 3)

    assert len(folds) == 3
    for fold in folds:
        assert times[fold.trained].max() < times[fold.tested].min()
        assert not set(groups[fold.trained]) & set(groups[fold.tested])
        assert 99 not in fold.trained
        assert 99 not in fold.tested


def test_a_hashed_split_does_not_depend_on_order():
    ids = [f"ad-{number}" for number in range(400)]
    near = np.arange(400) // 2
    fold = hashed_split(ids, near, 0.25)
    turned = hashed_split(ids[::-1], near[::-1], 0.25)

    assert {ids[place] for place in fold.tested} == {ids[::-1][place] for place in turned.tested}
    assert not set(near[fold.trained]) & set(near[fold.tested])
    assert 60 < len(fold.tested) < 140


def test_small_changes_make_near_duplicates():
    said = "Our town needs a new swimming pool for the children of every school, so come and sign the petition at the market"
    texts = [
        said,
        said.replace("town", "city"),
        f"{said} https://example.org/1",
        "Fresh bread every morning at seven",
        "",
    ]

    near = near_duplicates(texts)

    assert near[0] == near[1] == near[2]
    assert len({near[0], near[3], near[4]}) == 3


def test_chains_of_pages_and_funders_are_one_group():
    groups = connected(["a", "a", "b", "", ""], ["x", "y", "y", "", "z"])

    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups.tolist())) == 3
