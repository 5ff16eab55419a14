"""Rooms and their members, from the log."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab_chat.actions.projecting.projector import Projector, of
from collab_chat.models import Event, Member, Mention, Room
from collab_chat.schemas.events import (
    Kind,
    MemberChanged,
    MemberForgotten,
    MemberJoined,
    MemberLeft,
    RoomChanged,
    RoomCreated,
)


def _created(session: Session, room: Room, event: Event, content: RoomCreated | None) -> None:  # noqa: ARG001
    if content is None:
        return
    room.name, room.topic, room.kind = content.name, content.topic, content.kind.value
    room.tlp, room.exercise_id, room.archived = content.tlp.value, content.exercise, False


def _changed(session: Session, room: Room, event: Event, content: RoomChanged | None) -> None:  # noqa: ARG001
    if content is None:
        return
    room.name = room.name if content.name is None else content.name
    room.topic = room.topic if content.topic is None else content.topic
    room.tlp = room.tlp if content.tlp is None else content.tlp.value
    room.archived = room.archived if content.archived is None else content.archived


def _joined(session: Session, room: Room, event: Event, content: MemberJoined | None) -> None:
    if content is None:
        return  # `_forgotten` and `_left` name the person whose name was erased
    member = session.get(Member, (room.id, content.person))
    if member is None:
        member = Member(room_id=room.id, person_id=content.person, joined_seq=event.seq, joined_at=event.at)
        session.add(member)
    member.name, member.role = content.name, content.role.value
    member.organisation_id, member.organisation_name = content.organisation, content.organisation_name
    member.joined_seq, member.joined_at, member.left_seq = event.seq, event.at, None
    session.flush()


def _role(session: Session, room: Room, event: Event, content: MemberChanged | None) -> None:  # noqa: ARG001
    if content is None:
        return
    member = _of(session, room, content.person)
    member.role = content.role.value
    if content.organisation_name is not None:
        member.organisation_id, member.organisation_name = content.organisation, content.organisation_name


def _left(session: Session, room: Room, event: Event, content: MemberLeft | None) -> None:
    if content is not None:
        _of(session, room, content.person).left_seq = event.seq


def _forgotten(session: Session, room: Room, event: Event, content: MemberForgotten | None) -> None:
    """Erase names; a rebuilt log had them erased already, and gets the same nameless row."""
    if content is None:
        return
    member = session.get(Member, (room.id, content.person))
    if member is None:
        member = Member(room_id=room.id, person_id=content.person)
        session.add(member)
    session.execute(
        delete(Mention).where(Mention.room_id == room.id, Mention.person_id == content.person)
    )  # a rebuilt log no longer knows whether they were there when everybody was called
    member.name, member.organisation_id, member.organisation_name = "", None, ""
    member.role, member.joined_seq, member.joined_at, member.left_seq = (
        "guest",
        event.seq,
        event.at,
        event.seq,
    )
    session.flush()


def _of(session: Session, room: Room, person_id: object) -> Member:
    member = session.get(Member, (room.id, person_id))
    if member is None:  # the joining was erased: a nameless row, which `_forgotten` completes
        member = Member(
            room_id=room.id,
            person_id=person_id,
            name="",
            role="guest",
            joined_seq=0,
            joined_at=room.created_at,
        )
        session.add(member)
        session.flush()
    return member


PROJECTORS: dict[Kind, Projector] = {
    Kind.ROOM_CREATED: of(RoomCreated, _created),
    Kind.ROOM_CHANGED: of(RoomChanged, _changed),
    Kind.MEMBER_JOINED: of(MemberJoined, _joined),
    Kind.MEMBER_CHANGED: of(MemberChanged, _role),
    Kind.MEMBER_LEFT: of(MemberLeft, _left),
    Kind.MEMBER_FORGOTTEN: of(MemberForgotten, _forgotten),
}
