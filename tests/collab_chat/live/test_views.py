"""What each reader is given is what the rule of markings says, however frames are shared."""

import uuid

import orjson

from collab_chat.actions.appending import Marking
from collab_chat.actions.marking import mark_message, set_reaction
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.queries.events import events_after, sealed_for
from collab_chat.queries.live import standings_of
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from collab_chat.service.live.channel import Channel, Follower
from collab_chat.service.live.frames import Frame
from collab_chat.service.live.wires import wires_of
from common.accounts.actors import Role
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
