"""Counts → weights of terms: inverse document frequency, and each view brought to length 1.

Salton and Buckley (1988), "Term-weighting approaches in automatic text retrieval", DOI 10.1016/0306-4573(88)90021-0.
"""

import numpy as np

from political_ads.core.classifier.ngrams import BUCKETS, FACTS, FEATURES, VIEWS, Counts, FloatArray

FACT = 12.0**-0.5  # of each fact: a dozen of them have length 1 together, as an ad's words have
RARE = 2  # texts that must hold an n-gram before it counts: one text's n-grams say nothing of another's


def inverse_frequency(counts: Counts) -> FloatArray:
    """Return ln((n + 1) / (texts with the n-gram + 1)) + 1 per feature; 0 for n-grams of fewer than `RARE` texts."""
    holding = np.bincount(counts.columns, minlength=FEATURES)
    weight = np.log((counts.rows + 1) / (holding + 1)) + 1.0
    return np.where(holding >= RARE, weight, 0.0)


def weighted(counts: Counts, frequency: FloatArray) -> Counts:
    """Return TF-IDF values; words and characters of each row have length 1 each, each fact the value `FACT`.

    Features of weight 0 are left out.
    """
    values = counts.values * frequency[counts.columns]
    kept = values > 0
    rows, columns, values = counts.row_of_each()[kept], counts.columns[kept], values[kept]
    view = columns // BUCKETS
    values = np.where(view == FACTS, FACT, values)
    part = rows * VIEWS + view
    length = np.sqrt(np.bincount(part, weights=values * values, minlength=counts.rows * VIEWS))
    values = np.where(view == FACTS, values, values / length[part])
    starts = np.searchsorted(rows, np.arange(counts.rows + 1))
    return Counts(starts, columns, values)
