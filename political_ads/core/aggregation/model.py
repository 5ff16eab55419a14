"""What the members of the ensemble share: sums over answers in, logarithms of probabilities out, and one prior."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from political_ads.core.aggregation.answers import FloatArray

DIGITS = 12  # posteriors are rounded: the order of a sum must not grow into a different answer
RIGHT, WRONG = 2.0, 1.0
"""Dirichlet parameters of a confusion row before any answer: 2 for the right class, 1 for each other.

The Beta(2, 1) of Liu, Peng and Ihler (2012), "Variational inference for crowdsourcing", NIPS 25, with more than two classes: a
contributor is a little better than chance until shown otherwise. It also says which class is which (without it, labels switch).
"""
_SMALLEST = -600.0  # its exponential is still far from 0
CLASS = 1.0  # Dirichlet parameter of each class's share: Laplace's rule


@dataclass(frozen=True, slots=True)
class Sums:
    """What the answers say once the posteriors are known; all truth in rows.

    `counts`: (contributors, k, k), expected answers of each. `pooled`: (k, k), of all contributors, also of those who are not in
    `counts`. `class_counts`: (k,), expected items of each class.
    """

    counts: FloatArray
    pooled: FloatArray
    class_counts: FloatArray


@dataclass(frozen=True, slots=True)
class LogModel:
    """`log_prior`: (k,). `log_confusion`: (contributors, k, k), log P(answer | truth) with truth in rows.

    Rows need not be normalised: variational methods give expected logarithms.
    """

    log_prior: FloatArray
    log_confusion: FloatArray


Member = Callable[[Sums], LogModel]


def prior_rows(k: int) -> FloatArray:
    """Return the Dirichlet parameters of a contributor's confusion matrix: (k, k)."""
    return WRONG + (RIGHT - WRONG) * np.eye(k)


def class_shares(class_counts: FloatArray) -> FloatArray:
    """Return the mean of the classes' shares under the prior `CLASS`: (k,)."""
    weight = class_counts + CLASS
    shares: FloatArray = weight / weight.sum()
    return shares


def row_shares(counts: FloatArray) -> FloatArray:
    """Divide each row (last axis) by its sum."""
    shares: FloatArray = counts / counts.sum(axis=-1, keepdims=True)
    return shares


def confusion_of(counts: FloatArray) -> FloatArray:
    """Return P(answer | truth) of each contributor, the mean under the prior: (contributors, k, k)."""
    return row_shares(counts + prior_rows(counts.shape[-1]))


def sum_of_models(scores: FloatArray, k: int) -> FloatArray:
    """Turn log weights (rows, models · k) into probabilities per model and row; return their sum over the models: (rows, k).

    Rows are laid last, so that sums over the few classes run along long contiguous arrays: five times as fast as along short
    ones. Products with small matrices would do too, but BLAS then spins threads that cost more than the sums.
    """
    by_model = np.ascontiguousarray(scores.T).reshape(-1, k, len(scores))
    if by_model.min(initial=0.0) < _SMALLEST:  # hundreds of answers about one item
        by_model -= by_model.max(axis=1, keepdims=True)
    np.exp(by_model, out=by_model)
    by_model /= by_model.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(by_model.sum(axis=0).T)
