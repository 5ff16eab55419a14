"""Vocabularies: schemes, and terms with all that leads from them and to them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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


def schemes(session: Session, actor: Actor) -> Sequence[Scheme]:
    """Return the vocabularies that are here, in the order of `core.schemes.SCHEMES`."""
    PERMISSIONS.require(actor, Permission.READ)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    newest: dict[str, int] = {}
    rows = session.execute(
        select(Term.scheme, Term.kind, func.count(), func.max(Term.import_id)).group_by(
            Term.scheme, Term.kind
        )
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
        for column, value in (
            (Term.scheme, wanted.scheme),
            (Term.kind, wanted.kind),
            (Term.tactic, wanted.tactic),
        )
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
    links = (
        select(TermLink).where(TermLink.scheme == scheme, TermLink.state != "dropped").order_by(TermLink.id)
    )
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


def names_in_schemes(session: Session, ends: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return terms' names by vocabulary and code."""
    rows = session.execute(
        select(Term.scheme, Term.code, Term.name).where(
            Term.code.in_(sorted({code for _scheme, code in ends}))
        )
    )
    return {(scheme, code): name for scheme, code, name in rows}


def exchanged_terms(session: Session, actor: Actor, scheme: str) -> list[ExchangedTerm]:
    """Return a vocabulary's terms as shapes."""
    PERMISSIONS.require(actor, Permission.READ)
    rows = session.execute(
        select(Term.kind, Term.code, Term.name).where(Term.scheme == scheme).order_by(Term.id)
    )
    return [ExchangedTerm(scheme, kind, code, name) for kind, code, name in rows]
