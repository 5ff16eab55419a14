"""The frozen record of a decision: what a round added up to, hashed into the log and never edited."""

import hashlib
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import rfc8785

from collab_chat.core.chain import stamp
from collab_chat.core.consensus import Ballot, Objected, Position, Round, Rule, weigh
from collab_chat.schemas.cases import Finding
from common.i18n import gettext as _
from common.statistics.agreement import krippendorff, patterns_of
from common.taxonomy import Criterion

FORMAT = "collab_chat.decision/1"
ALPHA_DIGITS = 4
GOOD, FAIR = 0.8, 0.667  # where conclusions stand, and where they are tentative


def alpha_of(ballots: Iterable[Ballot]) -> float | None:
    """Return Krippendorff's nominal alpha over the criteria: yes against no, "cannot say" counting as no answer.

    None where nobody could disagree. Krippendorff (2011), repository.upenn.edu/asc_papers/43.
    """
    tally = np.zeros((len(Criterion), 2))
    rows = {one: row for row, one in enumerate(Criterion)}
    columns = {Finding.YES: 0, Finding.NO: 1}
    for ballot in ballots:
        for criterion, answer in ballot.sheet.answers.items():
            if answer.value in columns:
                tally[rows[criterion], columns[answer.value]] += 1
    value = krippendorff(patterns_of(tally, np.ones(len(tally)))).value
    return None if math.isnan(value) else round(float(value), ALPHA_DIGITS)


def alpha_words(alpha: float | None, figure: str) -> str:
    """Say what an alpha means, `figure` being how it is written; the bounds are Krippendorff's (Content Analysis, 2018, ch. 12)."""
    if alpha is None:
        return _("Agreement over the criteria: too few sheets to say.")
    if alpha >= GOOD:
        words = _("Agreement over the criteria: good (Krippendorff’s alpha %(alpha)s).")
    elif alpha >= FAIR:
        words = _("Agreement over the criteria: fair (Krippendorff’s alpha %(alpha)s).")
    elif alpha > 0.0:
        words = _("Agreement over the criteria: weak (Krippendorff’s alpha %(alpha)s).")
    else:
        words = _("Agreement over the criteria: no more than by chance (Krippendorff’s alpha %(alpha)s).")
    return words % {"alpha": figure}


def record_of(
    the_round: Round,
    ballots: Sequence[Ballot],
    objections: Sequence[Objected],
    rule: Rule,
    *,
    evidence: Iterable[int],
    by: uuid.UUID | None,
    at: datetime,
) -> dict[str, Any]:
    """Return the frozen record: plain JSON, the same whatever order the votes come in. People stand in it by their ids only.

    Raises:
        ValueError: the round may not be decided.
    """
    weighed = weigh(the_round, ballots, objections, rule, at)
    if weighed.gaps or weighed.verdict is None:
        message = f"round {the_round.round} may not be decided: {[one.code for one in weighed.gaps]}"
        raise ValueError(message)
    cast = sorted(ballots, key=lambda one: one.person)
    return {
        "format": FORMAT,
        "room": str(the_round.room),
        "case": the_round.number,
        "round": the_round.round,
        "begun_at": stamp(the_round.begun_at),
        "decided_at": stamp(at),
        "decided_by": _id(by),
        "rule": rule.model_dump(mode="json"),
        "wait_shortened_by": sorted(map(str, the_round.shortened)),
        "verdict": weighed.verdict.value,
        "agreement": {"agree": weighed.agree, "counted": weighed.counted, "alpha": alpha_of(cast)},
        "organisations": [_organisation(the_round, one) for one in weighed.positions],
        "criteria": _tallies(cast),
        "votes": [_vote(one) for one in cast],
        "dissent": [_dissent(one) for one in cast if one.sheet.verdict is not weighed.verdict],
        "objections": [_objection(one) for one in sorted(objections, key=lambda one: one.seq)],
        "evidence": sorted(set(evidence)),
    }


def record_hash(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the record's canonical JSON (RFC 8785), in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(record))).hexdigest()


def _organisation(the_round: Round, one: Position) -> dict[str, Any]:
    return {
        "id": str(one.organisation),
        "name": the_round.names.get(one.organisation, ""),
        "reporter": one.organisation == the_round.reporter,
        "votes": one.votes,
        "verdict": one.verdict.value if one.verdict else None,
        "requires": sorted(map(str, the_round.criteria.get(one.organisation, ()))),
        "findings": {str(criterion): finding.value for criterion, finding in one.findings.items()},
        "disinformation_by_its_criteria": one.by_criteria,
    }


def _tallies(cast: Iterable[Ballot]) -> dict[str, dict[str, dict[str, int]]]:
    """Return criterion → organisation ("" for people without one) → finding → how many."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for ballot in cast:
        for criterion, answer in ballot.sheet.answers.items():
            cell = found.setdefault(criterion.value, {}).setdefault(_id(ballot.organisation) or "", {})
            cell[answer.value.value] = cell.get(answer.value.value, 0) + 1
    return found


def _vote(one: Ballot) -> dict[str, Any]:
    changed = {"changes": one.changes, "first_verdict": one.first_verdict.value} if one.changes and one.first_verdict else {}  # fmt: skip
    return {
        "person": str(one.person),
        "organisation": _id(one.organisation),
        "seq": one.seq,
        "sheet": one.sheet.model_dump(mode="json"),
        **changed,
    }


def _dissent(one: Ballot) -> dict[str, Any]:
    return {
        "person": str(one.person),
        "organisation": _id(one.organisation),
        "seq": one.seq,
        "verdict": one.sheet.verdict.value,
        "reason": one.sheet.reason,
    }


def _objection(one: Objected) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "person": _id(one.person),
        "why": one.why,
        "blocking": one.blocking,
        "lifted_seq": one.lifted_seq,
        "answer": one.answer,
    }


def _id(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
