"""The learners that the nested protocol compared (docs/decisions/0010-bot-model.md holds the table).

select(read_labelled(path), PARTS, CANDIDATES, seed=1).to_markdown()
"""

from bot_detector.core.learners import Boosting, ExtraTrees, Learner, Member, Recipe
from bot_detector.core.selection import LINEAR
from bot_detector.core.training import COUNT_FEATURES, LENGTH_FEATURES

_NO_LENGTHS = (*COUNT_FEATURES, *LENGTH_FEATURES)
_NO_AGE = (*_NO_LENGTHS, "log_age")


def _alone(learner: Learner, left_out: tuple[str, ...] = ()) -> Recipe:
    return Recipe((Member(learner, left_out=left_out),))


PARTS = {
    "trees": _alone(ExtraTrees()),
    "boosting": _alone(Boosting()),
    "additive": _alone(Boosting(trees=300, leaves=2, rate=0.05)),
    "trees, no counts": _alone(ExtraTrees(), COUNT_FEATURES),
    "boosting, no counts": _alone(Boosting(), COUNT_FEATURES),
    "trees, no lengths": _alone(ExtraTrees(), _NO_LENGTHS),
    "trees, no age": _alone(ExtraTrees(), _NO_AGE),
}
CANDIDATES = {
    "boosting": {"boosting": 1.0},
    "extra trees": {"trees": 1.0},
    "additive (boosting of single features)": {"additive": 1.0},
    LINEAR: {LINEAR: 1.0},
    "mean of the four": {"trees": 1.0, "boosting": 0.5, "additive": 0.5, LINEAR: 0.5},
    "boosting, no counts": {"boosting, no counts": 1.0},
    "extra trees, no counts": {"trees, no counts": 1.0},
    "extra trees, no counts + ½ boosting, no counts": {"trees, no counts": 1.0, "boosting, no counts": 0.5},
    "extra trees, no counts or lengths": {"trees, no lengths": 1.0},
    "extra trees, no counts or lengths + ½ boosting, no counts": {
        "trees, no lengths": 1.0,
        "boosting, no counts": 0.5,
    },
    "extra trees, no counts, lengths or age": {"trees, no age": 1.0},
    "extra trees, no counts, lengths or age + ½ boosting, no counts": {
        "trees, no age": 1.0,
        "boosting, no counts": 0.5,
    },
}
