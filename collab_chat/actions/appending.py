"""Appending to a room's log: the one place where events come from."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from collab_chat.actions.projecting import project
from collab_chat.core.chain import SALT_BYTES, Header, commitment_of, hash_of, whole_milliseconds
from collab_chat.models import Event, Message, Room
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.events import event_of_cid
from collab_chat.queries.rooms import able_to_read, standing_in
from collab_chat.schemas.cases import Shape
from collab_chat.schemas.events import KIND_OF
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Actor
from common.errors import Conflict, Invalid, NotFound
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
    one, whichever is stricter (see `narrowed`). The same `cid` of the same author returns the event that it made before.

    Raises:
        Conflict: the room is archived. NotFound: there is no such room. Invalid: the content cannot be written as JSON text
        (half a surrogate pair, a zero character, a number beyond 2^53).
    """
    room = hold_room(session, standing.room_id)
    if cid is not None and standing.person_id is not None:
        known = event_of_cid(session, room.id, standing.person_id, cid)
        if known is not None:
            return known
    kind = KIND_OF[type(content)]
    told_here = kind == "room.changed" or (kind == "member.changed" and standing.person_id is None)
    if room.archived and not told_here:
        raise Conflict(_("This room is archived: it can be read, not written in."))
    marking = narrowed(
        session, room, marking, author=standing.person_id, organisation=standing.organisation_id
    )
    event = _made(room, standing, content, at=at, cid=cid, marking=marking)
    room.head_seq, room.head_hash = event.seq, event.hash
    session.add(event)
    session.flush()
    project(session, room, event, content)
    session.info.setdefault(APPENDED, {}).setdefault(room.id, []).append(event)
    return event


def hold_room(session: Session, room_id: uuid.UUID) -> Room:
    """Return the room, locked by this transaction (once: its row cannot change under us afterwards). Raises NotFound."""
    held: dict[uuid.UUID, Room] = session.info.setdefault(
        "rooms_locked", {}
    )  # held fast: sessions forget what nobody holds
    if room_id in held:
        return held[room_id]
    room = session.get(Room, room_id, with_for_update=True)
    if room is None:
        raise NotFound(_("This room does not exist, or you are not in it."))
    held[room_id] = room
    return room


def narrowed(
    session: Session,
    room: Room,
    marking: Marking,
    *,
    author: uuid.UUID | None,
    organisation: uuid.UUID | None,
) -> Marking:
    """Return the marking made as strict as the room's, for nobody whom it kept out: in a RED room, RED for those here who may read it."""
    if Tlp(room.tlp) is not Tlp.RED or marking.tlp is Tlp.RED:
        return Marking(strictest(Tlp(room.tlp), marking.tlp), marking.readers)
    able = able_to_read(session, room.id, marking.tlp, author=author, organisation=organisation)
    return Marking(Tlp.RED, able)


def marked_as(session: Session, standing: Standing, *said: Event | Message) -> Marking:
    """Return the marking of what repeats or answers something: for nobody whom any of it keeps out, however the room was marked since."""
    named = any(
        one.tlp == Tlp.RED.value
        or (one.tlp == Tlp.AMBER_STRICT.value and one.organisation_id != standing.organisation_id)
        for one in said
    )
    if not named:
        return Marking(strictest(*(Tlp(one.tlp) for one in said)))
    able = (
        able_to_read(
            session,
            one.room_id,
            Tlp(one.tlp),
            author=one.author_id,
            organisation=one.organisation_id,
            readers=one.readers,
        )
        for one in said
    )
    return Marking(Tlp.RED, frozenset.intersection(*able))


def standing_held(session: Session, actor: Actor, room_id: uuid.UUID) -> Standing:
    """Return how somebody stands, with the room locked: what the caller asks next stays true until the transaction ends."""
    PERMISSIONS.require(actor, Permission.ENTER)
    hold_room(session, room_id)
    return standing_in(session, actor, room_id)


def _made(
    room: Room, standing: Standing, content: Shape, *, at: datetime, cid: uuid.UUID | None, marking: Marking
) -> Event:
    body = content.model_dump(mode="json", exclude_none=True)
    salt = secrets.token_hex(SALT_BYTES)
    header = Header(
        room=room.id,
        seq=room.head_seq + 1,
        kind=KIND_OF[type(content)].value,
        at=whole_milliseconds(at),
        author=standing.person_id,
        organisation=standing.organisation_id,
        cid=cid,
        tlp=marking.tlp.value,
        readers=sorted(map(str, marking.readers)),
        commitment=_committed(salt, body),
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


def _committed(salt: str, body: Mapping[str, Any]) -> str:
    """Return the commitment, or refuse what no other program could read or no database would take."""
    refused = Invalid(_("This holds characters or numbers that cannot be stored."))
    if _has_zero(body):
        raise refused
    try:
        return commitment_of(salt, body)
    except rfc8785.CanonicalizationError as error:
        raise refused from error


def _has_zero(value: object) -> bool:
    match value:
        case str():
            return "\0" in value
        case Mapping():
            return any(_has_zero(key) or _has_zero(one) for key, one in value.items())
        case list():
            return any(map(_has_zero, value))
    return False
