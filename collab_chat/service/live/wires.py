"""Events as they travel: encoded once, in two versions, for who may read the content and for who may not."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy.orm import Session

from collab_chat.core.chain import stamp
from collab_chat.core.markdown import to_html
from collab_chat.core.markings import may_read
from collab_chat.models import Event
from collab_chat.queries.live import Protection, protections
from collab_chat.schemas.events import Kind
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Role

_RENDERED = frozenset({Kind.MESSAGE_POSTED.value, Kind.MESSAGE_EDITED.value})
_NOBODY = uuid.UUID(int=0)  # a member who is neither author nor named
EMPTY: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Wire:
    """One event: `opened` with its content, `closed` without. `erased`: there is no content any more, for anybody."""

    seq: int
    kind: str
    content: dict[str, Any]  # empty where erased
    protection: Protection
    opened: bytes
    closed: bytes

    @property
    def named(self) -> Iterable[uuid.UUID]:
        """Those who may read it though others like them may not."""
        guard = self.protection
        return {
            *(one for one in (guard.author, guard.said_by) if one is not None),
            *map(uuid.UUID, guard.readers),
        }


class Kin(NamedTuple):
    """What markings ask about a reader who is not named: those of one kin read the same."""

    guest: bool
    organisation: uuid.UUID | None


def kin_of(standing: Standing) -> Kin:
    """Return a member's kin."""
    return Kin(standing.role is Role.GUEST, standing.organisation_id)


def kin_reads(wire: Wire, room_id: uuid.UUID, kin: Kin) -> bool:
    """Say whether somebody of a kin who is not named may read the content."""
    role = Role.GUEST if kin.guest else Role.MEMBER
    return reads(wire, Standing(room_id, _NOBODY, "", role, kin.organisation))


def reads(wire: Wire, standing: Standing) -> bool:
    """Say whether somebody may read the content."""
    guard = wire.protection
    if guard.sealed and (guard.author is None or guard.author != standing.person_id):
        return False
    if guard.said_by is not None and guard.said_by == standing.person_id:
        return True
    return may_read(
        standing,
        guard.tlp,
        author=guard.author,
        organisation=guard.organisation,
        readers=guard.readers,
    )


def open_to_all(wire: Wire) -> bool:
    """Say whether everybody in the room reads it."""
    return not wire.protection.sealed and wire.protection.tlp in {Tlp.CLEAR, Tlp.GREEN}


def wires_of(
    session: Session, room_id: uuid.UUID, events: Sequence[Event], *, fresh: bool = False
) -> list[Wire]:
    """Encode events of one room, in order, with their protection as it stands in this transaction.

    `fresh`: they are all that this transaction appended to the room.
    """
    guards = protections(session, room_id, events, fresh=fresh)
    return [_wire(event, guards[event.seq]) for event in events]


def _wire(event: Event, guard: Protection) -> Wire:
    head = {
        "seq": event.seq,
        "kind": event.kind,
        "at": stamp(event.at),
        "author": event.author_id,
        "cid": event.cid,
        "tlp": guard.tlp.value,
        "hash": event.hash,
    }
    content = event.content
    opened: dict[str, Any] = {**head, "content": content}
    if content is None:
        opened["erased"] = True
    elif event.kind in _RENDERED:
        opened["html"] = to_html(str(content["text"]))
    closed = opened if content is None else {**head, "content": None, "sealed": True}
    return Wire(event.seq, event.kind, content or EMPTY, guard, orjson.dumps(opened), orjson.dumps(closed))
