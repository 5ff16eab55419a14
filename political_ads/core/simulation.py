"""What a retirement rule would have cost and saved on answers that were given already.

The replay goes in rounds: in round r every open item takes its r-th answer, contributors and posteriors are fitted to the answers
taken so far (never to later ones), and the rule judges. A verdict stands, as it does in a campaign.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation.answers import FloatArray, Votes
from political_ads.core.aggregation.ensemble import aggregate
from political_ads.core.aggregation.result import Aggregate, expected_accuracy, tied_classes
from political_ads.core.retirement import VERDICTS, Rule, Verdict, judge_many


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out. Shares are in [0, 1], nan where there is nothing to divide by.

    `used` of `given` answers; how many `items` are `retired`, `adjudicated`, `blank`, or still `open` for want of answers.
    `same_label`: share of items whose label is that of all answers. `accuracy`, `accuracy_all`: against known truths, from the
    answers used and from all answers (items sent to adjudication count with the label they have: reviewers may do better);
    `accuracy_retired`: of retired items alone.
    """

    items: int
    given: int
    used: int
    retired: int
    adjudicated: int
    blank: int
    open: int
    same_label: float
    accuracy: float
    accuracy_all: float
    accuracy_retired: float

    @property
    def saved(self) -> float:
        """The share of the answers given that the rule would not have asked for."""
        return 1.0 - self.used / self.given if self.given else float("nan")


def replay(
    votes: Votes,
    rule: Rule,
    *,
    unreadable: NDArray[np.bool_] | None = None,
    truth: NDArray[np.int64] | None = None,
    reference: Aggregate | None = None,
) -> Replay:
    """Replay the answers in their order of arrival, which is the order of the rows.

    `unreadable`: (answers,), rows that say "unreadable" (their class is not looked at). `truth`: (n_items,) known classes, −1
    elsewhere. `reference`: `aggregate` of all readable answers, if the caller has it (a shuffle does not change it).
    """
    blind = np.zeros(len(votes), dtype=bool) if unreadable is None else unreadable
    verdict, taken = _rounds(votes, rule, blind)
    last = aggregate(votes.take(np.flatnonzero(taken & ~blind))).posterior
    full = (reference or aggregate(votes.take(np.flatnonzero(~blind)))).posterior
    known = np.full(votes.n_items, -1) if truth is None else truth
    retired = verdict == VERDICTS.index(Verdict.RETIRED)
    asked = np.bincount(votes.items, minlength=votes.n_items) > 0
    number = np.bincount(verdict[asked], minlength=len(VERDICTS)).tolist()
    return Replay(
        items=int(asked.sum()),
        given=len(votes),
        used=int(taken.sum()),
        retired=number[VERDICTS.index(Verdict.RETIRED)],
        adjudicated=number[VERDICTS.index(Verdict.ADJUDICATE)],
        blank=number[VERDICTS.index(Verdict.BLANK)],
        open=number[VERDICTS.index(Verdict.OPEN)],
        same_label=_same_label(last[asked], full[asked]),
        accuracy=_accuracy(last, known),
        accuracy_all=_accuracy(full, known),
        accuracy_retired=_accuracy(last, np.where(retired, known, -1)),
    )


def replay_shuffled(
    votes: Votes,
    rule: Rule,
    *,
    rng: np.random.Generator,
    repeats: int,
    unreadable: NDArray[np.bool_] | None = None,
    truth: NDArray[np.int64] | None = None,
) -> Iterator[Replay]:
    """Replay in `repeats` random orders of arrival, where the real one is not known or one order says too little."""
    blind = np.zeros(len(votes), dtype=bool) if unreadable is None else unreadable
    reference = aggregate(votes.take(np.flatnonzero(~blind)))
    for _repeat in range(repeats):
        order = rng.permutation(len(votes))
        yield replay(votes.take(order), rule, unreadable=blind[order], truth=truth, reference=reference)


def arrival_ranks(items: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return for each row how many rows about the same item came before it: (answers,)."""
    order = np.argsort(items, kind="stable")
    ranked = items[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=-1) != 0)
    lengths = np.diff(np.append(starts, len(items)))
    ranks = np.empty(len(items), dtype=np.int64)
    ranks[order] = np.arange(len(items)) - np.repeat(starts, lengths)
    return ranks


def _rounds(
    votes: Votes, rule: Rule, blind: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Verdict of each item (a place in `VERDICTS`), and which rows were taken."""
    ranks = arrival_ranks(votes.items)
    still_open = VERDICTS.index(Verdict.OPEN)
    verdict = np.full(votes.n_items, still_open, dtype=np.int64)
    taken = np.zeros(len(votes), dtype=bool)
    only_blind = np.ones(votes.n_items, dtype=bool)  # nobody could read it so far
    unreadable = np.zeros(votes.n_items, dtype=np.int64)
    unreadable_first = np.zeros(votes.n_items, dtype=np.int64)
    for round_ in range(min(rule.at_most, int(ranks.max(initial=-1)) + 1)):
        fresh = (ranks == round_) & (verdict[votes.items] == still_open)
        taken |= fresh
        only_blind[votes.items[fresh & ~blind]] = False
        unread = votes.items[fresh & blind]  # an item is there once: one row per round
        unreadable[unread] += 1
        unreadable_first[unread] += only_blind[unread]
        if round_ + 1 < min(rule.at_least, rule.blank_after or rule.at_least):
            continue
        readable = votes.take(np.flatnonzero(taken & ~blind))
        judged = judge_many(
            readable.tally(),
            _posterior(readable, rule),
            rule,
            unreadable=unreadable,
            unreadable_first=unreadable_first,
        )
        verdict = np.where(verdict == still_open, judged, verdict)
    return verdict, taken


def _posterior(readable: Votes, rule: Rule) -> FloatArray:
    """A rule that does not look at the posterior needs no fit."""
    if rule.posterior == 0.0 and not rule.model_is_plurality:
        return np.ones((readable.n_items, readable.n_classes))
    return aggregate(readable).posterior


def _same_label(left: FloatArray, right: FloatArray) -> float:
    """Share of rows whose first classes are the same, ties included."""
    if not len(left):
        return float("nan")
    return float(np.mean((tied_classes(left) == tied_classes(right)).all(axis=1)))


def _accuracy(posterior: FloatArray, truth: NDArray[np.int64]) -> float:
    return expected_accuracy(posterior, truth) if (truth >= 0).any() else float("nan")
