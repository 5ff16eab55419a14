"""What belongs to a case, and cases that are the same."""

import uuid
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from collab_chat.actions.appending import append, marked_as
from collab_chat.actions.leading import in_case, leading, reason
from collab_chat.core.lifecycle import Way, way
from collab_chat.models import Event, Link
from collab_chat.queries.cases import readable_case
from collab_chat.queries.events import readable
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.cases import STATUS_NAMES, CaseStatus
from collab_chat.schemas.events import CaseLinked, CaseMoved
from collab_chat.schemas.rooms import Right
from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.i18n import gettext as _

What = Literal["account", "ad", "entry", "url", "case"]
WEB = ("http://", "https://", "/")
ELSEWHERE = (
    "//",
    "/\\",
)  # what browsers take for another site's address, though it looks like a path of ours


def link(  # noqa: PLR0913 - what a link is made of
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    what: What,
    ref: str,
    *,
    at: datetime,
    title: str = "",
    url: str = "",
) -> None:
    """Say that an account, ad, entry or address belongs to the case; saying it again changes title and address.

    Raises:
        Invalid: nothing was named, or the address is not one of the web.
    """
    standing, _case = in_case(session, actor, room_id, Right.ATTACH)
    ref, title, url = ref.strip(), " ".join(title.split()), url.strip()
    if what == "url":
        url = url or ref
    if not ref or len(ref) > 500 or len(url) > 2_000:
        raise Invalid(_("Name what belongs to the case, in at most 500 characters."))
    if url and (not url.lower().startswith(WEB) or url.startswith(ELSEWHERE)):
        raise Invalid(_("An address begins with https:// or http://."))
    linked = CaseLinked(what=what, ref=ref, title=(title or ref)[:300], url=url)
    append(session, standing, linked, at=at)


def unlink(session: Session, actor: Actor, room_id: uuid.UUID, what: What, ref: str, *, at: datetime) -> None:
    """Say that something does not belong to the case any more; the log keeps that it did. Raises NotFound, for what is not theirs to read too."""
    standing, _case = in_case(session, actor, room_id, Right.ATTACH)
    found = session.get(Link, (room_id, what, ref))
    said = session.get_one(Event, (room_id, found.seq)) if found is not None else None
    if found is None or said is None or not readable(standing, said):
        raise NotFound(_("This does not belong to the case."))
    content = CaseLinked(what=what, ref=ref, title=found.title, url=found.url, on=False)
    append(session, standing, content, at=at, marking=marked_as(session, standing, said))


def join_case(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    other_id: uuid.UUID,
    status: CaseStatus,
    *,
    at: datetime,
    why: str,
) -> None:
    """Close a case as a duplicate of another, or as merged into it; both rooms' logs say so.

    One leads this case and may attach to the other. The other case is named by its number only: its room may hold other people.

    Raises:
        Conflict: the case is not where it can be joined, or the exercise is another. Forbidden, NotFound: the other room.
    """
    standing, case = leading(session, actor, room_id)
    why = reason(why)
    if room_id == other_id:
        raise Conflict(_("A case cannot be joined to itself."))
    if way(CaseStatus(case.status), status) is not Way.JOIN:
        raise Conflict(
            _("A case that is “%(here)s” cannot be joined to another.")
            % {"here": _(STATUS_NAMES[CaseStatus(case.status)])}
        )
    there = standing_in(session, actor, other_id)
    if not there.may(Right.ATTACH):
        raise Forbidden(_("You may not add anything to the other case."))
    other = readable_case(session, there)
    if other.exercise_id != case.exercise_id:
        raise Conflict(_("Exercises and real cases never mix."))
    if other.other_id == room_id:
        raise Conflict(_("The other case points here already."))
    append(session, standing, CaseMoved(status=status, why=why, other=other_id), at=at)
    pointer = CaseLinked(what="case", ref=str(room_id), title=f"#{case.number}")
    append(session, there, pointer, at=at)
