"""Any mix of what people do, sent twice, lost on the way, read late: state = replay, no gap, no duplicate, the chain verifies."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking, append
from collab_chat.actions.forgetting import forget_member
from collab_chat.actions.marking import mark_message, pin_message, set_reaction
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.actions.rooms import add_member, change_role, change_room, leave_room, move_member
from collab_chat.actions.tasks import TaskForm, add_task, change_task
from collab_chat.models import Event, Message, ReactionMark, Room
from collab_chat.queries.events import events_after, readable, sealed_for
from collab_chat.queries.rooms import standing_in
from collab_chat.queries.tasks import readable_tasks
from collab_chat.schemas.events import Kind, RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from collab_chat.service.verifying import verify_room
from common.accounts.actors import Actor, Role, operator
from common.accounts.models import Person
from common.db import Database
from common.errors import NotFound, Problem
from tests.collab_chat.comparing import assert_rebuilt_is_live
from tests.collab_chat.happenings import WORDS, contents
from tests.collab_chat.making import START, organisation, person, room_with
from tests.collab_chat.model import Reader, Told

WHO = st.sampled_from(["Ada", "Ben", "Cai", "Dee"])
EMOJI = st.sampled_from(["👍", "❤️", "🧑🏽‍🚒"])
WHICH = st.integers(0, 10**6)  # of what is there, modulo
Sending = Callable[[Session, uuid.UUID, datetime], Event]


class RoomMachine(RuleBasedStateMachine):
    """One room; four people who act; two readers on a bad line: the operator, and Ben of another organisation."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.time = START
        mark = uuid.uuid4().hex[:8]
        with self.database.write() as session:
            first = organisation(session, f"First {mark}")
            second = organisation(session, f"Second {mark}")
            self.organisations = (first, second)
            self.people: dict[str, Actor] = {
                "Ada": person(session, f"Ada{mark}", Role.COORDINATOR, first),
                "Ben": person(session, f"Ben{mark}", Role.MEMBER, second),
                "Cai": person(session, f"Cai{mark}", Role.MEMBER, first),
                "Dee": person(session, f"Dee{mark}", Role.GUEST),
            }
            ada, ben, cai, dee = self.people.values()
            room = room_with(session, ada, (ben, Role.MEMBER), (cai, Role.REVIEWER), (dee, Role.GUEST))
            change_room(session, ada, room.id, RoomChanged(tlp=Tlp.GREEN), at=START)
            self.room_id = room.id
            whole = standing_in(session, operator(), room.id)
            self.readers = [Reader(whole), Reader(standing_in(session, ben, room.id))]
        self.head = 0
        self.narrowed = False
        self.seqs: dict[Kind, list[int]] = {}
        self.sent: list[tuple[Sending, uuid.UUID, int]] = []
        self._look()

    # what people do

    @rule(who=WHO, text=WORDS, tlp=st.sampled_from(Tlp), to=st.sets(WHO), answers=st.booleans(), which=WHICH)
    def say(self, who: str, text: str, tlp: Tlp, to: set[str], answers: bool, which: int) -> None:
        thread = self._message(which) if answers else None
        before, head = self._able(thread) if thread else set(self.people), self.head
        readers = frozenset(self._id(one) for one in to)
        draft = Draft(text, thread, mentions=readers, groups=("here",), marking=Marking(tlp, readers))
        self._send(
            who, lambda s, cid, at: post_message(s, self.people[who], self.room_id, draft, at=at, cid=cid)
        )
        if tlp is not Tlp.RED and self.head > head:  # else they chose to whom they answer
            assert self._able(self.head) <= before

    @rule(who=WHO, text=WORDS, which=WHICH)
    def edit(self, who: str, text: str, which: int) -> None:
        seq = self._message(which)
        before = self._able(seq)
        self._send(
            who,
            lambda s, cid, at: edit_message(
                s, self.people[who], self.room_id, seq, text, groups=("member",), at=at, cid=cid
            ),
        )
        assert self._able(seq) <= before  # other words never reach other people

    @rule(who=WHO, which=WHICH)
    def redact(self, who: str, which: int) -> None:
        seq = self._message(which)
        self._send(
            who, lambda s, cid, at: redact_message(s, self.people[who], self.room_id, seq, at=at, cid=cid)
        )

    @rule(who=WHO, which=WHICH, emoji=EMOJI, on=st.booleans())
    def react(self, who: str, which: int, emoji: str, on: bool) -> None:
        seq = self._message(which)
        self._send(
            who,
            lambda s, cid, at: set_reaction(
                s, self.people[who], self.room_id, seq, emoji, on=on, at=at, cid=cid
            ),
        )

    @rule(who=WHO, which=WHICH, on=st.booleans())
    def pin(self, who: str, which: int, on: bool) -> None:
        seq = self._message(which)
        self._send(
            who, lambda s, cid, at: pin_message(s, self.people[who], self.room_id, seq, on=on, at=at, cid=cid)
        )

    @rule(who=WHO, which=WHICH, tlp=st.sampled_from(Tlp), to=st.sets(WHO))
    def mark(self, who: str, which: int, tlp: Tlp, to: set[str]) -> None:
        seq = self._message(which)
        readers = [self._id(one) for one in to]
        self._send(
            who,
            lambda s, cid, at: mark_message(
                s, self.people[who], self.room_id, seq, tlp, readers, at=at, cid=cid
            ),
        )

    @rule(who=WHO, text=WORDS, which=WHICH, done=st.booleans())
    def work(self, who: str, text: str, which: int, done: bool) -> None:
        """Add a task, and change one: those who read of it are those who did before."""
        actor, known = self.people[who], self.seqs.get(Kind.TASK_ADDED, [])
        self._do(lambda s: add_task(s, actor, self.room_id, TaskForm(text), at=self.time))
        if not known:
            return
        seq = known[which % len(known)]
        form, before, head = None if done else TaskForm(text), self._able_of_task(seq), self.head
        self._do(lambda s: change_task(s, actor, self.room_id, seq, form=form, done=done, at=self.time))
        assert self._able_of_task(seq) <= before
        if self.head > head:
            assert self._told_to(self.head) <= before

    @rule(
        what=st.sampled_from(["leave", "join", "forget", "promote", "move"]),
        who=st.sampled_from(["Cai", "Dee"]),
    )
    def come_and_go(self, what: str, who: str) -> None:
        ada, other = self.people["Ada"], self._id(who)

        def act(session: Session) -> None:
            match what:
                case "leave":
                    leave_room(session, ada, self.room_id, other, at=self.time)
                case "join":
                    add_member(session, ada, self.room_id, other, Role.MEMBER, at=self.time)
                case "forget":
                    forget_member(session, ada, self.room_id, other, at=self.time)
                case "promote":
                    change_role(session, ada, self.room_id, other, Role.REVIEWER, at=self.time)
                case "move":
                    moved = session.get_one(Person, other)
                    first, second = self.organisations
                    moved.organisation_id = second if moved.organisation_id == first else first
                    move_member(session, operator("job"), other, at=self.time)

        self._do(act)

    @rule(tlp=st.sampled_from([Tlp.AMBER_STRICT, Tlp.RED, Tlp.AMBER]))
    def mark_the_room(self, tlp: Tlp) -> None:
        self.narrowed = True  # what Ben has read stays on his screen until somebody edits it
        self._do(
            lambda s: change_room(s, self.people["Ada"], self.room_id, RoomChanged(tlp=tlp), at=self.time)
        )

    @rule(data=st.data(), who=WHO)
    def happen(self, data: st.DataObject, who: str) -> None:
        possible = contents(
            self.seqs.get(Kind.EVIDENCE_ADDED, []),
            self.seqs.get(Kind.TASK_ADDED, []),
            self.seqs.get(Kind.OBJECTION_RAISED, []),
        )
        content = data.draw(possible[data.draw(st.sampled_from(list(possible)))])

        def act(session: Session) -> None:
            standing = standing_in(session, self.people[who], self.room_id)
            append(session, standing, content, at=self.time)

        self._do(act)

    # what the line does

    @precondition(lambda self: self.sent)
    @rule(which=WHICH)
    def send_again(self, which: int) -> None:
        sending, cid, seq = self.sent[which % len(self.sent)]
        with self.database.write() as session:
            assert sending(session, cid, self.time + timedelta(hours=1)).seq == seq
            assert session.get_one(Room, self.room_id).head_seq == self.head

    @rule(which=st.integers(0, 1), lost=st.sets(st.integers(0, 9)), back=st.integers(0, 5))
    def deliver(self, which: int, lost: set[int], back: int) -> None:
        """Bring some of what is new, with holes in it, and some of what was there before."""
        reader = self.readers[which]
        told = self._told(reader, max(0, reader.last - back))
        before = reader.last
        reader.take(event for number, event in enumerate(told) if number not in lost)
        assert reader.last >= before

    @rule(which=st.integers(0, 1))
    def reload(self, which: int) -> None:
        """The page is opened anew: nothing is known."""
        self.readers[which] = Reader(self.readers[which].standing)

    @invariant()
    def consecutive(self) -> None:
        with self.database.read() as session:
            seqs = session.scalars(select(Event.seq).where(Event.room_id == self.room_id).order_by(Event.seq))
            assert list(seqs) == list(range(1, self.head + 1))

    def teardown(self) -> None:
        for reader in self.readers:
            self._catch_up(reader)
            replayed = Reader(reader.standing)
            self._catch_up(replayed)
            self._compare(reader, whole=reader.standing.person_id is None)
            self._compare(replayed, whole=reader.standing.person_id is None)
        verdict = verify_room(self.database, operator(), self.room_id)
        assert verdict.whole, verdict.says
        assert verdict.events == self.head
        assert_rebuilt_is_live(self.database, self.room_id)

    # how

    def _id(self, who: str) -> uuid.UUID:
        found = self.people[who].person_id
        assert found is not None
        return found

    def _message(self, which: int) -> int:
        known = self.seqs.get(Kind.MESSAGE_POSTED, [1])
        return known[which % len(known)]

    def _able(self, seq: int) -> set[str]:
        """Say who of the four is in the room and may read a message."""

        def may(session: Session, standing: Standing) -> bool:
            message = session.get(Message, (self.room_id, seq))
            return message is not None and readable(standing, message)

        return self._those(may)

    def _able_of_task(self, seq: int) -> set[str]:
        """Say who of the four is in the room and is shown a task."""
        return self._those(lambda session, standing: seq in readable_tasks(session, standing, [seq]))

    def _told_to(self, seq: int) -> set[str]:
        """Say who of the four is in the room and given an event's content."""
        return self._those(
            lambda session, standing: (
                not sealed_for(session, standing, [session.get_one(Event, (self.room_id, seq))])
            )
        )

    def _those(self, may: Callable[[Session, Standing], bool]) -> set[str]:
        found = set()
        with self.database.read() as session:
            for name, actor in self.people.items():
                with suppress(NotFound):
                    standing = standing_in(session, actor, self.room_id)
                    found |= {name} if may(session, standing) else set()
        return found

    def _send(self, who: str, sending: Sending) -> None:
        cid = uuid.uuid4()
        seqs: list[int] = []
        self._do(lambda session: seqs.append(sending(session, cid, self.time).seq))
        if (
            seqs and who in {"Ada", "Ben"} and seqs[0] == self.head
        ):  # the others may be gone when it is sent again
            self.sent.append((sending, cid, seqs[0]))

    def _do(self, act: Callable[[Session], object]) -> None:
        """Do it; what is refused leaves nothing."""
        self.time += timedelta(milliseconds=1_500)
        try:
            with self.database.write() as session:
                act(session)
        except Problem:
            with self.database.read() as session:
                assert session.get_one(Room, self.room_id).head_seq == self.head
        self._look()

    def _look(self) -> None:
        with self.database.read() as session:
            for event in events_after(session, self.room_id, self.head):
                self.seqs.setdefault(Kind(event.kind), []).append(event.seq)
                self.head = event.seq

    def _told(self, reader: Reader, after: int) -> list[Told]:
        with self.database.read() as session:
            events = events_after(session, self.room_id, after)
            sealed = sealed_for(session, reader.standing, events)
            return [Told.of(event, sealed) for event in events]

    def _catch_up(self, reader: Reader) -> None:
        assert reader.take(self._told(reader, reader.last))
        assert reader.last == self.head
        with self.database.read() as session:
            for seq in reader.wanted:
                message = session.get_one(Message, (self.room_id, seq))
                if readable(reader.standing, message):  # the server answers with a closed message otherwise
                    reader.learn(message, self._reactions(session, seq))

    def _reactions(self, session: Session, seq: int) -> set[tuple[uuid.UUID | None, str]]:
        marks = session.scalars(
            select(ReactionMark).where(ReactionMark.room_id == self.room_id, ReactionMark.message_seq == seq)
        )
        return {(mark.person_id, mark.emoji) for mark in marks}

    def _compare(self, reader: Reader, *, whole: bool) -> None:
        """What a client has added up is what the tables say, for all that it may read, and nothing of the rest."""
        with self.database.read() as session:
            stored = session.scalars(select(Message).where(Message.room_id == self.room_id)).all()
            assert reader.messages.keys() == {message.seq for message in stored}
            for message in stored:
                truth = Reader(reader.standing)
                truth.learn(message, self._reactions(session, message.seq))
                if whole or readable(reader.standing, message):
                    assert reader.messages[message.seq].shown() == truth.messages[message.seq].shown()
                elif not self.narrowed:
                    assert not reader.messages[message.seq].text


def _run(database: Database, examples: int, steps: int, *, shrink: bool = True) -> None:
    machine = type("RoomMachineHere", (RoomMachine,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[one for one in Phase if shrink or one not in {Phase.shrink, Phase.explain}],
        ),
    )


def test_any_mix_replays_to_the_same(database: Database) -> None:
    _run(database, examples=8, steps=30)


@pytest.mark.slow
def test_longer_mixes_replay_to_the_same(database: Database) -> None:
    examples = (
        50 if database.is_sqlite else 12
    )  # the other database answers in its own time; the short mixes run on both
    _run(database, examples=examples, steps=60, shrink=False)  # making a failure smaller would take minutes
