"""What somebody typed, made into a message: whom it names, what comes with it; or a command."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.messages import Draft, post_message
from collab_chat.core.mentions import Named, named_in
from collab_chat.models import Event
from collab_chat.queries.rooms import members_of
from collab_chat.schemas.events import FileRef, Quote
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.services import Services


@dataclass(frozen=True)
class Said:
    """A form as it was sent. `files`: `FileRef` as JSON, each; `quote`: `room:seq`; `to`: the people of TLP:RED."""

    text: str
    thread: int | None = None
    tlp: Tlp | None = None
    to: Sequence[uuid.UUID] = ()
    files: Sequence[str] = ()
    quote: str = ""
    cid: uuid.UUID | None = None


def is_command(text: str) -> bool:
    """Say whether a text is a command: `/word`. `//word` says `/word`."""
    text = text.lstrip()
    return text.startswith("/") and text[1:2].isalpha()


def say(services: Services, actor: Actor, room_id: uuid.UUID, said: Said) -> Event:
    """Post what somebody typed. Raises what `post_message` raises, and Invalid for files or quotes that are none."""
    with changing(services) as session:
        draft = draft_of(session, room_id, said)
        return post_message(session, actor, room_id, draft, at=services.clock(), cid=said.cid)


def draft_of(session: Session, room_id: uuid.UUID, said: Said) -> Draft:
    """Return the message that was meant."""
    text = said.text.replace("\r\n", "\n")
    text = text.replace("//", "/", 1) if text.startswith("//") else text
    named = named_by(session, room_id, text)
    return Draft(
        text=text,
        thread=said.thread,
        mentions=named.people,
        groups=named.groups,
        files=[_file(one) for one in said.files],
        quote=_quote(said.quote),
        marking=Marking(said.tlp or (Tlp.RED if said.to else Tlp.CLEAR), frozenset(said.to)),
    )


def named_by(session: Session, room_id: uuid.UUID, text: str) -> Named:
    """Return whom a text names of those in the room."""
    return named_in(text, [(one.person_id, one.name) for one in members_of(session, room_id)])


def _file(given: str) -> FileRef:
    try:
        return FileRef.model_validate(json.loads(given))
    except (ValueError, ValidationError):
        raise Invalid(_("This file is not here. Attach it again.")) from None


def _quote(given: str) -> Quote | None:
    """Return where the quoted words stand; the words themselves are taken from there, not from the form."""
    if not given:
        return None
    room, _colon, seq = given.partition(":")
    try:
        return Quote(room=uuid.UUID(room), seq=int(seq), text="", author="", tlp=Tlp.CLEAR)
    except (ValueError, ValidationError):
        raise Invalid(_("What you quote is not there.")) from None
