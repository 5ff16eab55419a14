"""Shares of creatives with the doubt that belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from political_ads.core.aggregation import FloatArray

Z = 1.959964  # of a 95 % interval
DRAWS = 200  # of a bootstrap
TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Stratum:
    """Creatives drawn uniformly at random from a part of a campaign (a language): their posteriors (n, k), n ≥ 1.

    `stands_for`: how many creatives of the campaign they stand for.
    """

    stands_for: float
    posterior: FloatArray


@dataclass(frozen=True)
class Estimate:
    """A share, 0 to 1, with the ends of its 95 % interval; `n`: the creatives that it rests on."""

    value: float
    low: float
    high: float
    n: int


def wilson(count: int, n: int) -> Estimate:
    """Return the share `count` of `n` with its score interval; of nothing, everything is possible.

    Wilson (1927), "Probable inference, the law of succession, and statistical inference", DOI 10.1080/01621459.1927.10502953.
    """
    if not n:
        return Estimate(0.0, 0.0, 1.0, 0)
    share, z2 = count / n, Z * Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Estimate(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)), n)


def prevalence(strata: Sequence[Stratum], classes: Sequence[int], rng: np.random.Generator) -> Estimate:
    """Return the share of a campaign's creatives that belong to one of some classes, from its random set.

    Strata are put together by what each stands for, not by how many were drawn of it. The interval is a bootstrap's, within strata
    (Efron 1979, DOI 10.1214/aos/1176344552), and holds two doubts: which creatives were drawn, and which class each of them has.
    """
    total = sum(stratum.stands_for for stratum in strata)
    value, draws = 0.0, np.zeros(DRAWS)
    for stratum in strata:
        within = stratum.posterior[:, list(classes)].sum(axis=1)
        weight, n = stratum.stands_for / total, len(within)
        value += weight * float(within.mean())
        for draw in range(DRAWS):
            drawn = within[rng.integers(0, n, n)]
            draws[draw] += weight * float((rng.random(n) < drawn).mean())
    low, high = np.quantile(draws, TAILS)
    n = sum(len(stratum.posterior) for stratum in strata)
    return Estimate(value, min(float(low), value), max(float(high), value), n)


def mean_share(values: FloatArray, rng: np.random.Generator) -> Estimate:
    """Return the mean of shares (n,), each 0 to 1, with a bootstrap interval over the creatives.

    Efron (1979), "Bootstrap methods: another look at the jackknife", DOI 10.1214/aos/1176344552.
    """
    n = len(values)
    if not n:
        return Estimate(0.0, 0.0, 1.0, 0)
    distinct, times = np.unique(values, return_counts=True)  # few: shares of a handful of answers
    means = rng.multinomial(n, times / n, size=DRAWS) @ distinct / n
    low, high = np.quantile(means, TAILS)
    value = float(values.mean())
    return Estimate(value, min(float(low), value), max(float(high), value), n)
