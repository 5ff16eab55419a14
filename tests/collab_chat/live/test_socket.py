"""What a client may rely on, frame by frame, on both databases."""

import uuid
from collections.abc import Callable

import pytest
from starlette.websockets import WebSocketDisconnect

from collab_chat.actions.marking import mark_message
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.rooms import change_room, leave_room
from collab_chat.models import Message
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from tests.collab_chat.live.conftest import House, Socket

Join = Callable[..., Socket]


def test_a_message_is_acked_then_reaches_everybody(house: House, joined: Join) -> None:
    ada, ben = joined("Ada"), joined("Ben")
    cid = str(uuid.uuid4())
    ada.say("send", room=str(house.room), cid=cid, text="Hello *all*")
    ack = ada.next()
    assert (ack["t"], ack["cid"]) == ("ack", cid)
    for socket in (ada, ben):
        told = socket.until("events")
        (event,) = told["events"]
        assert event["seq"] == ack["seq"]
        assert event["content"]["text"] == "Hello *all*"
        assert "<em>all</em>" in event["html"]
        assert event["author"] == str(house.people["Ada"].person_id)


def test_sending_twice_stores_once(house: House, joined: Join) -> None:
    ada = joined("Ada")
    cid = str(uuid.uuid4())
    said = {"room": str(house.room), "cid": cid, "text": "Once"}
    ada.say("send", **said)
    ada.say("send", **said)
    acks = [ada.until("ack"), ada.until("ack")]
    assert acks[0]["seq"] == acks[1]["seq"]


def test_a_backlog_comes_in_one_frame_and_goes_on(house: House, joined: Join) -> None:
    for number in range(30):
        house.act(post_message, "Ada", house.room, Draft(f"message {number}"))
    with house.socket("Ben") as session:
        ben = Socket(session)
        ben.next()
        hello = ben.sub(str(house.room), after=5)
        assert hello["resume"] is True
        events = ben.next()["events"]
        assert [event["seq"] for event in events] == list(range(6, hello["head_seq"] + 1))
        house.act(post_message, "Ada", house.room, Draft("later"))
        assert ben.until("events")["events"][0]["seq"] == hello["head_seq"] + 1


def test_what_happened_while_away_arrives_like_anything_else(house: House, joined: Join) -> None:
    posted = house.act(post_message, "Ada", house.room, Draft("first words"))
    ada = joined("Ada", after=posted.seq)
    ada.say("edit", room=str(house.room), cid=str(uuid.uuid4()), message=posted.seq, text="better words")
    ada.until("ack")
    ada.say("react", room=str(house.room), cid=str(uuid.uuid4()), message=posted.seq, emoji="👍", on=True)
    ada.until("ack")
    client = house.follower()
    with house.socket("Ben") as session:
        ben = Socket(session)
        ben.next()
        for said in client.connect():
            ben.say(**said)
        while client.last < posted.seq + 2:
            client.take(ben.next())
    message = client.state[posted.seq]
    assert (message["text"], message["edited"], len(message["reactions"])) == ("better words", True, 1)


def test_a_new_epoch_asks_for_a_snapshot(house: House) -> None:
    with house.socket("Ben") as session:
        ben = Socket(session)
        ben.next()
        assert ben.sub(str(house.room), epoch="before", after=2)["resume"] is False
        assert ben.next()["t"] == "snapshot-needed"
    snapshot = house.client.get(f"/api/v1/rooms/{house.room}/snapshot", headers=house.headers("Ben")).json()
    assert snapshot["as_of_seq"] == 5
    assert {one["name"] for one in snapshot["members"]} == {"Ada", "Ben", "Cy", "Gus"}


def test_following_heads_only(house: House, joined: Join) -> None:
    ben = joined("Ben", follow="head")
    posted = house.act(post_message, "Ada", house.room, Draft("news"))
    assert ben.next() == {"t": "head", "room": str(house.room), "head_seq": posted.seq}


def test_a_foreign_room_is_not_found(house: House) -> None:
    with house.socket("Eve") as session:
        eve = Socket(session)
        eve.next()
        for room in (str(house.room), str(uuid.uuid4())):
            nack = eve.sub(room)
            assert (nack["t"], nack["code"]) == ("nack", "not_found")
            eve.say("send", room=room, cid=str(uuid.uuid4()), text="hello")
            assert eve.next()["code"] == "not_found"


def test_a_removed_member_is_shown_out_at_once(house: House, joined: Join) -> None:
    ben, cy = joined("Ben"), joined("Cy")
    house.act(leave_room, "Ada", house.room, house.people["Ben"].person_id)
    assert ben.next()["t"] == "gone"
    with pytest.raises(WebSocketDisconnect) as closed:
        ben.next()
    assert closed.value.code == 4001
    assert cy.until("events")["events"][0]["kind"] == "member.left"


@pytest.mark.parametrize(
    ("marking", "readers"),
    [
        (Tlp.AMBER, {"Ada", "Ben", "Cy"}),
        (Tlp.RED, {"Ada", "Cy"}),
        (Tlp.AMBER_STRICT, {"Ada"}),
    ],
)
def test_a_marking_is_asked_at_fan_out_and_in_the_backlog(
    house: House, joined: Join, marking: Tlp, readers: set[str]
) -> None:
    sockets = {name: joined(name) for name in ("Ada", "Ben", "Cy", "Gus")}
    to = [str(house.people["Cy"].person_id)] if marking is Tlp.RED else []
    sockets["Ada"].say(
        "send", room=str(house.room), cid=str(uuid.uuid4()), text="for few", tlp=marking.value, to=to
    )
    seq = sockets["Ada"].until("ack")["seq"]
    for name, socket in sockets.items():
        (event,) = socket.until("events")["events"]
        assert ("for few" in str(event)) is (name in readers)
        assert event.get("sealed", False) is (name not in readers)
        late = joined(name, after=seq - 1)
        assert ("for few" in str(late.until("events"))) is (name in readers)


@pytest.mark.parametrize("least", [Tlp.AMBER, Tlp.RED])
def test_who_names_readers_says_it_to_them_alone(house: House, joined: Join, least: Tlp) -> None:
    house.act(change_room, "Ada", house.room, RoomChanged(tlp=least))
    ben = str(house.people["Ben"].person_id)
    ada = joined("Ada")
    for door in ("socket", "form"):
        cid = str(uuid.uuid4())
        if door == "socket":
            ada.say("send", room=str(house.room), cid=cid, text="For Ben", to=[ben])
            seq = ada.until("ack")["seq"]
        else:
            path = f"/en/rooms/{house.room}/messages"
            form = {"text": "For Ben", "to": ben, "cid": cid}
            house.client.post(path, data=form, headers=house.headers("Ada"))
            seq += 1
        with house.services.database.read() as session:
            said = session.get_one(Message, (house.room, seq))
            assert (said.text, said.tlp) == ("For Ben", "red")
            assert ben in said.readers
            assert str(house.people["Cy"].person_id) not in said.readers, door


def test_a_narrowed_message_leaves_the_backlog_of_others(house: House, joined: Join) -> None:
    posted = house.act(post_message, "Ada", house.room, Draft("too much"))
    joined("Ben", after=0).until("events")
    to = (house.people["Cy"].person_id,)
    marked = house.act(mark_message, "Ada", house.room, posted.seq, Tlp.RED, to)
    with house.socket("Ben") as session:
        ben = Socket(session)
        ben.next()
        client = house.follower()
        ben.say(**client.connect()[0])
        while client.last < marked.seq:
            client.take(ben.next())
    assert client.state[posted.seq]["text"] is None
