"""Independent Bayesian classifier combination, by variational Bayes: confusions stay uncertain while truths are inferred.

Simpson, Roberts, Psorakis and Smith (2013), "Dynamic Bayesian combination of multiple imperfect classifiers",
DOI 10.1007/978-3-642-36406-8_1, equations for E[ln π] and E[ln κ]. Expected logarithms weigh a contributor with few answers less
than their mean confusion would.
"""

from political_ads.core.aggregation.answers import FloatArray, IntArray, Votes
from political_ads.core.aggregation.em import fit
from political_ads.core.aggregation.model import CLASS, LogModel, Sums, prior_rows
from political_ads.core.aggregation.result import Aggregate
from political_ads.core.aggregation.special import digamma


def ibcc_model(sums: Sums) -> LogModel:
    """Return the expected logarithms under the Dirichlet posteriors."""
    alpha = sums.counts + prior_rows(len(sums.class_counts))
    return LogModel(_expected_log(sums.class_counts + CLASS), _expected_log(alpha))


def ibcc(votes: Votes, *, gold: IntArray | None = None) -> Aggregate:
    """Fit by coordinate ascent; an item without answers gets the class shares."""
    return fit("ibcc", votes, [ibcc_model], gold=gold)


def _expected_log(alpha: FloatArray) -> FloatArray:
    """E[ln p] of a Dirichlet over the last axis."""
    return digamma(alpha) - digamma(alpha.sum(axis=-1, keepdims=True))
