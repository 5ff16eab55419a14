"""The conversation, from the log."""

import uuid
from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from collab_chat.actions.projecting.projector import Projector, of
from collab_chat.models import Event, File, Member, Mention, Message, ReactionMark, Room
from collab_chat.schemas.events import (
    Kind,
    MessageCarded,
    MessageEdited,
    MessageMarked,
    MessagePinned,
    MessagePosted,
    MessageRedacted,
    ReactionSet,
)
from collab_chat.schemas.markings import Tlp

HERE = "here"  # the group of everybody in the room; every other group is a role's name


def _posted(session: Session, room: Room, event: Event, content: MessagePosted | None) -> None:
    said = MessagePosted(text="") if content is None else content
    session.add(
        Message(
            room_id=room.id,
            seq=event.seq,
            at=event.at,
            author_id=event.author_id,
            organisation_id=event.organisation_id,
            thread_seq=said.thread,
            text=said.text,
            tlp=event.tlp,
            readers=event.readers,
            files=[one.model_dump(mode="json") for one in said.files],
            quote=said.quote.model_dump(mode="json") if said.quote else None,
            via=said.via.model_dump(mode="json") if said.via else None,
            attachments=list(said.attachments),
            cards=[],
            replies=0,
            pinned=False,
        )
    )
    session.flush()
    if said.thread is not None:
        _count_replies(session, room, said.thread)
    for one in said.files:
        session.execute(
            update(File)
            .where(File.room_id == room.id, File.sha256 == one.sha256, File.seq.is_(None))
            .values(seq=event.seq)
        )
    _mention(session, room, event, event.seq, said.mentions, said.groups)


def _edited(session: Session, room: Room, event: Event, content: MessageEdited | None) -> None:
    if content is None:
        return
    message = session.get_one(Message, (room.id, content.message))
    message.text, message.edited_seq, message.edited_at = content.text, event.seq, event.at
    if Tlp(event.tlp).rank > Tlp(message.tlp).rank:  # the room was narrowed since
        message.tlp, message.readers = event.tlp, event.readers
    if content.attachments is not None:
        message.attachments = list(content.attachments)
    session.flush()
    _mention(session, room, event, content.message, content.mentions, content.groups)


def _redacted(session: Session, room: Room, event: Event, content: MessageRedacted | None) -> None:
    if content is None:
        return
    message = session.get_one(Message, (room.id, content.message))
    message.text, message.quote, message.via = "", None, None
    message.files, message.attachments, message.cards = [], [], []
    message.thread_seq, message.pinned, message.redacted_seq = content.thread, False, event.seq
    message.edited_seq = message.edited_at = None
    # The redaction bears the marking that the message had: a rebuilt log no longer knows the edits that may have narrowed it.
    message.tlp, message.readers = event.tlp, event.readers
    session.flush()
    for table in (Mention, ReactionMark):
        session.execute(delete(table).where(table.room_id == room.id, table.message_seq == content.message))
    if content.thread is not None:
        _count_replies(session, room, content.thread)


def _pinned(session: Session, room: Room, event: Event, content: MessagePinned | None) -> None:  # noqa: ARG001
    if content is not None:
        session.get_one(Message, (room.id, content.message)).pinned = content.pinned


def _marked(session: Session, room: Room, event: Event, content: MessageMarked | None) -> None:  # noqa: ARG001
    if content is not None:
        message = session.get_one(Message, (room.id, content.message))
        message.tlp, message.readers = content.tlp.value, sorted(map(str, content.to))


def _carded(session: Session, room: Room, event: Event, content: MessageCarded | None) -> None:  # noqa: ARG001
    if content is not None:
        cards = [one.model_dump(mode="json") for one in content.cards]
        session.get_one(Message, (room.id, content.message)).cards = cards


def _reaction(session: Session, room: Room, event: Event, content: ReactionSet | None) -> None:
    if content is None or event.author_id is None:
        return
    key = (room.id, content.message, event.author_id, content.emoji)
    mark = session.get(ReactionMark, key)
    if content.on and mark is None:
        session.add(
            ReactionMark(
                room_id=room.id,
                message_seq=content.message,
                person_id=event.author_id,
                emoji=content.emoji,
                seq=event.seq,
            )
        )
    elif not content.on and mark is not None:
        session.delete(mark)
    session.flush()


def _count_replies(session: Session, room: Room, thread: int) -> None:
    """Count anew, so that live and rebuilt agree whatever was erased in between."""
    replies = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.room_id == room.id, Message.thread_seq == thread, Message.redacted_seq.is_(None))
    )
    session.get_one(Message, (room.id, thread)).replies = replies or 0
    session.flush()


def _mention(
    session: Session,
    room: Room,
    event: Event,
    message_seq: int,
    people: Iterable[uuid.UUID],
    groups: tuple[str, ...],
) -> None:
    """Name people, once each; an edit adds to whom a message names, and takes nobody away."""
    named = set(people)
    if groups:
        members = select(Member.person_id).where(Member.room_id == room.id, Member.left_seq.is_(None))
        named |= set(session.scalars(members if HERE in groups else members.where(Member.role.in_(groups))))
    named.discard(event.author_id or uuid.UUID(int=0))
    if not named:
        return
    known = set(
        session.scalars(
            select(Mention.person_id).where(Mention.room_id == room.id, Mention.message_seq == message_seq)
        )
    )
    rows = [
        {"room_id": room.id, "message_seq": message_seq, "person_id": one, "at": event.at}
        for one in sorted(named - known)
    ]
    if rows:
        session.execute(insert(Mention), rows)


PROJECTORS: dict[Kind, Projector] = {
    Kind.MESSAGE_POSTED: of(MessagePosted, _posted),
    Kind.MESSAGE_EDITED: of(MessageEdited, _edited),
    Kind.MESSAGE_REDACTED: of(MessageRedacted, _redacted),
    Kind.MESSAGE_PINNED: of(MessagePinned, _pinned),
    Kind.MESSAGE_MARKED: of(MessageMarked, _marked),
    Kind.MESSAGE_CARDED: of(MessageCarded, _carded),
    Kind.REACTION_SET: of(ReactionSet, _reaction),
}
