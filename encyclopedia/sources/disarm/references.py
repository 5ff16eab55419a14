"""References between DISARM's terms, and which of them lead nowhere or somewhere else.

Cells write "T0001 - name" many times over. A code that is not among the present terms is *dead*. A code that exists, but whose
written name is unlike the present one, is *reused* (or renamed): it is not taken as it stands either. Both get proposals.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

from rapidfuzz import fuzz, process, utils

from encyclopedia.schemas import ExchangedTerm, ExchangedTermLink, Proposal
from encyclopedia.sources.disarm.sheets import SCHEME, Record

Key: TypeAlias = tuple[str, str]  # kind, code

LIKE_ENOUGH = 85.0  # 0–100; at and above it, a written name is the present one with another spelling
LEAST_PROPOSAL = 55.0
MOST_PROPOSALS = 3

# The last alternative takes codes with a digit too many (T00029): they are reported, never cut to a code that exists.
_CODE = re.compile(
    r"\b(TA\d{2}|T\d{4}(?:\.\d{3})?|M\d{3}|D\d{2}|A\d{3}|I\d{5}(?:\.\d{3})?|C\d{5}|T\d{5,}(?:\.\d+)?)\b(\s*-\s+)?"
)
_MISWRITTEN = re.compile(r"T\d{5,}(?:\.\d+)?")
_KINDS = {
    "TA": "tactic", "T": "technique", "TK": "task", "M": "metatechnique", "D": "response_type", "A": "actor_type",
    "I": "incident", "C": "countermeasure", "F": "detection", "PB": "playbook",
}  # fmt: skip
# (sheet, column of the one who refers, column of the references, relation)
COLUMNS = (
    ("countermeasures", "disarm_id", "techniques", "counters"),
    ("countermeasures", "disarm_id", "metatechnique", "is_a"),
    ("countermeasures", "disarm_id", "responsetype", "responds_by"),
    ("countermeasures", "disarm_id", "actortypes", "done_by"),
    ("countermeasures", "disarm_id", "incident_ids", "seen_in"),
    ("detections", "disarm_id", "techniques", "detects"),
    ("detections", "disarm_id", "metatechnique", "is_a"),
    ("detections", "disarm_id", "responsetype", "responds_by"),
    ("detections", "disarm_id", "actortypes", "done_by"),
    ("detections", "disarm_id", "incidents", "seen_in"),
    ("incidenttechniques", "incident_id", "technique_ids", "used"),
    ("associatedtechniques", "technique_id", "associated_technique_id", "goes_with"),
    ("playbooks", "object_id", "disarm_id", "has_playbook"),
)


class Present:
    """The terms that exist now, for telling what a reference leads to."""

    def __init__(self, terms: Iterable[ExchangedTerm]) -> None:
        self.names: dict[Key, str] = {(term.kind, term.code): term.name for term in terms}
        self.by_kind: dict[str, dict[str, str]] = {}
        for (kind, code), name in self.names.items():
            self.by_kind.setdefault(kind, {})[code] = name
        self.propose = lru_cache(maxsize=10_000)(self._propose)

    def _propose(self, kind: str, name: str) -> tuple[Proposal, ...]:
        found = process.extract(
            name, self.by_kind.get(kind, {}), scorer=likeness_for_proposals, limit=MOST_PROPOSALS, score_cutoff=LEAST_PROPOSAL
        )  # fmt: skip
        return tuple(
            Proposal(code=code, name=present, score=round(score, 1)) for present, score, code in found
        )

    def link(self, source: Key, target: Key, relation: str, raw: str, name: str) -> ExchangedTermLink:
        """Return the link of a reference, with its state and, where a person must decide, proposals."""
        like = likeness(name, self.names[target]) if name and target in self.names else None
        state = self._state(target, like)
        proposals: tuple[Proposal, ...] = ()
        if state == "unclear":
            proposals = self._near(target)
        elif state != "resolved" and name:
            proposals = self.propose(target[0], name)
        return ExchangedTermLink(SCHEME, *source, *target, relation, raw[:500], state, like, proposals)

    def _state(self, target: Key, like: float | None) -> Literal["resolved", "dead", "reused", "unclear"]:
        if _MISWRITTEN.fullmatch(target[1]):
            return "unclear"
        if target not in self.names:
            return "dead"
        return "reused" if like is not None and like < LIKE_ENOUGH else "resolved"

    def _near(self, target: Key) -> tuple[Proposal, ...]:
        """Propose the terms whose code is the written one without one of its digits."""
        kind, code = target
        near = {code[:place] + code[place + 1 :] for place in range(1, len(code))}
        found = sorted(near & self.by_kind.get(kind, {}).keys())
        return tuple(
            Proposal(code=other, name=self.by_kind[kind][other], score=round(fuzz.ratio(code, other), 1))
            for other in found
        )


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0–100: same words in any order, capitals and signs apart."""
    return round(fuzz.token_sort_ratio(one, other, processor=utils.default_process), 1)


def likeness_for_proposals(one: str, other: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """Return the mean of two views, 0–100: the words in order, and the words that both share (a renaming mostly adds words)."""
    sort = fuzz.token_sort_ratio(one, other, processor=utils.default_process)
    score = (sort + fuzz.token_set_ratio(one, other, processor=utils.default_process)) / 2
    return score if score_cutoff is None or score >= score_cutoff else 0.0


def references_in(cell: str) -> Iterator[tuple[str, str, str]]:
    """Yield (code, written name or "", the text as it stands) of each reference in a cell."""
    found = list(_CODE.finditer(cell))
    for place, match in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(cell)
        written = (
            cell[match.end() : end].partition("*")[0].strip(" \n\t,;")
        )  # an asterisk begins an editor's remark
        yield match[1], written if match[2] else "", cell[match.start() : end].strip(" \n\t,;")


def kind_of(code: str) -> str:
    """Return the kind of term that a code's letters name; "" for none."""
    letters = re.match(r"[A-Z]*", code)
    return _KINDS.get(letters[0] if letters else "", "")


def links_of(sheet: str, records: Sequence[Record], present: Present) -> list[ExchangedTermLink]:
    """Return all references that a sheet's rows write, from terms that have a code."""
    return [
        present.link((kind_of(record[holder]), record[holder]), (kind_of(code), code), relation, raw, written)
        for name, holder, column, relation in COLUMNS
        if name == sheet
        for record in records
        if record.get(holder)
        for code, written, raw in _references(record.get(column, ""), column)
    ]


def _references(cell: str, column: str) -> Iterator[tuple[str, str, str]]:
    return iter([(cell, "", cell)]) if column == "disarm_id" and cell else references_in(cell)
