"""What readers without an account proposed."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.core.spam import ATTENTION
from encyclopedia.models import Entry, Page, Suggestion
from encyclopedia.permissions import PERMISSIONS, Permission

STATES = ("open", "accepted", "declined")


def suggestions(
    session: Session, actor: Actor, *, state: str = "open", number: int = 1, size: int = 20
) -> Paged[Suggestion]:
    """Return the suggestions in one state: those that wait, the likeliest spam last and the oldest first; else the newest first."""
    PERMISSIONS.require(actor, Permission.MODERATE)
    state = state if state in STATES else "open"
    order = (
        (Suggestion.spam >= ATTENTION, Suggestion.at, Suggestion.id)
        if state == "open"
        else (Suggestion.decided_at.desc(), Suggestion.id.desc())
    )
    offset, limit = window(number, size)
    found = session.scalars(
        select(Suggestion).where(Suggestion.state == state).order_by(*order).limit(limit).offset(offset)
    ).all()
    total = session.scalar(select(func.count()).where(Suggestion.state == state)) or 0
    return Paged(found, max(number, 1), limit, total)


def waiting_suggestions(session: Session, actor: Actor) -> int:
    """Count the suggestions that wait for somebody like the actor; 0 for those who do not decide on them."""
    if not PERMISSIONS.allows(actor, Permission.MODERATE):
        return 0
    return session.scalar(select(func.count()).where(Suggestion.state == "open")) or 0


def suggestion_of(session: Session, actor: Actor, suggestion_id: int) -> Suggestion:
    """Return a suggestion, for those who decide on them."""
    PERMISSIONS.require(actor, Permission.MODERATE)
    found = session.get(Suggestion, suggestion_id)
    if found is None:
        raise NotFound(_("There is no such suggestion."))
    return found


def suggestion_by_token(session: Session, actor: Actor, token: str) -> Suggestion:
    """Return a suggestion by the address that only who made it knows."""
    PERMISSIONS.require(actor, Permission.READ)
    found = session.scalars(select(Suggestion).where(Suggestion.token == token)).first()
    if found is None:
        raise NotFound(_("There is no such suggestion. The link may be incomplete."))
    return found


def suggested_page(session: Session, suggestion: Suggestion) -> Page | None:
    """Return the page that a suggestion is about, where its entry still stands."""
    if suggestion.entry_id is None:
        return None
    pages: Sequence[Page] = session.scalars(
        select(Page)
        .join(Entry, Entry.id == Page.entry_id)
        .where(
            Page.entry_id == suggestion.entry_id,
            Page.language == suggestion.language,
            Entry.deleted_at.is_(None),
        )
    ).all()
    return pages[0] if pages else None
