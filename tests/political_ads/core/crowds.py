"""Invented crowds: small ones of any shape for properties, larger ones whose truth is known."""

import numpy as np
from hypothesis import strategies as st

from political_ads.core.aggregation import Votes


@st.composite
def small_crowds(draw: st.DrawFn, *, classes: int | None = None) -> Votes:
    """Up to forty answers; items and contributors may have none."""
    n_items, n_contributors = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    k = classes or draw(st.integers(2, 4))
    cells = [(i, w) for i in range(n_items) for w in range(n_contributors)]
    chosen = draw(st.lists(st.sampled_from(cells), unique=True, max_size=40))
    labels = draw(st.lists(st.integers(0, k - 1), min_size=len(chosen), max_size=len(chosen)))
    items = np.array([item for item, _ in chosen], dtype=np.int32)
    contributors = np.array([contributor for _, contributor in chosen], dtype=np.int32)
    return Votes(items, contributors, np.array(labels, dtype=np.int32), n_items, n_contributors, k)


def invented_crowd(
    rng: np.random.Generator,
    *,
    n_items: int = 300,
    n_contributors: int = 20,
    per_item: int = 5,
    k: int = 3,
    accuracy: tuple[float, float] = (0.55, 0.95),
) -> tuple[Votes, np.ndarray]:
    """Contributors right with a probability of their own, wrong evenly; no one answers the same item twice."""
    truth = rng.integers(0, k, n_items)
    skill = rng.uniform(*accuracy, n_contributors)
    who = np.argsort(rng.random((n_items, n_contributors)), axis=1)[:, :per_item].ravel()
    items = np.repeat(np.arange(n_items), per_item)
    right = rng.random(len(items)) < skill[who]
    wrong = (truth[items] + rng.integers(1, k, len(items))) % k
    labels = np.where(right, truth[items], wrong)
    columns = (column.astype(np.int32) for column in (items, who, labels))
    return Votes(*columns, n_items, n_contributors, k), truth
