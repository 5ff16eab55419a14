"""Dawid–Skene with each contributor's confusion shrunk to the pooled one: who answered little is taken for average.

The partial pooling of Paun, Carpenter, Chamberlain, Hovy, Kruschwitz and Poesio (2018), "Comparing Bayesian models of
annotation", DOI 10.1162/tacl_a_00040 (their hierarchical Dawid–Skene), by EM with a fixed strength: the pooled row weighs as many
answers as the flat prior's row does in the other models.
"""

import numpy as np

from political_ads.core.aggregation.answers import IntArray, Votes
from political_ads.core.aggregation.em import fit
from political_ads.core.aggregation.model import LogModel, Sums, class_shares, prior_rows, row_shares
from political_ads.core.aggregation.result import Aggregate


def shrunken_model(sums: Sums) -> LogModel:
    """Return class shares, and confusions whose prior is the pooled confusion."""
    prior = prior_rows(len(sums.class_counts))
    strength = prior[0].sum()
    average = row_shares(sums.pooled + prior)
    confusion = row_shares(sums.counts + strength * average)
    return LogModel(np.log(class_shares(sums.class_counts)), np.log(confusion))


def shrunken(votes: Votes, *, gold: IntArray | None = None) -> Aggregate:
    """Fit by expectation–maximisation; an item without answers gets the class shares."""
    return fit("shrunken", votes, [shrunken_model], gold=gold)
