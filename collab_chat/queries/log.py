"""A room's whole log, piece by piece, in the form that is exported and checked."""

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from collab_chat.core.chain import GENESIS, Header
from collab_chat.core.log_export import exported
from collab_chat.models import Event
from collab_chat.queries.events import events_after, sealed_for
from collab_chat.schemas.rooms import Standing

AT_A_TIME = 500  # events in memory


def log_of(
    session: Session, room_id: uuid.UUID, *, reader: Standing | None = None, upto: int | None = None
) -> Iterator[dict[str, Any]]:
    """Give a room's log as it is exported. `reader`: what is not for them is sealed; None: nothing is (for checking alone)."""
    prev, last = GENESIS, 0
    while events := events_after(session, room_id, last, most=AT_A_TIME):
        sealed = sealed_for(session, reader, events) if reader is not None else set()
        for event in events:
            if upto is not None and event.seq > upto:
                return
            closed = event.seq in sealed and event.content is not None
            yield exported(header_of(event, prev), event.hash, event.content, event.salt, sealed=closed)
            prev = event.hash
        last = events[-1].seq
        session.expunge_all()


def header_of(event: Event, prev: str) -> Header:
    """Return what an event's hash is over."""
    return Header(
        room=event.room_id,
        seq=event.seq,
        kind=event.kind,
        at=event.at,
        author=event.author_id,
        organisation=event.organisation_id,
        cid=event.cid,
        tlp=event.tlp,
        readers=event.readers,
        commitment=event.commitment,
        prev=prev,
    )
