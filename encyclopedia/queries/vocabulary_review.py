"""What reviewers judge of vocabularies: references that lead nowhere or elsewhere, and mappings."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.models import Crosswalk, TermLink
from encyclopedia.permissions import PERMISSIONS, Permission

UNDECIDED = ("dead", "reused", "unclear")


def waiting_count(session: Session) -> int:
    """Count the references that nobody has judged yet."""
    return session.scalar(select(func.count()).where(TermLink.state.in_(UNDECIDED))) or 0


def reference_counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """Count references by state."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    rows = session.execute(select(TermLink.state, func.count()).group_by(TermLink.state))
    return dict(rows.all())


def references(
    session: Session, actor: Actor, states: Sequence[str], kind: str = "", *, number: int = 1, size: int = 20
) -> Paged[TermLink]:
    """Return one page of the references in some states, by the term that refers; `kind`: of the term that refers."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    offset, limit = window(number, size)
    passing: list[ColumnElement[bool]] = [TermLink.state.in_(states)]
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
    return dict(rows.all())


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
