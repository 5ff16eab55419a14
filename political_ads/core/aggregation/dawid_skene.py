"""Dawid–Skene with priors: every contributor has a confusion matrix of their own.

Dawid and Skene (1979), "Maximum likelihood estimation of observer error-rates using the EM algorithm", DOI 10.2307/2346806. With
Dirichlet priors on rows and class shares (the mean under the prior rather than the maximum of the likelihood), after Kim and
Ghahramani (2012), "Bayesian classifier combination", PMLR 22: three answers must not make anybody infallible.
"""

import numpy as np

from political_ads.core.aggregation.answers import IntArray, Votes
from political_ads.core.aggregation.em import fit
from political_ads.core.aggregation.model import LogModel, Sums, class_shares, confusion_of
from political_ads.core.aggregation.result import Aggregate


def dawid_skene_model(sums: Sums) -> LogModel:
    """Return class shares and confusions with the prior's pseudo-answers added."""
    return LogModel(np.log(class_shares(sums.class_counts)), np.log(confusion_of(sums.counts)))


def dawid_skene(votes: Votes, *, gold: IntArray | None = None) -> Aggregate:
    """Fit by expectation–maximisation; an item without answers gets the class shares."""
    return fit("dawid-skene", votes, [dawid_skene_model], gold=gold)
