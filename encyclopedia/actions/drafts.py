"""Drafts: what is being typed, kept until it is saved or discarded."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid, SignInNeeded
from common.i18n import gettext as _
from encyclopedia.models import Draft
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.drafts import MOST_DRAFTS, draft_of, drafts_of
from encyclopedia.schemas import LARGEST_TEXT

LARGEST_DRAFT = LARGEST_TEXT + 200_000  # characters: a text of the largest size, and the fields beside it


def keep_draft(
    session: Session,
    actor: Actor,
    key: str,
    content: Mapping[str, str],
    *,
    base_id: int | None,
    at: datetime,
) -> Draft:
    """Keep what somebody is typing at one place, instead of what was kept there before.

    Raises:
        Invalid: it is larger than any text may be.
        SignInNeeded: nobody is signed in whose draft it could be.
    """
    PERMISSIONS.require(actor, Permission.EDIT)
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to keep a draft."))
    if sum(len(name) + len(value) for name, value in content.items()) > LARGEST_DRAFT:
        raise Invalid(_("This is too long to be kept as a draft."))
    draft = draft_of(session, actor, key)
    if draft is None:
        _make_room(session, actor)
        draft = Draft(person_id=actor.person_id, key=key[:80])
        session.add(draft)
    draft.content, draft.base_id, draft.saved_at = dict(content), base_id, at
    session.flush()
    return draft


def discard_draft(session: Session, actor: Actor, key: str) -> None:
    """Forget one's own draft of a place; nothing happens where there is none."""
    PERMISSIONS.require(actor, Permission.EDIT)
    session.execute(delete(Draft).where(Draft.person_id == actor.person_id, Draft.key == key))


def _make_room(session: Session, actor: Actor) -> None:
    """Let the oldest drafts go where somebody has more than anybody comes back to."""
    for old in drafts_of(session, actor)[MOST_DRAFTS - 1 :]:
        session.delete(old)
