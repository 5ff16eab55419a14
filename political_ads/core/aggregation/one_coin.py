"""One-coin model: a contributor is right with one probability, whatever the class, and errs evenly over the others.

Zhang, Chen, Zhou and Jordan (2016), "Spectral methods meet EM: a provably optimal algorithm for crowdsourcing", JMLR 17(102),
section 5 (the one-coin model); DOI 10.48550/arXiv.1406.3824. Here by EM, with a prior on the probability and classes equally
common beforehand: few parameters, so the steadiest where contributors gave few answers.
"""

import numpy as np

from political_ads.core.aggregation.answers import IntArray, Votes
from political_ads.core.aggregation.em import fit
from political_ads.core.aggregation.model import RIGHT, WRONG, LogModel, Sums
from political_ads.core.aggregation.result import Aggregate


def one_coin_model(sums: Sums) -> LogModel:
    """Return a flat class prior, and confusions with one value on the diagonal and one beside it."""
    k = len(sums.class_counts)
    right = np.trace(sums.counts, axis1=1, axis2=2) + RIGHT
    wrong = sums.counts.sum(axis=(1, 2)) - right + RIGHT + WRONG * (k - 1)
    accuracy = right / (right + wrong)
    on, off = np.log(accuracy), np.log((1.0 - accuracy) / (k - 1))
    diagonal = np.eye(k)
    confusion = on[:, None, None] * diagonal + off[:, None, None] * (1.0 - diagonal)
    return LogModel(np.full(k, -np.log(k)), confusion)


def one_coin(votes: Votes, *, gold: IntArray | None = None) -> Aggregate:
    """Fit by expectation–maximisation; an item without answers gets equal probabilities."""
    return fit("one-coin", votes, [one_coin_model], gold=gold)
