"""When a round of votes may be decided.

Votes are counted by organisation: each has one voice, however many of its members voted. A member without an organisation is heard
(the record keeps the sheet), but not counted. Nothing here depends on the order of the votes.
"""

import math
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self, TypeVar

from pydantic import Field, model_validator

from collab_chat.schemas.cases import Finding, Shape, Sheet, Verdict
from common.i18n import gettext as _
from common.i18n import ngettext
from common.taxonomy import Criterion

T = TypeVar("T")


class Rule(Shape):
    """What a decision needs. The share of agreeing organisations is `agree` of `of`, always more than half."""

    organisations: int = Field(default=3, ge=0, le=100)  # besides the reporter's
    agree: int = Field(default=2, ge=1, le=100)
    of: int = Field(default=3, ge=1, le=100)
    wait_minutes: int = Field(default=15, ge=0, le=10_080)
    leads_to_shorten: int = Field(default=2, ge=1, le=10)

    @model_validator(mode="after")
    def _more_than_half(self) -> Self:
        if not self.of < 2 * self.agree <= 2 * self.of:
            raise ValueError("the share that must agree is more than half, and at most all")
        return self


@dataclass(frozen=True)
class Ballot:
    """One person's sheet. `changes`: how often it was cast again; `first_verdict`: what it said before any change."""

    person: uuid.UUID
    organisation: uuid.UUID | None
    seq: int
    sheet: Sheet
    changes: int = 0
    first_verdict: Verdict | None = None


@dataclass(frozen=True)
class Objected:
    """An objection as the decision sees it."""

    seq: int
    person: uuid.UUID | None
    why: str
    blocking: bool
    lifted_seq: int | None = None
    answer: str = ""

    @property
    def holds_up(self) -> bool:
        """Whether it keeps the decision open."""
        return self.blocking and self.lifted_seq is None


@dataclass(frozen=True)
class Round:
    """What is decided upon. `criteria`: organisation → what it requires; `shortened`: who agreed to a shorter wait."""

    room: uuid.UUID
    number: int
    round: int
    begun_at: datetime
    reporter: uuid.UUID | None = None  # the reporter's organisation
    names: Mapping[uuid.UUID, str] = field(default_factory=dict)
    criteria: Mapping[uuid.UUID, Sequence[Criterion]] = field(default_factory=dict)
    shortened: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Position:
    """Where an organisation stands. `verdict` None: its members are split.

    `by_criteria` is the doctrine's answer, from its members' findings and its own criteria: True, all it requires are found;
    False, one of them is found not to hold; None, open (or it requires none).
    """

    organisation: uuid.UUID
    votes: int
    verdict: Verdict | None
    findings: Mapping[Criterion, Finding]
    by_criteria: bool | None


@dataclass(frozen=True)
class Gap:
    """One thing that a decision still needs; `about_votes`: the sentence tells something of how others voted."""

    code: str
    sentence: str
    about_votes: bool = False

    def told(self, *, informed: bool) -> str:
        """Return the sentence for somebody; `informed`: they have cast their own sheet, so that they may know of others'."""
        return self.sentence if informed or not self.about_votes else _("The organisations do not agree yet.")


@dataclass(frozen=True)
class Weighed:
    """How a round stands. `agree` of `counted` organisations share `verdict`; `gaps` empty: it may be decided."""

    positions: tuple[Position, ...]
    verdict: Verdict | None
    agree: int
    counted: int
    others: int  # organisations besides the reporter's
    may_decide_at: datetime
    gaps: tuple[Gap, ...]


def is_disinformation(findings: Mapping[Criterion, Finding], required: Iterable[Criterion]) -> bool | None:
    """Return whether all criteria that an organisation requires are found; None: open, or none is required."""
    values = [findings.get(one, Finding.UNSURE) for one in required]
    if not values:
        return None
    if Finding.NO in values:
        return False
    return None if Finding.UNSURE in values else True


def missing_for_disinformation(sheet: Sheet, required: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Return the required criteria that keep a sheet from saying disinformation; empty where it says something else."""
    if sheet.verdict is not Verdict.DISINFORMATION:
        return ()
    return tuple(
        one for one in required if one not in sheet.answers or sheet.answers[one].value is not Finding.YES
    )


def positions(the_round: Round, ballots: Iterable[Ballot]) -> tuple[Position, ...]:
    """Return where each organisation that voted stands, by id."""
    by_organisation: dict[uuid.UUID, list[Sheet]] = {}
    for ballot in ballots:
        if ballot.organisation is not None:
            by_organisation.setdefault(ballot.organisation, []).append(ballot.sheet)
    return tuple(
        _position(organisation, sheets, the_round.criteria.get(organisation, ()))
        for organisation, sheets in sorted(by_organisation.items())
    )


def _position(organisation: uuid.UUID, sheets: Sequence[Sheet], required: Sequence[Criterion]) -> Position:
    findings = {}
    for criterion in Criterion:
        given = [one.answers[criterion].value for one in sheets if criterion in one.answers]
        if given:
            findings[criterion] = _most(given) or Finding.UNSURE
    verdict = _most([one.verdict for one in sheets])
    return Position(organisation, len(sheets), verdict, findings, is_disinformation(findings, required))


def _most(values: Sequence[T]) -> T | None:
    """Return the most frequent value; None where two are equally frequent."""
    (first, times), *rest = Counter(values).most_common(2)
    return None if rest and rest[0][1] == times else first


def weigh(
    the_round: Round, ballots: Sequence[Ballot], objections: Iterable[Objected], rule: Rule, now: datetime
) -> Weighed:
    """Say how a round stands and, in sentences, what a decision still needs."""
    stand = positions(the_round, ballots)
    verdict, agree = _leading(stand)
    others = sum(one.organisation != the_round.reporter for one in stand)
    begins = the_round.begun_at + timedelta(minutes=rule.wait_minutes)
    waiting = now < begins and len(the_round.shortened) < rule.leads_to_shorten
    holding = sum(one.holds_up for one in objections)
    gaps = [
        _too_few(rule.organisations - others) if others < rule.organisations else None,
        _no_agreement(rule, agree, len(stand)) if agree * rule.of < rule.agree * len(stand) or not stand else None,
        _held_up(holding) if holding else None,
        _too_soon(begins - now, rule.leads_to_shorten - len(the_round.shortened)) if waiting else None,
    ]  # fmt: skip
    return Weighed(
        stand, verdict, agree, len(stand), others, begins, tuple(one for one in gaps if one is not None)
    )


def _leading(stand: Iterable[Position]) -> tuple[Verdict | None, int]:
    held = Counter(one.verdict for one in stand if one.verdict is not None)
    if not held:
        return None, 0
    most = max(held.values())
    leading = sorted(one for one, times in held.items() if times == most)
    return (leading[0] if len(leading) == 1 else None), most


def _too_few(missing: int) -> Gap:
    sentence = ngettext(
        "%(count)s more organisation besides the reporter’s has to vote.",
        "%(count)s more organisations besides the reporter’s have to vote.",
        missing,
    )
    return Gap("organisations", sentence % {"count": missing})


def _no_agreement(rule: Rule, agree: int, counted: int) -> Gap:
    sentence = _(
        "%(agree)s of %(counted)s organisations agree; %(share)s of %(of)s in every %(of)s have to."
    ) % {"agree": agree, "counted": counted, "share": rule.agree, "of": rule.of}
    return Gap("agreement", sentence, about_votes=True)


def _held_up(holding: int) -> Gap:
    sentence = ngettext(
        "%(count)s blocking objection is open: answer it, or let who raised it take it back.",
        "%(count)s blocking objections are open: answer them, or let who raised them take them back.",
        holding,
    )
    return Gap("objection", sentence % {"count": holding})


def _too_soon(left: timedelta, leads: int) -> Gap:
    minutes = max(1, math.ceil(left.total_seconds() / 60))
    wait = ngettext("%(count)s more minute to wait", "%(count)s more minutes to wait", minutes) % {
        "count": minutes
    }
    people = ngettext("%(count)s lead may shorten it", "%(count)s leads may shorten it", leads) % {
        "count": leads
    }
    return Gap("wait", f"{wait}; {people}.")
