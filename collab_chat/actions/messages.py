"""Messages: said, edited, redacted, pinned, marked, reacted to."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from collab_chat.actions.appending import UNMARKED, Marking, append
from collab_chat.models import Event, Message
from collab_chat.permissions import require_right
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import MAX_TEXT, FileRef, MessagePosted, Quote, Via
from collab_chat.schemas.rooms import Right
from common.accounts.actors import Actor
from common.errors import Invalid, NotFound, TooLarge
from common.i18n import gettext as _


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say. `thread`: the message that began the thread."""

    text: str
    thread: int | None = None
    mentions: Collection[uuid.UUID] = ()
    groups: Collection[str] = ()
    files: Sequence[FileRef] = ()
    quote: Quote | None = None
    via: Via | None = None
    attachments: Sequence[dict[str, Any]] = ()
    marking: Marking = field(default=UNMARKED)


def post_message(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    draft: Draft,
    *,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Say something in a room. The same `cid` again returns the event that it made.

    Raises:
        Invalid: it says nothing. NotFound: the room is not theirs, or the thread is not there. TooLarge: over 20,000 characters.
    """
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.POST)
    text = draft.text.strip()
    if not (text or draft.files or draft.attachments or draft.quote):
        raise Invalid(_("Write something first."), fields={"text": _("Write something first.")})
    if len(text) > MAX_TEXT:
        raise TooLarge(
            _("A message takes at most %(most)s characters; send longer texts as a file.")
            % {"most": MAX_TEXT}
        )
    if draft.thread is not None:
        _thread(session, room_id, draft.thread)
    content = MessagePosted(
        text=text,
        thread=draft.thread,
        mentions=tuple(sorted(draft.mentions)),
        groups=tuple(sorted(draft.groups)),
        files=tuple(draft.files),
        quote=draft.quote,
        via=draft.via,
        attachments=tuple(draft.attachments),
    )
    return append(session, standing, content, at=at, cid=cid, marking=draft.marking)


def _thread(session: Session, room_id: uuid.UUID, seq: int) -> None:
    begun = session.get(Message, (room_id, seq))
    if begun is None or begun.thread_seq is not None:
        raise NotFound(_("The message that you answer is not in this room."))
