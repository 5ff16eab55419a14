"""What each action of the conversation refuses, by role and by marking; invitations, reading, forgetting."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.forgetting import forget_member
from collab_chat.actions.invitations import accept_invitation, invite, revoke_invitation
from collab_chat.actions.log_exports import take_log
from collab_chat.actions.marking import mark_message, pin_message, set_reaction
from collab_chat.actions.messages import Draft, card_message, edit_message, post_message, redact_message
from collab_chat.actions.reading import move_pointer
from collab_chat.actions.rebuilding import rebuild_room
from collab_chat.actions.rooms import change_room, leave_room
from collab_chat.models import Event, Member, Message
from collab_chat.queries.events import readable
from collab_chat.queries.inbox import inbox_of
from collab_chat.queries.reading import Unread, first_unread, seen_by, unread_in
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.schemas.events import Quote, RoomChanged
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import ANONYMOUS, Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded, TooLarge
from tests.collab_chat.making import START, organisation, person, room_with


class Room:
    """A room marked GREEN: Ada coordinates, Ben and Bo are of one organisation, Cai of another, Dee a guest; Eve is not in it."""

    def __init__(self, database: Database) -> None:
        with database.write() as session:
            first, second = organisation(session, "First"), organisation(session, "Second")
            self.ada = person(session, "Ada", Role.COORDINATOR, second)
            self.ben = person(session, "Ben", Role.MEMBER, first)
            self.bo = person(session, "Bo", Role.MEMBER, first)
            self.cai = person(session, "Cai", Role.MEMBER, second)
            self.dee = person(session, "Dee", Role.GUEST)
            self.eve = person(session, "Eve", Role.ADMIN)
            members = [
                (self.ben, Role.MEMBER),
                (self.bo, Role.MEMBER),
                (self.cai, Role.MEMBER),
                (self.dee, Role.GUEST),
            ]
            self.id = room_with(session, self.ada, *members).id
            change_room(session, self.ada, self.id, RoomChanged(tlp=Tlp.GREEN), at=START)
            self.said = post_message(session, self.ben, self.id, Draft("Hello"), at=START).seq

    def say(self, session: Session, tlp: Tlp, *to: Actor) -> int:
        marking = Marking(tlp, frozenset(_id(one) for one in to))
        return post_message(session, self.ben, self.id, Draft("For some", marking=marking), at=START).seq


def _id(actor: Actor) -> uuid.UUID:
    assert actor.person_id is not None
    return actor.person_id


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


Acting = Callable[[Session, Actor, Room, int], object]
ON_MESSAGES: dict[str, Acting] = {
    "answer": lambda s, a, r, n: post_message(s, a, r.id, Draft("Yes", thread=n), at=START),
    "edit": lambda s, a, r, n: edit_message(s, a, r.id, n, "Other", at=START),
    "redact": lambda s, a, r, n: redact_message(s, a, r.id, n, at=START),
    "react": lambda s, a, r, n: set_reaction(s, a, r.id, n, "👍", on=True, at=START),
    "pin": lambda s, a, r, n: pin_message(s, a, r.id, n, on=True, at=START),
    "mark": lambda s, a, r, n: mark_message(s, a, r.id, n, Tlp.AMBER, at=START),
    "seen by": lambda s, a, r, n: seen_by(s, standing_in(s, a, r.id), n),
    "quote": lambda s, a, r, n: post_message(
        s,
        a,
        r.id,
        Draft("", quote=Quote(room=r.id, seq=n, text="forged", author="", tlp=Tlp.CLEAR)),
        at=START,
    ),
}
READERS = {
    Tlp.CLEAR: "ada ben bo cai dee",
    Tlp.GREEN: "ada ben bo cai dee",
    Tlp.AMBER: "ada ben bo cai",
    Tlp.AMBER_STRICT: "ben bo",
    Tlp.RED: "ben dee",
}


@pytest.mark.parametrize("tlp", Tlp)
@pytest.mark.parametrize("what", ON_MESSAGES)
def test_nobody_does_anything_with_a_message_that_is_not_for_them(
    room: Room, database: Database, what: str, tlp: Tlp
) -> None:
    with database.write() as session:
        seq = room.say(session, tlp, room.dee)
        for name in ("ada", "bo", "cai", "dee", "eve"):
            actor: Actor = getattr(room, name)
            if name in READERS[tlp].split():
                continue
            with pytest.raises(NotFound):
                ON_MESSAGES[what](session, actor, room, seq)
        assert room_of(session, room.id).head_seq == seq


REFUSED: dict[str, tuple[str, type[Exception], Acting]] = {
    "a guest pins": ("dee", Forbidden, ON_MESSAGES["pin"]),
    "edits another's": ("ada", Forbidden, ON_MESSAGES["edit"]),
    "redacts another's": ("cai", Forbidden, ON_MESSAGES["redact"]),
    "marks another's": ("cai", Forbidden, ON_MESSAGES["mark"]),
    "wider than the room": ("ben", Invalid, lambda s, a, r, n: mark_message(s, a, r.id, n, Tlp.CLEAR, at=START)),
    "RED for nobody": ("ben", Invalid, lambda s, a, r, n: mark_message(s, a, r.id, n, Tlp.RED, at=START)),
    "RED for a stranger": (
        "ben", Invalid, lambda s, a, r, n: mark_message(s, a, r.id, n, Tlp.RED, [_id(r.eve)], at=START),
    ),
    "not an emoji": ("ben", Invalid, lambda s, a, r, n: set_reaction(s, a, r.id, n, "<b>", on=True, at=START)),
    "says nothing": ("ben", Invalid, lambda s, a, r, n: edit_message(s, a, r.id, n, "  ", at=START)),
    "says too much": ("ben", TooLarge, lambda s, a, r, n: edit_message(s, a, r.id, n, "x" * 20_001, at=START)),
    "half a character": ("ben", Invalid, lambda s, a, r, n: edit_message(s, a, r.id, n, "\ud800", at=START)),
    "a zero": ("ben", Invalid, lambda s, a, r, n: edit_message(s, a, r.id, n, "a\0b", at=START)),
    "unfolds links": ("ben", Forbidden, lambda s, a, r, n: card_message(s, a, r.id, n, [], at=START)),
    "invites": ("cai", Forbidden, lambda s, a, r, _: invite(s, a, r.id, Role.GUEST, at=START)),
    "invites above oneself": ("ada", Forbidden, lambda s, a, r, _: invite(s, a, r.id, Role.ADMIN, at=START)),
    "invites for ever": (
        "ada", Invalid, lambda s, a, r, _: invite(s, a, r.id, Role.GUEST, at=START, lasts=timedelta(days=99)),
    ),
    "invites everybody": (
        "ada", Invalid, lambda s, a, r, _: invite(s, a, r.id, Role.GUEST, at=START, uses=10_000),
    ),
    "revokes": ("cai", Forbidden, lambda s, a, r, _: revoke_invitation(s, a, r.id, "0", at=START)),
    "revokes nothing": ("ada", NotFound, lambda s, a, r, _: revoke_invitation(s, a, r.id, "0", at=START)),
    "forgets": ("cai", Forbidden, lambda s, a, r, _: forget_member(s, a, r.id, _id(r.dee), at=START)),
    "forgets who is there": ("ada", Conflict, lambda s, a, r, _: forget_member(s, a, r.id, _id(r.dee), at=START)),
    "forgets a stranger": ("ada", NotFound, lambda s, a, r, _: forget_member(s, a, r.id, _id(r.eve), at=START)),
    "reads a foreign room": ("eve", NotFound, lambda s, a, r, n: move_pointer(s, a, r.id, n, at=START)),
    "a guest takes the log": ("dee", Forbidden, lambda s, a, r, _: take_log(s, a, r.id, at=START)),
    "rebuilds": ("ada", Forbidden, lambda s, a, r, _: rebuild_room(s, a, r.id, at=START)),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_no_event(room: Room, database: Database, what: str) -> None:
    who, error, act = REFUSED[what]
    with database.write() as session, pytest.raises(error):
        act(session, getattr(room, who), room, room.said)
    with database.read() as session:
        assert room_of(session, room.id).head_seq == room.said


def test_nobody_who_is_not_signed_in_does_anything(room: Room, database: Database) -> None:
    with database.write() as session:
        for act in ON_MESSAGES.values():
            with pytest.raises(SignInNeeded):
                act(session, ANONYMOUS, room, room.said)
        with pytest.raises(SignInNeeded):
            accept_invitation(session, ANONYMOUS, "dir_x", at=START)


@pytest.mark.parametrize("what", sorted(set(ON_MESSAGES) - {"seen by", "answer", "quote"}))
def test_a_removed_message_is_left_alone(room: Room, database: Database, what: str) -> None:
    with database.write() as session:
        redact_message(session, room.ben, room.id, room.said, at=START)
        with pytest.raises(Conflict):
            ON_MESSAGES[what](session, room.ben, room, room.said)


def test_a_redaction_leaves_no_word(room: Room, database: Database) -> None:
    with database.write() as session:
        edit_message(session, room.ben, room.id, room.said, "Hello again", at=START)
        card_message(session, operator("job"), room.id, room.said, [], at=START)
        last = redact_message(session, room.ada, room.id, room.said, "named somebody", at=START)
        erased = [session.get_one(Event, (room.id, seq)) for seq in (room.said, room.said + 1, room.said + 2)]
        assert [(one.content, one.salt) for one in erased] == [(None, None)] * 3
        assert last.content is not None
        assert last.content["events"] == [one.seq for one in erased]
        assert session.get_one(Message, (room.id, room.said)).text == ""


def test_an_author_widens_and_others_only_narrow(room: Room, database: Database) -> None:
    with database.write() as session:
        seq = room.say(session, Tlp.AMBER)
        with pytest.raises(Forbidden):
            mark_message(session, room.ada, room.id, seq, Tlp.GREEN, at=START)
        with pytest.raises(
            Forbidden, match="Only who wrote"
        ):  # a narrower word, but Cai's organisation would gain nothing: Dee would
            mark_message(session, room.ada, room.id, seq, Tlp.RED, [_id(room.dee)], at=START)
        mark_message(session, room.ada, room.id, seq, Tlp.RED, [_id(room.ada), _id(room.cai)], at=START)
        mark_message(session, room.ben, room.id, seq, Tlp.GREEN, at=START)
        assert session.get_one(Message, (room.id, seq)).tlp == "green"


def test_a_quote_bears_at_least_its_marking_and_its_true_words(room: Room, database: Database) -> None:
    with database.write() as session:
        elsewhere = room_with(session, room.ada, (room.dee, Role.MEMBER), name="Elsewhere")
        change_room(session, room.ada, elsewhere.id, RoomChanged(tlp=Tlp.CLEAR), at=START)
        red = room.say(session, Tlp.RED, room.dee)
        forged = Quote(room=room.id, seq=red, text="Never said", author="Nobody", tlp=Tlp.CLEAR)
        event = post_message(session, room.dee, elsewhere.id, Draft("Look", quote=forged), at=START)
        message = session.get_one(Message, (elsewhere.id, event.seq))
        assert (message.tlp, message.readers) == ("red", [str(_id(room.dee))])  # Ben is not in that room
        assert message.quote is not None
        assert (message.quote["text"], message.quote["author"], message.quote["tlp"]) == (
            "For some",
            "Ben",
            "red",
        )
        with pytest.raises(Invalid):
            mark_message(session, room.dee, elsewhere.id, event.seq, Tlp.GREEN, at=START)


def test_in_a_red_room_those_present_are_the_readers(room: Room, database: Database) -> None:
    with database.write() as session:
        change_room(session, room.ada, room.id, RoomChanged(tlp=Tlp.RED), at=START)
        seq = post_message(session, room.ben, room.id, Draft("Here only"), at=START).seq
        readers = set(session.get_one(Message, (room.id, seq)).readers)
        assert readers == {str(_id(one)) for one in (room.ada, room.ben, room.bo, room.cai, room.dee)}


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.AMBER_STRICT])
def test_a_room_turned_red_opens_nothing_to_anybody(room: Room, database: Database, tlp: Tlp) -> None:
    """Edited, answered by a pin or taken away since: a message stays with those who could read it."""
    inside = {Tlp.AMBER: {"ada", "ben", "bo", "cai"}, Tlp.AMBER_STRICT: {"ben", "bo"}}[tlp]
    with database.write() as session:
        edited, gone = room.say(session, tlp), room.say(session, tlp)
        change_room(session, room.ada, room.id, RoomChanged(tlp=Tlp.RED), at=START)
        for event in (
            edit_message(session, room.ben, room.id, edited, "Other words", at=START),
            set_reaction(session, room.ben, room.id, edited, "👍", on=True, at=START),
            card_message(session, operator("job"), room.id, edited, [], at=START),
            redact_message(session, room.ben, room.id, gone, at=START),
        ):
            assert event.tlp == "red"
            assert set(event.readers) == {str(_id(getattr(room, name))) for name in inside}
        for name in ("ada", "ben", "bo", "cai", "dee"):
            standing = standing_in(session, getattr(room, name), room.id)
            for seq in (edited, gone):
                assert readable(standing, session.get_one(Message, (room.id, seq))) == (name in inside)


def test_in_a_red_room_a_stricter_word_still_holds(room: Room, database: Database) -> None:
    with database.write() as session:
        change_room(session, room.ada, room.id, RoomChanged(tlp=Tlp.RED), at=START)
        ours = session.get_one(Message, (room.id, room.say(session, Tlp.AMBER_STRICT)))
        assert (ours.tlp, set(ours.readers)) == ("red", {str(_id(room.ben)), str(_id(room.bo))})
        inside = session.get_one(Message, (room.id, room.say(session, Tlp.AMBER)))
        assert str(_id(room.dee)) not in inside.readers


@pytest.mark.parametrize("tlp", [Tlp.CLEAR, Tlp.RED])
def test_a_quote_in_a_red_room_is_for_those_who_may_have_it(room: Room, database: Database, tlp: Tlp) -> None:
    with database.write() as session:
        elsewhere = room_with(session, room.ada, (room.ben, Role.MEMBER), (room.dee, Role.GUEST), name="Red")
        change_room(session, room.ada, elsewhere.id, RoomChanged(tlp=Tlp.RED), at=START)
        quote = Quote(room=room.id, seq=room.say(session, Tlp.AMBER), text="", author="", tlp=Tlp.CLEAR)
        draft = Draft("Look", quote=quote, marking=Marking(tlp))
        event = post_message(session, room.ben, elsewhere.id, draft, at=START)
        present = {str(_id(room.ada)), str(_id(room.ben))}  # and Dee, a guest: what is AMBER is not for her
        assert set(event.readers) == present


def test_an_invitation_lets_in_so_many_and_ends(room: Room, database: Database) -> None:
    with database.write() as session:
        new = person(session, "New", Role.MEMBER)
        nobody = Actor(_id(person(session, "Nobody")), "Nobody", {}, via="session")
        token = invite(session, room.ada, room.id, Role.GUEST, at=START, uses=2)
        assert (
            accept_invitation(session, room.cai, token, at=START).id == room.id
        )  # is in it: nothing is used up
        accept_invitation(session, new, token, at=START)
        accept_invitation(session, nobody, token, at=START)
        assert session.get_one(Member, (room.id, _id(nobody))).role == "guest"
        with pytest.raises(NotFound):
            accept_invitation(session, room.eve, token, at=START)
        late = invite(session, room.ada, room.id, Role.GUEST, at=START)
        with pytest.raises(NotFound):
            accept_invitation(session, room.eve, late, at=START + timedelta(days=7))
        with pytest.raises(NotFound):
            accept_invitation(session, room.eve, "dir_guessed", at=START)


def test_reading_goes_forward_only_and_counts_what_one_may_read(room: Room, database: Database) -> None:
    with database.write() as session:
        session.flush()
        everyone = post_message(
            session, room.ben, room.id, Draft("All", mentions=[_id(room.cai)], groups=["guest"]), at=START
        ).seq
        room.say(session, Tlp.AMBER_STRICT)
        assert unread_in(session, _id(room.cai)) == {room.id: Unread(2, 1)}
        assert unread_in(session, _id(room.bo)) == {room.id: Unread(3, 0)}
        assert unread_in(session, _id(room.ben)) == {}
        assert first_unread(session, room.id, _id(room.cai)) == room.said
        assert move_pointer(session, room.cai, room.id, everyone, at=START) == everyone
        assert move_pointer(session, room.cai, room.id, 1, at=START) == everyone
        assert move_pointer(session, room.dee, room.id, 10**9, at=START) == room_of(session, room.id).head_seq
        assert first_unread(session, room.id, _id(room.cai)) is None
        seen = seen_by(session, standing_in(session, room.ben, room.id), everyone)
        assert [one.name for one in seen] == ["Cai", "Dee"]
        assert [one.message.seq for one in inbox_of(session, _id(room.dee))] == [everyone]
        assert [one.unread for one in inbox_of(session, _id(room.cai))] == [False]
        mark_message(session, room.ben, room.id, everyone, Tlp.AMBER_STRICT, at=START)
        assert inbox_of(session, _id(room.cai)) == []


def test_who_left_can_be_forgotten(room: Room, database: Database) -> None:
    with database.write() as session:
        seq = post_message(session, room.cai, room.id, Draft("I was here"), at=START).seq
        leave_room(session, room.cai, room.id, at=START)
        forget_member(session, room.ada, room.id, _id(room.cai), at=START)
        assert session.get_one(Member, (room.id, _id(room.cai))).name == ""
        assert session.get_one(Message, (room.id, seq)).text == "I was here"
        with pytest.raises(Conflict):
            forget_member(session, room.ada, room.id, _id(room.cai), at=START)
