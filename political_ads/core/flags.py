"""When a flag on a creative stands: what volunteers tick of the ad as a whole, beside what it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from political_ads.core.questionnaires.votes import NO, YES

QUESTION = "flags"  # the question whose options are flags, in every questionnaire that has it
PEOPLE = 2  # fewer who gave a flag are one person's word
SHARE = 0.5  # of those who were asked


class Counted(Protocol):
    """A label as far as it is read here; an option's classes are no and yes."""

    @property
    def votes(self) -> Mapping[str, int]:
        """Class → answers."""

    @property
    def label(self) -> str:
        """The class that leads; empty where it is soft or tied."""


@dataclass(frozen=True)
class StandingFlag:
    """`people` of the `asked` gave the flag."""

    flag: str
    people: int
    asked: int


def standing_flags(labels: Mapping[str, Counted]) -> Iterator[StandingFlag]:
    """Yield the flags that stand among a creative's labels (question → label), by their keys.

    At least two people gave it, at least half of those asked, and neither the formula nor a reviewer says no. Plain counts, not the
    weighted share: who is told can count after.
    """
    for name in sorted(labels):
        question, _dot, flag = name.partition(".")
        if question != QUESTION or not flag or labels[name].label == NO:
            continue
        people, asked = labels[name].votes.get(YES, 0), sum(labels[name].votes.values())
        if people >= PEOPLE and people >= SHARE * asked:
            yield StandingFlag(flag, people, asked)
