"""Expectation–maximisation for one member or for the mean of several: sums from posteriors, posteriors from sums."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from political_ads.core.aggregation.acceleration import extrapolate
from political_ads.core.aggregation.answers import FloatArray, IntArray, Votes
from political_ads.core.aggregation.incidence import Incidence
from political_ads.core.aggregation.model import Member, Sums, class_shares, confusion_of
from political_ads.core.aggregation.result import Aggregate

TOLERANCE = 1e-3  # no probability moved by more: far less than a bootstrap of the answers moves it
MOST_SWEEPS = 100
_CURVE = 3  # sums in a row make an extrapolation


def fit(
    method: str,
    votes: Votes,
    members: Sequence[Member],
    *,
    gold: IntArray | None = None,
    with_votes: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Aggregate:
    """Start from the shares of the answers and sweep until nothing moves, or `MOST_SWEEPS` times.

    `with_votes`: the shares of the answers are one more member of the mean. The result holds the sums from which the last
    posterior was computed, so that the same formula gives it again for one item alone.
    """
    incidence = Incidence(votes, gold)
    posterior = incidence.start()
    path = [incidence.sums(posterior)]
    sweeps = 1
    while sweeps < MOST_SWEEPS:
        models = [member(path[-1]) for member in members]
        change = incidence.sweep(models, posterior, with_votes=with_votes)
        sweeps += 1
        _tell(progress, change)
        if change < TOLERANCE:
            break
        path.append(incidence.sums(posterior))
        if len(path) == _CURVE:
            path = [extrapolate(*path)]
    sums = path[-1]
    prior = _prior(members, sums)
    posterior[~incidence.informed] = prior
    if progress:
        progress(1.0)
    return Aggregate(posterior, prior, confusion_of(sums.counts), sums, method, sweeps)


def _prior(members: Sequence[Member], sums: Sums) -> FloatArray:
    """What an item without answers gets: a lone member's own prior, the class shares for a mean."""
    if len(members) > 1:
        return class_shares(sums.class_counts)
    weight = np.exp(members[0](sums).log_prior)
    prior: FloatArray = weight / weight.sum()
    return prior


def _tell(progress: Callable[[float], None] | None, change: float) -> None:
    """The way from a change of 1 to `TOLERANCE`, on a log scale: changes shrink by about the same factor per sweep."""
    if progress:
        progress(min(max(math.log(max(change, TOLERANCE)) / math.log(TOLERANCE), 0.0), 0.99))
