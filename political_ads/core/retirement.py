"""When an item has enough answers: the rule of a campaign, and its verdict about one item or about many."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation.answers import FloatArray
from political_ads.core.aggregation.result import tied_classes

ROUNDING = 1e-9  # a posterior of 0.99 computed as 0.98999999999 is 0.99


class Verdict(StrEnum):
    """What the rule says about an item; `ADJUDICATE`: reviewers decide, and "disputed" is one of their answers."""

    OPEN = "open"
    RETIRED = "retired"
    ADJUDICATE = "adjudicate"
    BLANK = "blank"


VERDICTS: tuple[Verdict, ...] = tuple(Verdict)  # codes of `judge_many` are places in this


@dataclass(frozen=True, slots=True)
class Rule:
    """When an item retires.

    It does with `at_least` answers, a posterior of `posterior`, a lead of `lead` votes over the second class, and (with
    `model_is_plurality`) the same class first in the votes and in the posterior. After `at_most` answers without that, it goes to
    adjudication. If the first `blank_after` answers all say "unreadable", it retires as blank (0: never).

    For a flag on which experts disagree, `posterior=0, lead=0, model_is_plurality=False`: it retires after `at_least` answers
    and has a soft score instead of a label.
    """

    at_least: int = 3
    posterior: float = 0.99
    lead: int = 3
    at_most: int = 9
    blank_after: int = 3
    model_is_plurality: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.at_least <= self.at_most:
            raise ValueError("A rule needs at least one answer, and at most no fewer than at least.")
        if not 0.0 <= self.posterior <= 1.0:
            raise ValueError("A posterior lies between 0 and 1.")
        if self.lead < 0 or self.blank_after < 0:
            raise ValueError("Numbers of votes are not negative.")


DEFAULT = Rule()


def judge(
    counts: FloatArray,
    posterior: FloatArray,
    rule: Rule = DEFAULT,
    *,
    unreadable: int = 0,
    unreadable_first: int = 0,
) -> Verdict:
    """Return the verdict about one item.

    `counts`: (k,) answers per class, without gold, withdrawn and unreadable ones. `posterior`: (k,). `unreadable`: how many
    answers said so; `unreadable_first`: how many of them came before any other answer.
    """
    codes = judge_many(
        np.asarray(counts, dtype=np.float64)[None, :],
        posterior[None, :],
        rule,
        unreadable=np.array([unreadable]),
        unreadable_first=np.array([unreadable_first]),
    )
    return VERDICTS[int(codes[0])]


def judge_many(
    counts: FloatArray,
    posterior: FloatArray,
    rule: Rule = DEFAULT,
    *,
    unreadable: NDArray[np.int64],
    unreadable_first: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return a place in `VERDICTS` for each item: (n,). Arguments as for `judge`, with items in rows."""
    answers = counts.sum(axis=1)
    ranked = np.sort(counts, axis=1)
    enough = (
        (answers >= rule.at_least)
        & (ranked[:, -1] - ranked[:, -2] >= rule.lead)
        & (posterior.max(axis=1) >= rule.posterior - ROUNDING)
    )
    if rule.model_is_plurality:
        enough &= _same_first(counts, posterior)
    verdict = np.full(len(counts), VERDICTS.index(Verdict.OPEN), dtype=np.int64)
    verdict[answers + unreadable >= rule.at_most] = VERDICTS.index(Verdict.ADJUDICATE)
    verdict[enough] = VERDICTS.index(Verdict.RETIRED)
    if rule.blank_after:
        verdict[unreadable_first >= rule.blank_after] = VERDICTS.index(Verdict.BLANK)
    return verdict


def _same_first(counts: FloatArray, posterior: FloatArray) -> NDArray[np.bool_]:
    """Whether votes and posterior have one first class each, and the same."""
    by_votes, by_model = tied_classes(counts), tied_classes(posterior)
    alone = (by_votes.sum(axis=1) == 1) & (by_model.sum(axis=1) == 1)
    same: NDArray[np.bool_] = alone & (by_votes & by_model).any(axis=1)
    return same
