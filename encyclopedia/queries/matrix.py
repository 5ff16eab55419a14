"""Techniques by countermeasures: what is said to counter what, and which of our practices carry it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.models import Entry, Facet, Term, TermLink
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.vocabularies import tactics
from encyclopedia.queries.vocabulary_review import waiting_count


@dataclass(frozen=True)
class Countering:
    """A countermeasure of the matrix, with the practices that carry it and how strong their evidence is."""

    term: Term
    practices: Sequence[int]
    strengths: Mapping[int, str]  # practice → strength


@dataclass(frozen=True)
class Matrix:
    """Techniques by countermeasures; `cells`: (technique, countermeasure) → the best state of the references between them."""

    tactics: Sequence[Term]
    tactic: str
    techniques: Sequence[Term]
    countermeasures: Sequence[Countering]
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    waiting: int = 0


def matrix(session: Session, actor: Actor, tactic: str | None, *, scheme: str = "disarm") -> Matrix:
    """Return the techniques that some countermeasure is said to counter, of one tactic (None: of the first that has any; "": of all)."""
    PERMISSIONS.require(actor, Permission.READ)
    links = session.execute(
        select(TermLink.from_code, TermLink.to_code, TermLink.state).where(
            TermLink.scheme == scheme,
            TermLink.relation == "counters",
            TermLink.from_kind == "countermeasure",
            TermLink.to_kind == "technique",
            TermLink.state.in_(("resolved", "mended", "reused")),
        )
    ).all()
    techniques = {term.code: term for term in _of_kind(session, scheme, "technique")}
    present = [(source, target, state) for source, target, state in links if target in techniques]
    order = [term for term in tactics(session, scheme) if _any_of(term.code, present, techniques)]
    if tactic is None:
        tactic = order[0].code if order else ""
    shown = [link for link in present if not tactic or techniques[link[1]].tactic == tactic]
    cells: dict[tuple[str, str], str] = {}
    for source, target, state in shown:
        known = cells.get((target, source))
        cells[target, source] = min(known, state, key=_CERTAINTY.index) if known else state
    rows = sorted({target for _source, target, _state in shown})
    return Matrix(
        order,
        tactic,
        [techniques[code] for code in rows],
        _countering(session, scheme, {source for source, _target, _state in shown}),
        cells,
        waiting_count(session),
    )


_CERTAINTY = ("resolved", "mended", "reused")


def _any_of(tactic: str, links: Sequence[tuple[str, str, str]], techniques: Mapping[str, Term]) -> bool:
    return any(techniques[target].tactic == tactic for _source, target, _state in links)


def _of_kind(session: Session, scheme: str, kind: str) -> Sequence[Term]:
    return session.scalars(
        select(Term).where(Term.scheme == scheme, Term.kind == kind).order_by(Term.code)
    ).all()


def _countering(session: Session, scheme: str, codes: Collection[str]) -> Sequence[Countering]:
    """Return countermeasures with the practices that carry them, those with practices first."""
    practices: dict[str, list[int]] = defaultdict(list)
    rows = session.execute(
        select(Facet.value, Facet.entry_id)
        .join(Entry, Entry.id == Facet.entry_id)
        .where(Facet.key == "countermeasures", Facet.value.in_(sorted(codes)), Entry.deleted_at.is_(None))
    )
    for code, entry_id in rows:
        practices[code].append(entry_id)
    ids = sorted({entry_id for found in practices.values() for entry_id in found})
    strengths = dict(
        session.execute(
            select(Facet.entry_id, Facet.value).where(
                Facet.key == "evidence_strength", Facet.entry_id.in_(ids)
            )
        ).all()
    )
    found = [
        Countering(
            term,
            practices[term.code],
            {entry_id: strengths[entry_id] for entry_id in practices[term.code] if entry_id in strengths},
        )
        for term in _of_kind(session, scheme, "countermeasure")
        if term.code in codes
    ]
    return sorted(found, key=lambda each: (not each.practices, each.term.code))
