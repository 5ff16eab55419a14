"""The default: the mean of the members' posteriors, all of them reading the same expected counts.

No single model wins everywhere, and the likelihood of held-out answers does not choose well between them. The five members are
majority vote, the one-coin model, Dawid–Skene, Dawid–Skene shrunk to the pooled confusion, and IBCC. In every sweep each member
computes its posterior from the counts of the sweep before, and the mean of the five gives the counts for the next. So one matrix
of counts per contributor says all that is known about them, and what `online` computes for one item is the same formula. (The
members fitted apart and averaged at the end were as accurate on average, less steady, and needed four matrices.)
Averaging posteriors is the linear opinion pool: Stone (1961), "The opinion pool", DOI 10.1214/aoms/1177704873.
"""

from collections.abc import Callable

from political_ads.core.aggregation.answers import IntArray, Votes
from political_ads.core.aggregation.dawid_skene import dawid_skene_model
from political_ads.core.aggregation.em import fit
from political_ads.core.aggregation.ibcc import ibcc_model
from political_ads.core.aggregation.model import Member
from political_ads.core.aggregation.one_coin import one_coin_model
from political_ads.core.aggregation.result import Aggregate
from political_ads.core.aggregation.shrunken import shrunken_model

MEMBERS: tuple[Member, ...] = (one_coin_model, dawid_skene_model, shrunken_model, ibcc_model)  # and the votes


def aggregate(
    votes: Votes, *, gold: IntArray | None = None, progress: Callable[[float], None] | None = None
) -> Aggregate:
    """Aggregate by the mean of the five members.

    `gold`: (n_items,) class places of known items, −1 elsewhere. `progress` is told a share in [0, 1] after each sweep.
    """
    return fit("mean of five", votes, MEMBERS, gold=gold, with_votes=True, progress=progress)
