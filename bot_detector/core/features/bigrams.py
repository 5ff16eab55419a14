"""How usual the letter pairs of a handle are: the mean log10 likelihood of its bigrams.

Yang, Varol, Hui and Menczer (2020), "Scalable and generalizable social bot detection through data selection", DOI
10.1609/aaai.v34i01.5460, use the likelihood of a handle's bigrams to find random strings. Their table counts two million
handles that are not public; ours counts the handles of the model's own training rows, smoothed, and is part of the
artefact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.characters import Characters
from bot_detector.core.features.feature import FloatArray

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789_"
SYMBOLS = len(ALPHABET) + 1  # the last symbol stands for any other character
LOWEST_LOG_LIKELIHOOD = -4.0
_SMOOTHING = 1.0  # one imaginary sighting of each pair (Laplace)


@dataclass(frozen=True, slots=True)
class BigramTable:
    """`log_likelihood[i, j]`: log10 P(second symbol = j | first symbol = i), each in [−4, 0]."""

    log_likelihood: FloatArray


def symbols_of(handles: Characters) -> NDArray[np.uint8]:
    """Map each code point of the handles to its place in `ALPHABET`, letters without case."""
    table = np.full(256, SYMBOLS - 1, dtype=np.uint8)
    for place, character in enumerate(ALPHABET):
        table[ord(character)] = place
        table[ord(character.upper())] = place
    return table[np.minimum(handles.codes, 255)]


def fit_bigrams(handles: Characters) -> BigramTable:
    """Count the bigrams of the handles and turn them into smoothed conditional log likelihoods."""
    symbols = symbols_of(handles)
    inside = _pairs_inside(handles)
    pairs = symbols[:-1].astype(np.int64) * SYMBOLS + symbols[1:]
    counts = np.bincount(pairs[inside], minlength=SYMBOLS * SYMBOLS).reshape(SYMBOLS, SYMBOLS) + _SMOOTHING
    likelihood = counts / counts.sum(axis=1, keepdims=True)
    return BigramTable(np.round(np.maximum(np.log10(likelihood), LOWEST_LOG_LIKELIHOOD), 4))


def mean_log_likelihood(handles: Characters, table: BigramTable) -> FloatArray:
    """Return the mean log10 likelihood of each handle's bigrams, in [−4, 0]; NaN below two characters or when missing."""
    lengths = handles.lengths
    symbols = symbols_of(handles)
    sums = np.zeros(len(symbols) + 1)
    if len(symbols) > 1:
        pairs = symbols[:-1].astype(np.int64) * SYMBOLS + symbols[1:]
        scores = table.log_likelihood.ravel()[pairs]
        scores[~_pairs_inside(handles)] = 0.0
        np.cumsum(scores, out=sums[2:])
    totals = sums[handles.starts[1:]] - sums[handles.starts[:-1]]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(lengths > 1, np.clip(totals / (lengths - 1), LOWEST_LOG_LIKELIHOOD, 0.0), np.nan)


def _pairs_inside(handles: Characters) -> NDArray[np.bool_]:
    """Which neighbouring characters belong to the same handle."""
    inside = np.ones(max(len(handles.codes) - 1, 0), dtype=np.bool_)
    ends = handles.starts[1:-1]
    ends = ends[(ends > 0) & (ends < len(handles.codes))]
    inside[ends - 1] = False
    return inside
