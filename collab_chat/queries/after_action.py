"""All that an output of a case is written from, as far as its taker may read it and its readers may have it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import (
    Case,
    Decision,
    Event,
    Evidence,
    Link,
    Member,
    Message,
    Objection,
    ReactionTaken,
    ReportVersion,
    Room,
    Task,
    Vote,
)
from collab_chat.queries.cases import TELLING, readable_case
from collab_chat.queries.events import about, sealed_for
from collab_chat.queries.rooms import members_of, room_of
from collab_chat.schemas.events import Kind
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Standing
from common.errors import Conflict
from common.i18n import gettext as _

T = TypeVar("T", Decision, Evidence, Link, Message, Objection, ReactionTaken, ReportVersion, Task)
QUIET = frozenset(
    {
        Kind.ROOM_CREATED,
        Kind.MESSAGE_EDITED,
        Kind.MESSAGE_PINNED,
        Kind.MESSAGE_MARKED,
        Kind.MESSAGE_CARDED,
        Kind.MESSAGE_REDACTED,
        Kind.REACTION_SET,
    }
)  # not counted and not told: the room, and what became of a message that is counted


@dataclass(frozen=True)
class Gathered:
    """The rows that go out. `seqs`: the events that do; everything else here follows from them."""

    standing: Standing
    audience: Tlp
    marking: Tlp
    room: Room
    case: Case
    members: Sequence[Member]
    events: Sequence[Event]
    pinned: Sequence[Message]
    decisions: Sequence[Decision]
    votes: Sequence[Vote]
    objections: Sequence[Objection]
    reactions: Sequence[ReactionTaken]
    evidence: Sequence[Evidence]
    tasks: Sequence[Task]
    links: Sequence[Link]
    report: ReportVersion | None
    seqs: frozenset[int]
    left_out: int
    kept_back: int
    sealed_votes: dict[int, int]  # undecided round → how many sheets


@dataclass(frozen=True)
class Reach:
    """What an output for an audience would hold: for choosing one."""

    audience: Tlp
    included: int
    left_out: int
    kept_back: int


def audiences(room: Room) -> Sequence[Tlp]:
    """Return the audiences that a case can be taken out for: its own marking, and narrower ones."""
    return [one for one in Tlp if one.rank >= Tlp(room.tlp).rank]


def gather(session: Session, standing: Standing, audience: Tlp | None = None) -> Gathered:
    """Return what goes out to an audience; by default that of the case's marking.

    Raises:
        NotFound: the room has no case, or it is not theirs. Conflict: the case's marking is narrower than the audience.
    """
    room, case = room_of(session, standing.room_id), readable_case(session, standing)
    audience = Tlp(room.tlp) if audience is None else audience
    if audience not in audiences(room):
        raise Conflict(
            _("This case is %(tlp)s: nothing of it may go to a wider audience than that.") % {"tlp": Tlp(room.tlp).label}
        )  # fmt: skip
    events, sealed, tlps = _events(session, standing)
    told = [one for one in events if one.kind in _TOLD]
    if any(tlps[one.seq].rank > audience.rank for one in told):
        raise Conflict(_("What this case is about bears a narrower marking than that."))
    fitting = {one.seq for one in events if one.content is not None and tlps[one.seq].rank <= audience.rank}
    seqs = frozenset(fitting - sealed)
    counted = [one for one in events if one.content is not None and Kind(one.kind) not in QUIET]
    decisions = _of(session, Decision, room.id, seqs)
    decided = {one.round for one in decisions}
    votes = session.scalars(select(Vote).where(Vote.room_id == room.id).order_by(Vote.round, Vote.seq)).all()
    waiting = [one for one in votes if one.round not in decided]
    unread = {one.seq for one in counted if one.seq in sealed} - {
        one.seq
        for one in counted
        if one.kind == Kind.VOTE_CAST.value and (one.content or {})["round"] not in decided
    }
    retold = {
        (one.content or {})["task"]
        for one in counted
        if one.kind == Kind.TASK_CHANGED.value and one.seq not in seqs
    }
    return Gathered(
        standing=standing,
        audience=audience,
        marking=strictest(Tlp(room.tlp), *(tlps[seq] for seq in seqs)),
        room=room,
        case=case,
        members=members_of(session, room.id, gone=True),
        events=[one for one in counted if one.seq in seqs],
        pinned=[one for one in _of(session, Message, room.id, seqs) if one.pinned and one.redacted_seq is None],
        decisions=decisions,
        votes=[one for one in votes if one.round in decided and one.seq in seqs],
        objections=_of(session, Objection, room.id, seqs),
        reactions=_of(session, ReactionTaken, room.id, seqs),
        evidence=_of(session, Evidence, room.id, seqs),
        tasks=[one for one in _of(session, Task, room.id, seqs) if one.seq not in retold],
        links=_of(session, Link, room.id, seqs),
        report=max(_of(session, ReportVersion, room.id, seqs), key=lambda one: one.number, default=None),
        seqs=seqs,
        left_out=sum(one.seq not in sealed and one.seq not in fitting for one in counted),
        kept_back=len(unread),
        sealed_votes={number: sum(one.round == number for one in waiting) for number in {one.round for one in waiting}},
    )  # fmt: skip


_TOLD = frozenset(one.value for one in TELLING)


def reaches(session: Session, standing: Standing) -> Sequence[Reach]:
    """Return what outputs for each possible audience would hold."""
    room = room_of(session, standing.room_id)
    events, sealed, tlps = _events(session, standing)
    counted = [one for one in events if one.content is not None and Kind(one.kind) not in QUIET]
    open_ = [one for one in counted if one.seq not in sealed]
    found = []
    for audience in audiences(room):
        inside = sum(tlps[one.seq].rank <= audience.rank for one in open_)
        found.append(Reach(audience, inside, len(open_) - inside, len(counted) - len(open_)))
    return found


def _events(session: Session, standing: Standing) -> tuple[Sequence[Event], set[int], dict[int, Tlp]]:
    """Return a room's events, those that are not for this reader, and how each is marked now."""
    events = session.scalars(select(Event).where(Event.room_id == standing.room_id).order_by(Event.seq)).all()
    messages = {
        one.seq: one for one in session.scalars(select(Message).where(Message.room_id == standing.room_id))
    }
    tlps = {}
    for one in events:
        message = messages.get(about(one) or 0)
        tlps[one.seq] = Tlp(message.tlp if message is not None else one.tlp)
    return events, sealed_for(session, standing, events), tlps


def _of(session: Session, table: type[T], room_id: uuid.UUID, seqs: frozenset[int]) -> list[T]:
    found = session.scalars(select(table).where(table.room_id == room_id).order_by(table.seq)).all()
    return [one for one in found if one.seq in seqs]
