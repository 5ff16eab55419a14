"""Questions about what a campaign's labels say together; each is one statement, its answer short."""

from political_ads.queries.results.counts import (
    ClassCount,
    answers_by_day,
    by_advertiser,
    by_class,
    by_month,
    further,
    standings,
)
from political_ads.queries.results.disagreement import (
    Disputed,
    ModelAnswer,
    agreeing_examples,
    entropies,
    marked_examples,
    model_answers,
    most_disputed,
    shown_ads,
    vote_patterns,
)
from political_ads.queries.results.quantities import Quantity, quantities
from political_ads.queries.results.random_set import random_set, soft_shares
from political_ads.queries.results.scope import (
    EVERYTHING,
    SETTLED,
    Narrowing,
    advertisers,
    countries,
    languages,
)
from political_ads.queries.results.stamp import stamp_of

__all__ = [
    "EVERYTHING",
    "SETTLED",
    "ClassCount",
    "Disputed",
    "ModelAnswer",
    "Narrowing",
    "Quantity",
    "advertisers",
    "agreeing_examples",
    "answers_by_day",
    "by_advertiser",
    "by_class",
    "by_month",
    "countries",
    "entropies",
    "further",
    "languages",
    "marked_examples",
    "model_answers",
    "most_disputed",
    "quantities",
    "random_set",
    "shown_ads",
    "soft_shares",
    "stamp_of",
    "standings",
    "vote_patterns",
]
