"""Reading the log."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.core.markings import may_read
from collab_chat.models import Decision, Event, Evidence, Message
from collab_chat.schemas.events import SEALED, Kind
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing

OF_MESSAGES = frozenset(
    {
        Kind.MESSAGE_POSTED,
        Kind.MESSAGE_EDITED,
        Kind.MESSAGE_REDACTED,
        Kind.MESSAGE_PINNED,
        Kind.MESSAGE_CARDED,
        Kind.REACTION_SET,
    }
)  # read by those who may read the message as it is marked now; `message.marked` by all who may read the room


def events_after(session: Session, room_id: uuid.UUID, seq: int, *, most: int = 1_000) -> Sequence[Event]:
    """Return the events that follow `seq`, in order, at most so many."""
    return session.scalars(
        select(Event).where(Event.room_id == room_id, Event.seq > seq).order_by(Event.seq).limit(most)
    ).all()


def event_of_cid(session: Session, room_id: uuid.UUID, author_id: uuid.UUID, cid: uuid.UUID) -> Event | None:
    """Return the event that a client already sent under this cid."""
    return session.scalars(
        select(Event).where(Event.room_id == room_id, Event.author_id == author_id, Event.cid == cid)
    ).one_or_none()


def events_about(
    session: Session, room_id: uuid.UUID, message_seq: int, kinds: Collection[Kind]
) -> Sequence[Event]:
    """Return the later events of these kinds about a message, in order."""
    return session.scalars(
        select(Event)
        .where(
            Event.room_id == room_id,
            Event.kind.in_([kind.value for kind in kinds]),
            Event.seq > message_seq,
            Event.content["message"].as_integer() == message_seq,
        )
        .order_by(Event.seq)
    ).all()


def sealed_for(session: Session, standing: Standing, events: Iterable[Event]) -> set[int]:
    """Return the sequence numbers of the events whose content somebody may not have: asked of everything read from the log.

    An event about a message is read as the message is marked *now*: a narrowed one is closed in what was said of it before, too.
    Votes are sealed to all but their author until their round is decided. Two statements at most, however many events.
    """
    listed = list(events)
    now = _messages_now(session, standing.room_id, listed)
    decided = _decided_rounds(session, standing.room_id, listed)
    return {event.seq for event in listed if not _open(standing, event, now, decided)}


def _open(standing: Standing, event: Event, now: Mapping[int, Message], decided: Collection[int]) -> bool:
    own = event.author_id is not None and event.author_id == standing.person_id
    if Kind(event.kind) in SEALED and not own and (event.content or {}).get("round") not in decided:
        return False
    message = now.get(about(event) or 0)
    if message is not None:
        return own or readable(standing, message)
    return readable(standing, event)


def readable(standing: Standing, said: Event | Message | Evidence) -> bool:
    """Say whether somebody may read a message or a piece of evidence as it is marked now, or an event by its own marking."""
    return may_read(
        standing,
        Tlp(said.tlp),
        author=said.by_id if isinstance(said, Evidence) else said.author_id,
        organisation=said.organisation_id,
        readers=said.readers,
    )


def about(event: Event) -> int | None:
    """Return the message that an event is about, where that is how it is read."""
    if event.kind == Kind.MESSAGE_POSTED.value:
        return event.seq
    if Kind(event.kind) in OF_MESSAGES and event.content is not None:
        return int(event.content["message"])
    return None


def reminded_task(event: Event) -> int | None:
    """Return the number of the task that a reminder is about."""
    if event.kind != Kind.REMINDER_GIVEN.value:
        return None
    what, _colon, seq = str((event.content or {}).get("what", "")).partition(":")
    return int(seq) if what == "task" and seq.isdecimal() else None


def _messages_now(session: Session, room_id: uuid.UUID, events: Iterable[Event]) -> dict[int, Message]:
    messages = {seq for event in events if (seq := about(event)) is not None}
    if not messages:
        return {}
    found = session.scalars(select(Message).where(Message.room_id == room_id, Message.seq.in_(messages)))
    return {message.seq: message for message in found}


def _decided_rounds(session: Session, room_id: uuid.UUID, events: Iterable[Event]) -> set[int]:
    if not any(Kind(event.kind) in SEALED for event in events):
        return set()
    return set(session.scalars(select(Decision.round).where(Decision.room_id == room_id)))
