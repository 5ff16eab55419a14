"""From the answers of many contributors to one posterior per item: one algorithm a file, `aggregate` by default.

Importing this package imports NumPy and nothing heavier.
"""

from political_ads.core.aggregation.answers import (
    UNKNOWN,
    FloatArray,
    IntArray,
    NamedVotes,
    Votes,
    name_votes,
)
from political_ads.core.aggregation.dawid_skene import dawid_skene
from political_ads.core.aggregation.ensemble import aggregate
from political_ads.core.aggregation.ibcc import ibcc
from political_ads.core.aggregation.majority import majority
from political_ads.core.aggregation.model import Sums
from political_ads.core.aggregation.one_coin import one_coin
from political_ads.core.aggregation.result import Aggregate, decide, expected_accuracy, tied_classes
from political_ads.core.aggregation.shrunken import shrunken

__all__ = [
    "UNKNOWN",
    "Aggregate",
    "FloatArray",
    "IntArray",
    "NamedVotes",
    "Sums",
    "Votes",
    "aggregate",
    "dawid_skene",
    "decide",
    "expected_accuracy",
    "ibcc",
    "majority",
    "name_votes",
    "one_coin",
    "shrunken",
    "tied_classes",
]
