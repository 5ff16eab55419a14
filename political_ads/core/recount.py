"""What changes about one creative when answers to it come or go: labels, what is known of its contributors, its state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation import FloatArray, IntArray, Sums
from political_ads.core.aggregation.online import count_gold, update_item
from political_ads.core.labels import LabelValue, label_value, posterior_of
from political_ads.core.questionnaires import Asked
from political_ads.core.retirement import Rule, Verdict, judge
from political_ads.schemas import Rules

ADJUSTABLE = ("open", *(verdict.value for verdict in Verdict if verdict is not Verdict.OPEN))


@dataclass(frozen=True)
class Ballot:
    """One contributor's answer to one creative, as votes. `counted`: it added to the sums before; `counts`: it does from now on."""

    contributor: int
    votes: Mapping[str, int]
    unreadable: bool
    counted: bool
    counts: bool


@dataclass(frozen=True)
class Pool:
    """What the last batch says of all contributors to a question: pooled counts (k, k), and expected items of each class (k,)."""

    pooled: FloatArray
    class_counts: FloatArray


Known = dict[tuple[object, ...], LabelValue]  # what a label depends on → the label
Skills = Mapping[int, FloatArray]  # contributor → counts (k, k), truth in rows; absent: nothing known


@dataclass
class Recount:
    """What is new of one item. `labels`: question → label; a question without a vote is not in it. `skills`: of the main question."""

    answers: int
    unreadable: int
    verdict: Verdict
    removed: bool  # an answer went: what was settled may be open again
    labels: dict[str, LabelValue] = field(default_factory=dict)
    skills: dict[int, FloatArray] = field(default_factory=dict)


def rule_of(rules: Rules, *, soft: bool = False) -> Rule:
    """Return a campaign's retirement rule; of a soft main question only the number of answers counts."""
    return Rule(
        rules.at_least,
        0.0 if soft else rules.posterior,
        0 if soft else rules.lead,
        rules.at_most,
        rules.blank_after,
        model_is_plurality=not soft,
    )


def recount(
    ballots: Sequence[Ballot],
    main: Asked,
    rules: Rules,
    skills: Skills,
    pool: Pool,
    before: FloatArray | None,
) -> Recount:
    """Recount the main question of an item and judge it.

    `ballots` in the order in which they came, those included that no longer count. `before`: the posterior (k,) that the sums hold.
    """
    voting = [ballot for ballot in ballots if main.key in ballot.votes]
    counting = [ballot for ballot in ballots if ballot.counts]
    classes = _classes(voting, main.key)
    stays = np.array([ballot.counts for ballot in voting], dtype=bool)
    sums = sums_of([ballot.contributor for ballot in voting], skills, pool)
    found = Recount(
        len(counting),
        sum(ballot.unreadable for ballot in counting),
        Verdict.OPEN,
        any(ballot.counted and not ballot.counts for ballot in ballots),
    )
    if main.soft:
        posterior = posterior_of(main, classes[stays], _rows(sums, stays))
    else:
        counted = np.array([ballot.counted for ballot in voting], dtype=bool) & (before is not None)
        update = update_item(classes, sums, before=before, counted=counted, counts=stays)
        posterior = update.posterior
        found.skills = {
            ballot.contributor: counts for ballot, counts in zip(voting, update.sums.counts, strict=True)
        }
    tally = np.bincount(classes[stays], minlength=len(main.classes)).astype(np.float64)
    if stays.any():
        found.labels[main.key] = label_value(main, tally, posterior)
    found.verdict = _verdict(found, tally, posterior, counting, rule_of(rules, soft=main.soft))
    return found


def recount_further(
    ballots: Sequence[Ballot], asked: Asked, skills: Skills, pool: Pool, known: Known
) -> LabelValue | None:
    """Return the label of one of the further questions; None without a vote.

    What is known of contributors stays as the last batch found it: retirement does not rest on these questions, and there are
    many of them. `known`: labels computed so far, for the options to which everybody said the same.
    """
    voting = [ballot for ballot in ballots if ballot.counts and asked.key in ballot.votes]
    if not voting:
        return None
    arrays = [pool.pooled, pool.class_counts, *(skills.get(ballot.contributor) for ballot in voting)]
    depends = (
        (asked.classes, asked.soft, asked.ordered),
        *(ballot.votes[asked.key] for ballot in voting),
        *(None if array is None else array.tobytes() for array in arrays),
    )
    if depends not in known:
        classes = _classes(voting, asked.key)
        sums = sums_of([ballot.contributor for ballot in voting], skills, pool)
        tally = np.bincount(classes, minlength=len(asked.classes)).astype(np.float64)
        known[depends] = label_value(asked, tally, posterior_of(asked, classes, sums))
    return known[depends]


def weigh_gold(said: int, right: Sequence[int], counts: FloatArray | None, k: int) -> FloatArray:
    """Return a contributor's counts (k, k) after an answer to gold; where several answers are right, they are one class."""
    known = np.zeros((1, k, k)) if counts is None else counts[None]
    truth = right[0]
    classes = np.array([truth if said in right else said], dtype=np.int32)
    after: FloatArray = count_gold(classes, truth, Sums(known, np.zeros((k, k)), np.zeros(k))).counts[0]
    return after


def sums_of(contributors: Sequence[int], skills: Skills, pool: Pool) -> Sums:
    """Return the sums for answers of these contributors, in their order."""
    k = len(pool.class_counts)
    counts = np.zeros((len(contributors), k, k))
    for place, contributor in enumerate(contributors):
        known = skills.get(contributor)
        if known is not None and known.shape == (k, k):
            counts[place] = known
    return Sums(counts, pool.pooled, pool.class_counts)


def next_state(state: str, found: Recount, rules: Rules) -> str:
    """Return an item's state after a recount.

    An open item follows the verdict; with all its answers given and no verdict, reviewers decide. What was settled stays so when
    one more answer comes in late, and is judged anew when an answer is taken away. Reviewers' decisions are never touched.
    """
    if state not in ADJUSTABLE or (state != Verdict.OPEN.value and not found.removed):
        return state
    if found.verdict is Verdict.OPEN and found.answers >= rules.at_most:
        return Verdict.ADJUDICATE.value
    return found.verdict.value


def _verdict(
    found: Recount, tally: FloatArray, posterior: FloatArray, counting: Sequence[Ballot], rule: Rule
) -> Verdict:
    first = 0
    while first < len(counting) and counting[first].unreadable:
        first += 1
    return judge(tally, posterior, rule, unreadable=found.unreadable, unreadable_first=first)


def _classes(ballots: Sequence[Ballot], question: str) -> IntArray:
    return np.array([ballot.votes[question] for ballot in ballots], dtype=np.int32)


def _rows(sums: Sums, rows: NDArray[np.bool_]) -> Sums:
    return Sums(sums.counts[rows], sums.pooled, sums.class_counts)
