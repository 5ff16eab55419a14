"""Appending to a room's log: the one place where events come from."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.projecting import project
from collab_chat.core.chain import SALT_BYTES, Header, commitment_of, hash_of, whole_milliseconds
from collab_chat.models import Event, Room
from collab_chat.queries.events import event_of_cid
from collab_chat.schemas.cases import Shape
from collab_chat.schemas.events import KIND_OF
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Standing
from common.errors import Conflict, NotFound
from common.i18n import gettext as _

APPENDED = "rooms_appended"  # in `session.info`: room → events of this transaction, told after the commit


@dataclass(frozen=True)
class Marking:
    """How far an event may travel; `readers` are the people of TLP:RED."""

    tlp: Tlp = Tlp.CLEAR
    readers: frozenset[uuid.UUID] = field(default_factory=frozenset)


UNMARKED = Marking()


def append(
    session: Session,
    standing: Standing,
    content: Shape,
    *,
    at: datetime,
    cid: uuid.UUID | None = None,
    marking: Marking = UNMARKED,
) -> Event:
    """Append an event to the room's log, and bring the read tables up to it, in the caller's transaction.

    The room's row is locked until the transaction ends, so `seq` is consecutive. The event bears the room's marking or the given
    one, whichever is stricter. The same `cid` of the same author returns the event that it made before.

    Raises:
        Conflict: the room is archived. NotFound: there is no such room.
    """
    room = _locked(session, standing.room_id)
    if cid is not None and standing.person_id is not None:
        known = event_of_cid(session, room.id, standing.person_id, cid)
        if known is not None:
            return known
    kind = KIND_OF[type(content)]
    if room.archived and kind != "room.changed":
        raise Conflict(_("This room is archived: it can be read, not written in."))
    event = _made(room, standing, content, at=at, cid=cid, marking=marking)
    room.head_seq, room.head_hash = event.seq, event.hash
    session.add(event)
    session.flush()
    project(session, room, event, content)
    session.info.setdefault(APPENDED, {}).setdefault(room.id, []).append(event)
    return event


def _locked(session: Session, room_id: uuid.UUID) -> Room:
    """Return the room, locked by this transaction (once: its row cannot change under us afterwards)."""
    held: set[uuid.UUID] = session.info.setdefault("rooms_locked", set())
    room = session.get(Room, room_id, with_for_update=None if room_id in held else True)
    if room is None:
        raise NotFound(_("This room does not exist."))
    held.add(room_id)
    return room


def _made(
    room: Room, standing: Standing, content: Shape, *, at: datetime, cid: uuid.UUID | None, marking: Marking
) -> Event:
    body = content.model_dump(mode="json", exclude_none=True)
    salt = secrets.token_hex(SALT_BYTES)
    tlp = strictest(Tlp(room.tlp), marking.tlp)
    header = Header(
        room=room.id,
        seq=room.head_seq + 1,
        kind=KIND_OF[type(content)].value,
        at=whole_milliseconds(at),
        author=standing.person_id,
        organisation=standing.organisation_id,
        cid=cid,
        tlp=tlp.value,
        readers=sorted(map(str, marking.readers)),
        commitment=commitment_of(salt, body),
        prev=room.head_hash,
    )
    return Event(
        room_id=room.id,
        seq=header.seq,
        kind=header.kind,
        at=header.at,
        author_id=header.author,
        organisation_id=header.organisation,
        cid=cid,
        tlp=header.tlp,
        readers=list(header.readers),
        content=body,
        salt=salt,
        commitment=header.commitment,
        hash=hash_of(header),
    )
