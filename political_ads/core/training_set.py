"""From a campaign's labels to the classifier's examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.facts import NOTHING_STATED, AdFacts, statements
from political_ads.core.classifier.groups import Groups
from political_ads.core.classifier.ngrams import FloatArray, IntArray
from political_ads.core.classifier.training import Examples
from political_ads.core.supply import Supply, supply_of
from political_ads.schemas import CANNOT_TELL


@dataclass(frozen=True)
class LabelledCreative:
    """A creative that people answered on. `posterior`: class → probability; `votes`: answers to this question.

    `told`: 0 to 1, how much an answer of those who answered tells on average (Raykar and Yu's score); `decided`: by a reviewer.
    `advertisers`: keys of pages and of who paid, of all its ads. `began`: seconds since 1970, NaN where unknown. `facts`: what the ad that is
    shown for the group states beside its words.
    """

    creative_id: int
    text: str
    language: str
    posterior: Mapping[str, float]
    votes: int
    told: float
    decided: bool
    sampled: bool
    began: float
    advertisers: tuple[str, ...]
    facts: AdFacts = NOTHING_STATED


@dataclass(frozen=True)
class TrainingSet:
    """`examples`, one row a creative of a class that is learned; `missed`: creatives that people put into a class left out.

    `ids`, `sampled`, `group`: per row; `missed_sampled`, `missed_group`: per creative that was left out.
    """

    examples: Examples
    supply: Supply
    ids: IntArray
    sampled: NDArray[np.bool_]
    group: IntArray
    missed_sampled: NDArray[np.bool_]
    missed_group: IntArray


def worth(votes: int, told: float) -> float:
    """Return what a creative's label weighs in training, 0 to 1: s / (s + 1), s = answers × how much one of them tells.

    One answer of somebody wholly reliable counts half of what endlessly many would; answers of somebody who answers anyhow, nothing.
    """
    sum_told = max(0.0, votes * told)
    return sum_told / (sum_told + 1.0)


def training_set(classes: Sequence[str], rows: Sequence[LabelledCreative]) -> TrainingSet:
    """Put examples together. "Cannot tell" is no class of an ad: creatives where it leads teach nothing, elsewhere its share is left out."""
    groups = advertiser_groups([row.advertisers for row in rows])
    supply = supply_of(classes, [row.posterior for row in rows], groups.tolist())
    learnt = supply.learnt
    table = np.array([[row.posterior.get(name, 0.0) for name in classes] for row in rows], dtype=np.float64)
    table = table.reshape(len(rows), len(classes))
    lead = [classes[place] for place in table.argmax(axis=1)] if len(rows) else []
    used = np.array([place for place, name in enumerate(lead) if name in learnt], dtype=np.int64)
    others = [place for place, name in enumerate(lead) if name not in learnt and name != CANNOT_TELL]
    missed = np.array(others, dtype=np.int64)
    columns = np.array([list(classes).index(name) for name in learnt], dtype=np.int64)
    inside: FloatArray = table[np.ix_(used, columns)]
    sums = inside.sum(axis=1)
    weight = np.array(
        [1.0 if rows[place].decided else worth(rows[place].votes, rows[place].told) for place in used]
    )
    taken = [rows[place] for place in used]
    sampled = np.array([row.sampled for row in rows], dtype=np.bool_)
    examples = Examples(
        texts=[row.text for row in taken],
        classes=learnt,
        shares=inside / sums[:, None],
        weight=weight * sums,
        groups=groups[used].astype(np.str_),
        languages=np.array([row.language for row in taken], dtype=np.str_),
        times=np.array([row.began for row in taken], dtype=np.float64),
        facts=[statements(row.facts) for row in taken],
    )
    ids = np.array([row.creative_id for row in taken], dtype=np.int64)
    return TrainingSet(examples, supply, ids, sampled[used], groups[used], sampled[missed], groups[missed])


def advertiser_groups(keys: Sequence[Sequence[str]]) -> IntArray:
    """Return a group per creative: those that share a page or who paid are one, and so on in chains."""
    groups, first = Groups(len(keys)), dict[str, int]()
    for place, listed in enumerate(keys):
        for key in listed:
            groups.join(first.setdefault(key, place), place)
    return groups.numbers()
