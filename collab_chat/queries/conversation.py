"""A stretch of a room's conversation: messages as they stand now, and the quiet lines of what else happened."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from collab_chat.core.markings import may_read
from collab_chat.models import Event, Message, ReactionMark, Task
from collab_chat.queries.events import events_about, reminded_task, sealed_for
from collab_chat.queries.tasks import readable_tasks
from collab_chat.schemas.events import Kind
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing

PAGE = 50  # messages and lines at a time
# What is told by a line between the messages; the rest shows on the message or in a panel.
LINES = frozenset(
    {
        Kind.ROOM_CREATED,
        Kind.ROOM_CHANGED,
        Kind.MEMBER_JOINED,
        Kind.MEMBER_CHANGED,
        Kind.MEMBER_LEFT,
        Kind.CASE_OPENED,
        Kind.CASE_MOVED,
        Kind.CASE_GRADED,
        Kind.CASE_STAFFED,
        Kind.CASE_ORGANISATIONS,
        Kind.CASE_LINKED,
        Kind.CASE_REOPENED,
        Kind.SIGNAL_LINKED,
        Kind.EVIDENCE_ADDED,
        Kind.EVIDENCE_CAPTURED,
        Kind.EVIDENCE_FAILED,
        Kind.TASK_ADDED,
        Kind.TASK_CHANGED,
        Kind.VOTE_CAST,
        Kind.OBJECTION_RAISED,
        Kind.OBJECTION_LIFTED,
        Kind.WAIT_SHORTENED,
        Kind.DECISION_MADE,
        Kind.ATTRIBUTION_STATED,
        Kind.REACTION_CHOSEN,
        Kind.REPORT_SAVED,
        Kind.REMINDER_GIVEN,
    }
)


@dataclass(frozen=True)
class Stretch:
    """What follows each other in a room, by sequence number; `earlier`, `later`: there is more on that side.

    `picked`: single ones, between which others may stand. `tasks`: by number, what those tasks say that reminders name.
    """

    messages: Sequence[Message] = ()
    lines: Sequence[Event] = ()
    reactions: Mapping[int, Sequence[ReactionMark]] | None = None
    earlier: bool = False
    later: bool = False
    picked: bool = False
    tasks: Mapping[int, str] = field(default_factory=dict)


def stretch_before(
    session: Session, standing: Standing, before: int | None = None, *, most: int = PAGE
) -> Stretch:
    """Return what was said before a sequence number (None: the last)."""
    messages = _messages(standing).order_by(Message.seq.desc()).limit(most + 1)
    lines = _lines(standing).order_by(Event.seq.desc()).limit(most + 1)
    if before is not None:
        messages, lines = messages.where(Message.seq < before), lines.where(Event.seq < before)
    found = session.scalars(messages).all()
    told = session.scalars(lines).all()
    kept = set(sorted([*(one.seq for one in found), *(one.seq for one in told)], reverse=True)[:most])
    return _stretch(session, standing, found, told, kept, earlier=len(found) + len(told) > len(kept))


def stretch_around(session: Session, standing: Standing, at: int, *, most: int = PAGE) -> Stretch:
    """Return what was said around a sequence number: where a link leads."""
    earlier = stretch_before(session, standing, at, most=most // 2)
    messages = _messages(standing).where(Message.seq >= at).order_by(Message.seq).limit(most + 1)
    lines = _lines(standing).where(Event.seq >= at).order_by(Event.seq).limit(most + 1)
    found = session.scalars(messages).all()
    told = session.scalars(lines).all()
    kept = set(sorted([*(one.seq for one in found), *(one.seq for one in told)])[:most])
    later = _stretch(session, standing, found, told, kept)
    return Stretch(
        [*earlier.messages, *later.messages],
        [*earlier.lines, *later.lines],
        {**(earlier.reactions or {}), **(later.reactions or {})},
        earlier=earlier.earlier,
        later=len(found) + len(told) > len(kept),
        tasks={**earlier.tasks, **later.tasks},
    )


def ones(session: Session, standing: Standing, seqs: Collection[int]) -> Stretch:
    """Return single messages (replies too) and lines."""
    found = session.scalars(
        select(Message).where(Message.room_id == standing.room_id, Message.seq.in_(seqs))
    ).all()
    told = session.scalars(_lines(standing).where(Event.seq.in_(seqs))).all()
    return replace(_stretch(session, standing, found, told, set(seqs)), picked=True)


def thread_of(session: Session, standing: Standing, begun: int) -> Stretch:
    """Return the message that began a thread, and its answers."""
    found = session.scalars(
        select(Message)
        .where(Message.room_id == standing.room_id, (Message.seq == begun) | (Message.thread_seq == begun))
        .order_by(Message.seq)
    ).all()
    return _stretch(session, standing, found, (), {one.seq for one in found})


def pinned_in(session: Session, standing: Standing) -> Stretch:
    """Return what is pinned."""
    found = session.scalars(
        select(Message)
        .where(Message.room_id == standing.room_id, Message.pinned.is_(True))
        .order_by(Message.seq.desc())
    ).all()
    return _stretch(session, standing, found, (), {one.seq for one in found})


def versions_of(session: Session, room_id: uuid.UUID, seq: int) -> Sequence[Event]:
    """Return the events that gave a message its words: its posting, then its edits."""
    return [
        session.get_one(Event, (room_id, seq)),
        *events_about(session, room_id, seq, [Kind.MESSAGE_EDITED]),
    ]


def has_reacted(session: Session, standing: Standing, seq: int, emoji: str) -> bool:
    """Say whether somebody put this emoji on a message."""
    return session.get(ReactionMark, (standing.room_id, seq, standing.person_id, emoji)) is not None


def _messages(standing: Standing) -> Select[Message]:
    return select(Message).where(Message.room_id == standing.room_id, Message.thread_seq.is_(None))


def _lines(standing: Standing) -> Select[Event]:
    kinds = [kind.value for kind in LINES]
    return select(Event).where(Event.room_id == standing.room_id, Event.kind.in_(kinds))


def _stretch(
    session: Session,
    standing: Standing,
    messages: Sequence[Message],
    lines: Sequence[Event],
    kept: Collection[int],
    *,
    earlier: bool = False,
) -> Stretch:
    found = sorted((one for one in messages if one.seq in kept), key=lambda one: one.seq)
    sealed = sealed_for(session, standing, lines)
    told = sorted(
        (one for one in lines if one.seq in kept and (one.seq not in sealed or _told_blind(standing, one))),
        key=lambda one: one.seq,
    )
    return Stretch(
        found,
        told,
        _reactions(session, standing.room_id, [one.seq for one in found]),
        earlier=earlier,
        tasks=_reminded_of(session, standing, told),
    )


def _reminded_of(session: Session, standing: Standing, lines: Sequence[Event]) -> Mapping[int, str]:
    """Return what the tasks say that reminders name, as far as they may be read."""
    named = {seq for one in lines if (seq := reminded_task(one)) is not None}
    readable = readable_tasks(session, standing, named)
    if not readable:
        return {}
    tasks = select(Task).where(Task.room_id == standing.room_id, Task.seq.in_(readable))
    return {one.seq: one.text for one in session.scalars(tasks)}


def _told_blind(standing: Standing, event: Event) -> bool:
    """Say whether it may be told that something happened, though not what: that somebody voted."""
    return event.kind == Kind.VOTE_CAST.value and may_read(
        standing,
        Tlp(event.tlp),
        author=event.author_id,
        organisation=event.organisation_id,
        readers=event.readers,
    )


def _reactions(
    session: Session, room_id: uuid.UUID, seqs: Collection[int]
) -> Mapping[int, Sequence[ReactionMark]]:
    found: dict[int, list[ReactionMark]] = {}
    if not seqs:
        return found
    marks = session.scalars(
        select(ReactionMark)
        .where(ReactionMark.room_id == room_id, ReactionMark.message_seq.in_(seqs))
        .order_by(ReactionMark.seq)
    )
    for one in marks:
        found.setdefault(one.message_seq, []).append(one)
    return found
