"""Vocabularies: terms and references as imports bring them, and what reviewers decide of references and mappings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from encyclopedia.actions.log import note
from encyclopedia.core.schemes import ABCDE, MATCHES, SCHEMES
from encyclopedia.models import Crosswalk, Import, Imported, Term, TermLink
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.schemas import ExchangedTerm, ExchangedTermLink, ProposedMatch

UNDECIDED = ("dead", "reused", "unclear")
_FIELDS = ("name", "summary", "parent", "tactic", "extra")


def keep_terms(
    session: Session, actor: Actor, record: Import, terms: Sequence[ExchangedTerm]
) -> dict[str, int]:
    """Add terms, and bring those that are here already up to date. Return counts: new, changed, same."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    counts = {"new": 0, "changed": 0, "same": 0}
    present = _present(session, terms)
    for given in terms:
        term = present.get((given.scheme, given.kind, given.code))
        values = {name: getattr(given, name) for name in _FIELDS}
        if term is None:
            present[given.scheme, given.kind, given.code] = term = Term(
                scheme=given.scheme, kind=given.kind, code=given.code, import_id=record.id, **values
            )
            session.add(term)
            counts["new"] += 1
        elif (before := {name: getattr(term, name) for name in _FIELDS}) != values:
            _note_change(session, record, term, before)
            for name, value in values.items():
                setattr(term, name, value)
            counts["changed"] += 1
        else:
            counts["same"] += 1
    session.flush()
    return counts


def plan_terms(session: Session, terms: Sequence[ExchangedTerm]) -> dict[str, int]:
    """Count which terms would be new, changed, the same, and which of these kinds are here and not in the file (gone)."""
    present = _present(session, terms)
    counts = {"new": 0, "changed": 0, "same": 0}
    for given in terms:
        term = present.pop((given.scheme, given.kind, given.code), None)
        same = term is not None and all(getattr(term, name) == getattr(given, name) for name in _FIELDS)
        counts["new" if term is None else "same" if same else "changed"] += 1
    kinds = {(term.scheme, term.kind) for term in terms}
    return {**counts, "gone": sum((scheme, kind) in kinds for scheme, kind, _code in present)}


def _present(session: Session, terms: Sequence[ExchangedTerm]) -> dict[tuple[str, str, str], Term]:
    schemes = {term.scheme for term in terms}
    found = session.scalars(select(Term).where(Term.scheme.in_(schemes)))
    return {(term.scheme, term.kind, term.code): term for term in found}


def _note_change(session: Session, record: Import, term: Term, before: dict[str, Any]) -> None:
    origin = f"import {record.id} term {term.id}"
    known = session.scalars(
        select(Imported.id).where(Imported.kind == record.kind, Imported.origin == origin)
    ).first()
    if known is None and term.import_id != record.id:
        row = Imported(import_id=record.id, kind=record.kind, origin=origin, content_hash="", made="term")
        row.made_id, row.before = term.id, before
        session.add(row)


def keep_links(
    session: Session, actor: Actor, record: Import, links: Sequence[ExchangedTermLink]
) -> dict[str, int]:
    """Make the references from the terms of this file what the file says; what reviewers decided stays. Return counts."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    counts = {"new": 0, "changed": 0, "same": 0, "gone": 0}
    standing: dict[tuple[str, ...], list[TermLink]] = defaultdict(list)
    groups = {(link.scheme, link.from_kind, link.relation) for link in links}
    schemes = {link.scheme for link in links}
    for found in session.scalars(
        select(TermLink).where(TermLink.scheme.in_(schemes)).order_by(TermLink.id.desc())
    ):
        if (found.scheme, found.from_kind, found.relation) in groups:
            standing[_key(found, found.written_code)].append(found)
    fresh = []
    for given in links:
        same = standing.get(_key(given, given.to_code))
        if same:
            counts["changed" if _refresh(same.pop(), given) else "same"] += 1
        else:
            fresh.append(_row(record, given))
    if fresh:
        session.execute(insert(TermLink), fresh)
    counts["new"] = len(fresh)
    gone = [link.id for rest in standing.values() for link in rest]
    for start in range(0, len(gone), 500):
        session.execute(delete(TermLink).where(TermLink.id.in_(gone[start : start + 500])))
    counts["gone"] = len(gone)
    return counts


def _key(link: TermLink | ExchangedTermLink, code: str) -> tuple[str, ...]:
    return (link.scheme, link.from_kind, link.from_code, link.relation, link.to_kind, code, link.raw)


def _row(record: Import, given: ExchangedTermLink) -> dict[str, Any]:
    proposals = [proposal.model_dump() for proposal in given.proposals]
    values = {**asdict(given), "proposals": proposals, "written_code": given.to_code, "found": given.state}
    return {**values, "import_id": record.id, "decided_by": "", "decided_at": None}


def _refresh(link: TermLink, given: ExchangedTermLink) -> bool:
    """Bring a reference up to date; a decision stands while the reference is what it was decided on."""
    proposals = [proposal.model_dump() for proposal in given.proposals]
    if (link.found, link.likeness, link.proposals) == (given.state, given.likeness, proposals):
        return False
    link.found, link.likeness, link.proposals = given.state, given.likeness, proposals
    if link.decided_at is None:
        link.state = given.state
    return True


def undo_vocabulary(session: Session, actor: Actor, record: Import) -> dict[str, int]:
    """Remove the terms and references that an import added, and put changed terms back. Return counts."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    rows = session.scalars(
        select(Imported).where(Imported.import_id == record.id, Imported.made == "term")
    ).all()
    for row in rows:
        term = session.get(Term, row.made_id)
        for name, value in (row.before or {}).items():
            if term is not None:
                setattr(term, name, value)
        session.delete(row)
    links = session.execute(delete(TermLink).where(TermLink.import_id == record.id))
    terms = session.execute(delete(Term).where(Term.import_id == record.id))
    counts = {
        "terms removed": terms.rowcount,  # type: ignore[attr-defined]  # a DELETE's result has it
        "references removed": links.rowcount,  # type: ignore[attr-defined]
        "terms put back": len(rows),
    }
    return {what: count for what, count in counts.items() if count}


# What reviewers decide


def mend_reference(session: Session, actor: Actor, link: TermLink, code: str, *, at: datetime) -> None:
    """Let a dead, reused or unclear reference lead to another term (or, with its own code, be what it says).

    Raises:
        Invalid: the vocabulary has no such term of that kind.
    """
    PERMISSIONS.require(actor, Permission.REVIEW)
    code = code.strip().upper()
    if not code:
        raise Invalid(_("Type a code, or choose one of the proposals."), fields={"code": _("Type a code.")})
    known = select(Term.id).where(Term.scheme == link.scheme, Term.kind == link.to_kind, Term.code == code)
    if session.scalars(known).first() is None:
        message = _("“%(code)s” is not among the terms of this kind.") % {"code": code[:40]}
        raise Invalid(message, fields={"code": message})
    link.to_code, link.state = code, "mended"
    _decided(session, actor, link, "mended a reference", at=at)


def drop_reference(session: Session, actor: Actor, link: TermLink, *, at: datetime) -> None:
    """Say that a reference means nothing that exists."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    link.to_code, link.state = link.written_code, "dropped"
    _decided(session, actor, link, "dropped a reference", at=at)


def undecide_reference(session: Session, actor: Actor, link: TermLink, *, at: datetime) -> None:
    """Take a decision back; the reference waits again."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    if link.decided_at is None:
        raise Conflict(_("Nobody decided anything about this reference."))
    link.to_code, link.state, link.decided_by, link.decided_at = link.written_code, link.found, "", None
    note(session, actor, "took a decision back", at=at, title=f"{link.from_code} → {link.written_code}")


def _decided(session: Session, actor: Actor, link: TermLink, action: str, *, at: datetime) -> None:
    link.decided_by, link.decided_at = actor.name[:120], at
    title = f"{link.from_code} → {link.written_code}"
    note(session, actor, action, at=at, title=title, link=link.id, code=link.to_code)


# Mappings between vocabularies


def keep_proposals(session: Session, actor: Actor, proposals: Sequence[ProposedMatch]) -> int:
    """Keep proposed mappings that are not here yet; what reviewers said of others stands. Return how many are new."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    columns = (Crosswalk.from_scheme, Crosswalk.from_code, Crosswalk.to_scheme, Crosswalk.to_code)
    known = {(one, code, other, its) for one, code, other, its in session.execute(select(*columns))}
    new = 0
    for each in proposals:
        key = (each.from_scheme, each.from_code, each.to_scheme, each.to_code)
        if key not in known:
            session.add(Crosswalk(**asdict(each)))
            known.add(key)
            new += 1
    session.flush()
    return new


def decide_crosswalk(
    session: Session, actor: Actor, mapping: Crosswalk, state: str, match: str, *, at: datetime
) -> None:
    """Confirm or reject a mapping, or let it wait again; `match` is SKOS's word for how the two compare."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    if match not in MATCHES:
        raise Invalid(_("Choose how the two compare."), fields={"match": _("Choose one from the list.")})
    if state not in {"proposed", "reviewed", "rejected"}:
        raise Invalid(_("A mapping is confirmed, rejected, or waits."))
    mapping.match, mapping.state = match, state
    decided = state != "proposed"
    mapping.decided_by, mapping.decided_at = (actor.name[:120], at) if decided else ("", None)
    title = f"{mapping.from_scheme}:{mapping.from_code} → {mapping.to_scheme}:{mapping.to_code}"
    note(session, actor, "judged a mapping", at=at, title=title, state=state, match=match)


def create_abcde(session: Session, actor: Actor, *, at: datetime) -> int:
    """Add the five parts of the ABCDE framework as terms, by their names alone; return how many are new."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    known = set(session.scalars(select(Term.code).where(Term.scheme == "abcde")))
    new = [
        Term(scheme="abcde", kind="part", code=code, name=name, extra={})
        for code, name in ABCDE
        if code not in known
    ]
    session.add_all(new)
    if new:
        note(session, actor, "added a vocabulary", at=at, title=SCHEMES["abcde"])
    return len(new)
