"""The default on public crowd-labelled sets: the marks that it must hold, on the sets that are small."""

import numpy as np
import pytest

from benchmarks.crowd_sets import crowd_folders, load_crowd
from political_ads.core.aggregation import (
    aggregate,
    dawid_skene,
    expected_accuracy,
    ibcc,
    majority,
    one_coin,
    shrunken,
)

SINGLE = (majority, one_coin, dawid_skene, shrunken, ibcc)


@pytest.mark.slow
def test_the_default_beats_its_best_member_and_never_falls_far_below_the_majority(shared_data):
    accuracy: dict[str, list[float]] = {method.__name__: [] for method in (*SINGLE, aggregate)}
    for folder in crowd_folders(shared_data / "crowd"):
        votes, truth = load_crowd(folder)
        for method in (*SINGLE, aggregate):
            accuracy[method.__name__].append(expected_accuracy(method(votes).posterior, truth))
    assert len(accuracy["aggregate"]) >= 11
    best = max(float(np.mean(accuracy[method.__name__])) for method in SINGLE)
    assert float(np.mean(accuracy["aggregate"])) > best
    below = np.array(accuracy["majority"]) - np.array(accuracy["aggregate"])
    assert below.max() <= 0.01
