"""What each reader is given is what the rule of markings says, however frames are shared."""

import uuid
from dataclasses import replace

import orjson

from collab_chat.actions.appending import Marking
from collab_chat.actions.marking import mark_message, set_reaction
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.actions.rooms import change_room, move_member
from collab_chat.queries.events import events_after, sealed_for
from collab_chat.queries.live import standings_of
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from collab_chat.service.live.channel import Channel, Follower
from collab_chat.service.live.frames import Frame
from collab_chat.service.live.wires import Wire, wires_of
from common.accounts.actors import Role, operator
from common.accounts.models import Person
from common.db import Database
from tests.collab_chat.making import START, organisation, person, room_with


class Nobody:
    """A reader who is given nothing."""

    def __init__(self, person_id: uuid.UUID) -> None:
        self.person_id = person_id

    def tell(self, frame: Frame, *, passing: bool = False) -> None: ...

    def end(self, code: int) -> None: ...


def _lively_room(database: Database) -> tuple[uuid.UUID, dict[uuid.UUID, Standing]]:
    """Make a room with messages of every marking, some marked anew, edited, redacted."""
    with database.write() as session:
        press, state = organisation(session, "Press"), organisation(session, "State")
        ada = person(session, "Ada", Role.COORDINATOR, press)
        ben, cy = person(session, "Ben", Role.MEMBER, press), person(session, "Cy", Role.MEMBER, state)
        gus = person(session, "Gus", Role.GUEST)
        room = room_with(session, ada, (ben, Role.MEMBER), (cy, Role.MEMBER), (gus, Role.GUEST))
        room.tlp = Tlp.CLEAR.value
        assert cy.person_id is not None
        readers = frozenset({cy.person_id})
        for tlp in Tlp:
            for author in (ada, cy, gus):
                marking = Marking(tlp, readers if tlp is Tlp.RED else frozenset())
                post_message(session, author, room.id, Draft(f"{tlp}", marking=marking), at=START)
        narrowed = post_message(session, ada, room.id, Draft("for all"), at=START)
        edit_message(session, ada, room.id, narrowed.seq, "for all, better", at=START)
        set_reaction(session, ben, room.id, narrowed.seq, "👍", on=True, at=START)
        mark_message(session, ada, room.id, narrowed.seq, Tlp.RED, readers, at=START)
        gone = post_message(session, ada, room.id, Draft("soon gone"), at=START)
        redact_message(session, ada, room.id, gone.seq, at=START)
        return room.id, standings_of(session, room.id)


def test_shared_frames_open_what_the_rule_opens(database: Database) -> None:
    room_id, standings = _lively_room(database)
    with database.read() as session:
        events = events_after(session, room_id, 0)
        wires = wires_of(session, room_id, events)
        sealed = {who: sealed_for(session, standing, events) for who, standing in standings.items()}
    channel = Channel(room_id, "epoch", 0, standings)
    for run in (wires, wires[:9], wires[-3:]):
        for who, standing in standings.items():
            follower = Follower.of(Nobody(who), standing)
            told = orjson.loads(channel.views(run).frame_for(follower).body)["events"]
            assert [event["seq"] for event in told] == [wire.seq for wire in run]
            closed = {event["seq"] for event in told if event.get("sealed")}
            erased = {event["seq"] for event in told if event.get("erased")}
            assert closed == (sealed[who] & {wire.seq for wire in run}) - erased
            assert all(event["content"] is None for event in told if event["seq"] in closed | erased)


def test_the_same_run_is_encoded_once_for_who_reads_the_same(database: Database) -> None:
    room_id, standings = _lively_room(database)
    with database.read() as session:
        wires = wires_of(session, room_id, events_after(session, room_id, 5, most=3))  # TLP:CLEAR
    channel = Channel(room_id, "epoch", 0, standings)
    frames = {
        id(channel.views(wires).frame_for(Follower.of(Nobody(who), standing)))
        for who, standing in standings.items()
    }
    assert len(frames) == 1  # nothing in it is for some only


def test_what_changes_the_past_is_read_anew(database: Database) -> None:
    room_id, standings = _lively_room(database)
    with database.read() as session:
        wires = wires_of(session, room_id, events_after(session, room_id, 0))
    channel = Channel(room_id, "epoch", 0, standings)
    channel.advance(wires)
    last = max(wire.seq for wire in wires if wire.kind == "message.redacted")
    assert channel.kept_after(last - 2) is None  # what stood before the redaction is not kept
    assert channel.kept_after(last - 1) is not None


def test_an_edit_that_narrows_its_message_takes_its_first_words_back(database: Database) -> None:
    """The room was narrowed since: who comes later is given of the message what the log gives them now."""
    with database.write() as session:
        press, state = organisation(session, "Press"), organisation(session, "State")
        ada = person(session, "Ada", Role.COORDINATOR, press)
        cy = person(session, "Cy", Role.MEMBER, state)
        room = room_with(session, ada, (cy, Role.MEMBER))
        posted = post_message(session, ada, room.id, Draft("a source"), at=START).seq
        change_room(session, ada, room.id, RoomChanged(tlp=Tlp.AMBER_STRICT), at=START)
        plain = post_message(session, ada, room.id, Draft("another"), at=START).seq
        edit_message(session, ada, room.id, plain, "another one", at=START)
        before = room.head_seq
        edit_message(session, ada, room.id, posted, "a better source", at=START)
    with database.read() as session:
        events = events_after(session, room.id, 0)
        last = wires_of(session, room.id, events[-1:])
        standings = standings_of(session, room.id)
    earlier = [_as_before(wire) if wire.seq == posted else wire for wire in _wires(database, room.id, before)]
    channel = Channel(room.id, "epoch", 0, standings)
    channel.advance(earlier)
    assert channel.kept_after(0) == earlier  # an edit that narrows nothing drops nothing
    channel.advance(last)
    assert channel.kept_after(0) is None


def _wires(database: Database, room_id: uuid.UUID, upto: int) -> list[Wire]:
    with database.read() as session:
        return wires_of(
            session, room_id, [one for one in events_after(session, room_id, 0) if one.seq <= upto]
        )


def _as_before(wire: Wire) -> Wire:
    """Return a message as it was encoded before its edit narrowed it."""
    return replace(wire, protection=replace(wire.protection, tlp=Tlp.AMBER))


def test_who_changes_their_organisation_is_given_what_the_new_one_may_read(database: Database) -> None:
    with database.write() as session:
        press, state = organisation(session, "Press"), organisation(session, "State")
        ada = person(session, "Ada", Role.COORDINATOR, press)
        ben, cy = person(session, "Ben", Role.MEMBER, press), person(session, "Cy", Role.MEMBER, state)
        room = room_with(session, ada, (ben, Role.MEMBER), (cy, Role.MEMBER))
        assert ben.person_id is not None
        standings, head = standings_of(session, room.id), room.head_seq
        session.get_one(Person, ben.person_id).organisation_id = state
        move_member(session, operator("job"), ben.person_id, at=START)
        strict = Marking(Tlp.AMBER_STRICT)
        ours, theirs = (
            post_message(session, who, room.id, Draft("strict", marking=strict), at=START).seq
            for who in (ada, cy)
        )
    with database.read() as session:
        wires = wires_of(session, room.id, events_after(session, room.id, head))
    channel = Channel(room.id, "epoch", head, standings)
    follower = Follower.of(Nobody(ben.person_id), standings[ben.person_id])
    channel.followers[follower] = None
    channel.advance(wires)
    told = orjson.loads(channel.views(wires).frame_for(follower).body)["events"]
    closed = {event["seq"] for event in told if event.get("sealed")}
    assert (ours in closed, theirs in closed) == (True, False)
