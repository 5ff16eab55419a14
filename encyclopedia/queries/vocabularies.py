"""Vocabularies: schemes, terms, references that wait for a reviewer, mappings, and what our practices have against a technique."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.core.schemes import SCHEMES
from encyclopedia.models import Crosswalk, Entry, Facet, Import, Term, TermLink
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.schemas import ExchangedTerm

FACETS = {"technique": "techniques", "countermeasure": "countermeasures"}  # kind of term → field of the sheet
UNDECIDED = ("dead", "reused", "unclear")
DECIDED = ("mended", "dropped")
MOST_LINKS = 500


@dataclass(frozen=True)
class Scheme:
    """A vocabulary, and the import that it came with last."""

    code: str
    counts: Mapping[str, int]  # kind → terms
    source: Import | None


@dataclass(frozen=True)
class TermFilter:
    """Which terms."""

    scheme: str = ""
    kind: str = ""
    tactic: str = ""
    text: str = ""


@dataclass(frozen=True)
class ListedTerm:
    """A term with the number of entries that use its code."""

    term: Term
    entries: int


@dataclass(frozen=True)
class WholeTerm:
    """A term with all that leads from it and to it. `names`: of the terms at the other ends, by kind and code."""

    term: Term
    outgoing: Sequence[TermLink]
    incoming: Sequence[TermLink]
    crosswalks: Sequence[Crosswalk]
    names: Mapping[tuple[str, str], str]
    entries: Sequence[int]


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


def schemes(session: Session, actor: Actor) -> Sequence[Scheme]:
    """Return the vocabularies that are here, in the order of `core.schemes.SCHEMES`."""
    PERMISSIONS.require(actor, Permission.READ)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    newest: dict[str, int] = {}
    rows = session.execute(
        select(Term.scheme, Term.kind, func.count(), func.max(Term.import_id)).group_by(Term.scheme, Term.kind)
    )
    for scheme, kind, count, import_id in rows:
        counts[scheme][kind] = count
        if import_id is not None:
            newest[scheme] = max(newest.get(scheme, 0), import_id)
    order = list(SCHEMES)
    known = sorted(counts, key=lambda code: order.index(code) if code in order else len(order))
    return [Scheme(code, counts[code], session.get(Import, newest.get(code, 0))) for code in known]


def terms(
    session: Session, actor: Actor, wanted: TermFilter, *, number: int = 1, size: int = 50
) -> Paged[ListedTerm]:
    """Return one page of the terms that pass a filter, by code."""
    PERMISSIONS.require(actor, Permission.READ)
    offset, limit = window(number, size)
    passing = _passing(wanted)
    total = session.scalar(select(func.count()).select_from(Term).where(*passing)) or 0
    found = session.scalars(
        select(Term).where(*passing).order_by(Term.scheme, Term.kind, Term.code).limit(limit).offset(offset)
    ).all()
    used = _times_used(session, [term.code for term in found])
    listed = [ListedTerm(term, used.get((FACETS.get(term.kind, ""), term.code), 0)) for term in found]
    return Paged(listed, max(number, 1), limit, total)


def _passing(wanted: TermFilter) -> list[ColumnElement[bool]]:
    passing = [
        column == value
        for column, value in ((Term.scheme, wanted.scheme), (Term.kind, wanted.kind), (Term.tactic, wanted.tactic))
        if value
    ]
    if wanted.text:
        text = wanted.text.strip()
        passing.append(
            Term.name.icontains(text, autoescape=True) | Term.code.istartswith(text, autoescape=True)
        )
    return passing


def _times_used(session: Session, codes: Collection[str]) -> dict[tuple[str, str], int]:
    rows = session.execute(
        select(Facet.key, Facet.value, func.count())
        .join(Entry, Entry.id == Facet.entry_id)
        .where(Facet.key.in_(FACETS.values()), Facet.value.in_(codes), Entry.deleted_at.is_(None))
        .group_by(Facet.key, Facet.value)
    )
    return {(key, value): count for key, value, count in rows}


def tactics(session: Session, scheme: str) -> Sequence[Term]:
    """Return a vocabulary's tactics, by code."""
    return session.scalars(
        select(Term).where(Term.scheme == scheme, Term.kind == "tactic").order_by(Term.code)
    ).all()


def whole_term(session: Session, actor: Actor, scheme: str, kind: str, code: str) -> WholeTerm:
    """Return a term with its references, mappings and entries.

    Raises:
        NotFound: the vocabulary has no such term, or was not imported.
    """
    PERMISSIONS.require(actor, Permission.READ)
    term = session.scalars(
        select(Term).where(Term.scheme == scheme, Term.kind == kind, Term.code == code)
    ).first()
    if term is None:
        raise NotFound(_("There is no such term in the vocabularies that were imported."))
    links = select(TermLink).where(TermLink.scheme == scheme, TermLink.state != "dropped").order_by(TermLink.id)
    outgoing = session.scalars(
        links.where(TermLink.from_kind == kind, TermLink.from_code == code).limit(MOST_LINKS)
    ).all()
    incoming = session.scalars(
        links.where(TermLink.to_kind == kind, TermLink.to_code == code).limit(MOST_LINKS)
    ).all()
    mappings = session.scalars(
        select(Crosswalk).where(
            Crosswalk.state != "rejected",
            ((Crosswalk.from_scheme == scheme) & (Crosswalk.from_code == code))
            | ((Crosswalk.to_scheme == scheme) & (Crosswalk.to_code == code)),
        )
    ).all()
    ends = {(link.to_kind, link.to_code) for link in outgoing}
    ends |= {(link.from_kind, link.from_code) for link in incoming}
    return WholeTerm(
        term, outgoing, incoming, mappings, names_of(session, scheme, ends), _users(session, kind, code)
    )


def names_of(session: Session, scheme: str, ends: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return terms' names by kind and code."""
    codes = sorted({code for _kind, code in ends})
    rows = session.execute(
        select(Term.kind, Term.code, Term.name).where(Term.scheme == scheme, Term.code.in_(codes))
    )
    return {(kind, code): name for kind, code, name in rows}


def _users(session: Session, kind: str, code: str) -> Sequence[int]:
    return session.scalars(
        select(Facet.entry_id)
        .join(Entry, Entry.id == Facet.entry_id)
        .where(Facet.key == FACETS.get(kind, "-"), Facet.value == code, Entry.deleted_at.is_(None))
        .limit(MOST_LINKS)
    ).all()


# The matrix


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
    strengths = {
        entry_id: value
        for entry_id, value in session.execute(
            select(Facet.entry_id, Facet.value).where(
                Facet.key == "evidence_strength", Facet.entry_id.in_(ids)
            )
        )
    }
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


# What waits for a reviewer


def waiting_count(session: Session) -> int:
    """Count the references that nobody has judged yet."""
    return session.scalar(select(func.count()).where(TermLink.state.in_(UNDECIDED))) or 0


def reference_counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """Count references by state."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    rows = session.execute(select(TermLink.state, func.count()).group_by(TermLink.state))
    return {state: count for state, count in rows}


def references(
    session: Session, actor: Actor, states: Sequence[str], kind: str = "", *, number: int = 1, size: int = 20
) -> Paged[TermLink]:
    """Return one page of the references in some states, by the term that refers; `kind`: of the term that refers."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    offset, limit = window(number, size)
    passing = [TermLink.state.in_(states)]
    if kind:
        passing.append(TermLink.from_kind == kind)
    total = session.scalar(select(func.count()).select_from(TermLink).where(*passing)) or 0
    found = session.scalars(
        select(TermLink)
        .where(*passing)
        .order_by(TermLink.scheme, TermLink.from_kind, TermLink.from_code, TermLink.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return Paged(found, max(number, 1), limit, total)


def reference_of(session: Session, actor: Actor, link_id: int) -> TermLink:
    """Return a reference.

    Raises:
        NotFound: there is none.
    """
    PERMISSIONS.require(actor, Permission.REVIEW)
    link = session.get(TermLink, link_id)
    if link is None:
        raise NotFound(_("There is no such reference; its vocabulary may have been imported anew."))
    return link


# Mappings


def crosswalks(
    session: Session, actor: Actor, state: str = "", pair: tuple[str, str] | None = None, *, number: int = 1, size: int = 50
) -> Paged[Crosswalk]:  # fmt: skip
    """Return one page of the mappings, the likeliest first."""
    PERMISSIONS.require(actor, Permission.READ)
    offset, limit = window(number, size)
    passing: list[ColumnElement[bool]] = [Crosswalk.state == state] if state else []
    if pair is not None:
        passing += [Crosswalk.from_scheme == pair[0], Crosswalk.to_scheme == pair[1]]
    total = session.scalar(select(func.count()).select_from(Crosswalk).where(*passing)) or 0
    found = session.scalars(
        select(Crosswalk)
        .where(*passing)
        .order_by(Crosswalk.score.desc(), Crosswalk.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return Paged(found, max(number, 1), limit, total)


def crosswalk_counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """Count mappings by state."""
    PERMISSIONS.require(actor, Permission.READ)
    rows = session.execute(select(Crosswalk.state, func.count()).group_by(Crosswalk.state))
    return {state: count for state, count in rows}


def crosswalk_of(session: Session, actor: Actor, crosswalk_id: int) -> Crosswalk:
    """Return a mapping.

    Raises:
        NotFound: there is none.
    """
    PERMISSIONS.require(actor, Permission.READ)
    mapping = session.get(Crosswalk, crosswalk_id)
    if mapping is None:
        raise NotFound(_("There is no such mapping."))
    return mapping


def names_in_schemes(session: Session, ends: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return terms' names by vocabulary and code."""
    rows = session.execute(
        select(Term.scheme, Term.code, Term.name).where(Term.code.in_(sorted({code for _scheme, code in ends})))
    )
    return {(scheme, code): name for scheme, code, name in rows}


def exchanged_terms(session: Session, actor: Actor, scheme: str) -> list[ExchangedTerm]:
    """Return a vocabulary's terms as shapes."""
    PERMISSIONS.require(actor, Permission.READ)
    rows = session.execute(
        select(Term.kind, Term.code, Term.name).where(Term.scheme == scheme).order_by(Term.id)
    )
    return [ExchangedTerm(scheme, kind, code, name) for kind, code, name in rows]
