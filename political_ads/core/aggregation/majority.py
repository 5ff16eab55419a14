"""Majority vote: each answer weighs the same, the posterior is the share of the answers.

The baseline of every comparison; as a member of the ensemble it keeps the others from being too sure. They take answers for
independent, and on real sets people err together.
"""

from political_ads.core.aggregation.answers import IntArray, Votes
from political_ads.core.aggregation.incidence import Incidence
from political_ads.core.aggregation.model import class_shares
from political_ads.core.aggregation.result import Aggregate


def majority(votes: Votes, *, gold: IntArray | None = None) -> Aggregate:
    """Return the shares of the answers; an item without answers gets the classes' overall shares."""
    incidence = Incidence(votes, gold)
    posterior = incidence.start()
    sums = incidence.sums(posterior)
    prior = class_shares(sums.class_counts)
    posterior[~incidence.informed] = prior
    return Aggregate(posterior, prior, None, sums, "majority", 1)
