import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.classifier.drift import drift, stability
from tests.political_ads.core.written_ads import three_classes, written


@given(st.lists(st.integers(0, 50), min_size=2, max_size=10))
def test_stability_is_zero_for_equal_shares_and_never_negative(counts):
    before = np.array(counts, dtype=np.float64) + 1.0

    assert stability(before, 3.0 * before) == pytest.approx(0.0)
    assert stability(before, before[::-1]) >= 0.0


def test_the_same_world_is_stable_and_another_is_not():
    rng = np.random.default_rng(0)
    before, after = written(rng, 400), written(rng, 400)
    weather = [text for text, each in zip(*three_classes(rng, 900), strict=True) if each[2]]

    same = drift(before.texts, rng.beta(2, 2, 400), after.texts, rng.beta(2, 2, 400))
    other = drift(before.texts, rng.beta(2, 2, 400), weather, rng.beta(8, 2, len(weather)))

    assert not same.moved
    assert other.moved
    assert other.score > 0.25 > same.score
    assert other.unseen > same.unseen
