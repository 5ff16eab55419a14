"""Two linear learners on soft labels, averaged: their sum is again one linear model, as quick and readable as either.

`logistic`: ridge logistic regression. `log_count_ratio`: the same on features multiplied by their log-count ratio, Wang and
Manning (2012), "Baselines and bigrams: simple, good sentiment and topic classification" (NB-SVM), ACL P12-2018. They err
differently; the average is better than either on most sets (docs/guides/ads-evaluation.md).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from political_ads.core.classifier.ngrams import FEATURES, Counts, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is fitted: losses weigh `strength` (ridge) and `ratio_strength` (log-count ratio) against a squared norm of ½.

    `smoothing`: added to each feature's count in the ratio. `balanced`: classes weigh the same in the fit; the calibration
    brings the true shares back.
    """

    strength: float = 5.0
    ratio_strength: float = 1.0
    ratio_share: float = 0.5
    smoothing: float = 1.0
    balanced: bool = True
    steps: int = 40  # of L-BFGS: sixty gave the same F1 to three digits in six replays on real ads


@dataclass(frozen=True, slots=True)
class Linear:
    """`score = x · weights + intercept`; weights (FEATURES,)."""

    weights: FloatArray
    intercept: float


def as_matrix(table: Counts) -> csr_matrix:
    """The same table for SciPy."""
    return csr_matrix((table.values, table.columns, table.starts), shape=(table.rows, FEATURES))


def take(table: Counts, rows: IntArray) -> Counts:
    """Some rows of a table."""
    part = as_matrix(table)[rows]
    return Counts(part.indptr.astype(np.int64), part.indices.astype(np.int64), part.data)


def fit_linear(
    table: Counts, share: FloatArray, weight: FloatArray, recipe: Recipe, prior: Linear | None = None
) -> Linear:
    """Fit the average of both learners to soft labels.

    `share`: (n,) probability of the class; `weight`: (n,) what a row counts. `prior`: a model to start from and to be drawn
    to instead of zero: earlier labels, or another language's.
    """
    features, local = np.unique(table.columns, return_inverse=True)
    matrix = csr_matrix((table.values, local, table.starts), shape=(table.rows, len(features)))
    weight = _balanced(share, weight) if recipe.balanced else weight
    known = np.zeros(len(features)) if prior is None else prior.weights[features]
    offset = matrix @ known + (0.0 if prior is None else prior.intercept)
    ridge, first = _logistic(matrix, share, weight * recipe.strength, offset, recipe.steps)
    ratio = _log_count_ratio(matrix, share, weight, recipe.smoothing)
    scaled = matrix.multiply(ratio).tocsr()
    bayes, second = _logistic(scaled, share, weight * recipe.ratio_strength, offset, recipe.steps)
    own = recipe.ratio_share
    weights = np.zeros(FEATURES) if prior is None else prior.weights.copy()
    weights[features] += (1.0 - own) * ridge + own * ratio * bayes
    intercept = (1.0 - own) * first + own * second + (0.0 if prior is None else prior.intercept)
    return Linear(weights, intercept)


def _balanced(share: FloatArray, weight: FloatArray) -> FloatArray:
    """Weights under which the class and the others have the same total; unchanged where one is absent."""
    total, inside = float(weight.sum()), float((weight * share).sum())
    if not 0.0 < inside < total:
        return weight
    balanced: FloatArray = weight * total * 0.5 * (share / inside + (1.0 - share) / (total - inside))
    return balanced


def _log_count_ratio(
    matrix: csr_matrix, share: FloatArray, weight: FloatArray, smoothing: float
) -> FloatArray:
    """R = ln(p / ‖p‖₁) − ln(q / ‖q‖₁), with p and q the smoothed TF-IDF sums of the class and of the others."""
    inside = matrix.T @ (weight * share) + smoothing
    outside = matrix.T @ (weight * (1.0 - share)) + smoothing
    ratio: FloatArray = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return ratio


def _logistic(
    matrix: csr_matrix, share: FloatArray, weight: FloatArray, offset: FloatArray, steps: int
) -> tuple[FloatArray, float]:
    """Minimise Σ weight · cross-entropy(share, sigmoid(offset + x·w + b)) + ½‖w‖² by L-BFGS."""
    turned = matrix.T.tocsr()

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        odds = matrix @ parameters[:-1] + parameters[-1] + offset
        value = float(weight @ (np.logaddexp(0.0, odds) - share * odds))
        error = weight * (sigmoid(odds) - share)
        slope = np.append(turned @ error + parameters[:-1], error.sum())
        return value + 0.5 * float(parameters[:-1] @ parameters[:-1]), slope

    start = np.zeros(matrix.shape[1] + 1)
    options = {"maxiter": steps, "gtol": 1e-3, "ftol": 1e-7}
    found: FloatArray = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return found[:-1], float(found[-1])


def score(table: Counts, linear: Linear) -> FloatArray:
    """Return the score of each row (n,)."""
    parts = table.values * linear.weights[table.columns]
    sums = np.bincount(table.row_of_each(), weights=parts, minlength=table.rows)
    return np.asarray(sums + linear.intercept, dtype=np.float64)


def sigmoid(odds: FloatArray) -> FloatArray:
    """Log-odds → probability."""
    result: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * odds))
    return result
