"""The quiet lines between messages, and what a removal does not reach."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.messages import Draft, post_message, redact_message
from collab_chat.actions.reminding import remind
from collab_chat.actions.rooms import add_member, change_room
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.queries.after_action import gather
from collab_chat.queries.conversation import Stretch, ones, stretch_around, stretch_before
from collab_chat.queries.messages import message_for, quotings_of
from collab_chat.queries.rooms import members_of, room_of, standing_in
from collab_chat.schemas.events import Quote, RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.views.after_action import Place, case_file
from collab_chat.views.lines import Line
from collab_chat.views.messages import items_of, reader_of
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from tests.collab_chat.casework import case_with
from tests.collab_chat.making import START, person, room_with

BrowserOf = Callable[[Actor], TestClient]


def lines(session: Session, actor: Actor, room: uuid.UUID, stretch: Stretch | None = None) -> list[Line]:
    """Return the lines that somebody sees, by default at the end of the conversation."""
    standing = standing_in(session, actor, room)
    reader = reader_of(standing, members_of(session, room, gone=True), room_of(session, room).tlp)
    return [
        one for one in items_of(reader, stretch or stretch_before(session, standing)) if isinstance(one, Line)
    ]


def test_a_reminder_names_its_task_to_who_may_read_the_task(database: Database) -> None:
    with database.write() as session:
        work = case_with(session, tlp=Tlp.GREEN)
        lead, guest = work.people[0], work.guest
        change_room(session, lead, work.room, RoomChanged(tlp=Tlp.AMBER), at=work.at)
        task = add_task(session, lead, work.room, TaskForm("Call <b>the</b> 50% newsroom"), at=work.at).seq
        change_room(session, lead, work.room, RoomChanged(tlp=Tlp.GREEN), at=work.at)
        remind(session, operator("job"), work.room, {task: START}, at=work.later(minutes=5))
        seq = room_of(session, work.room).head_seq
        named = "The time for the task “Call <b>the</b> 50% newsroom” is over."
        for stretch in (
            stretch_before(session, standing_in(session, lead, work.room)),
            stretch_around(session, standing_in(session, lead, work.room), seq),
            ones(session, standing_in(session, lead, work.room), [seq]),  # as script asks for it
        ):
            assert lines(session, lead, work.room, stretch)[-1].text == named
        assert lines(session, guest, work.room)[-1].text == "The time for a task is over."
        for audience, words in ((Tlp.AMBER, named), (Tlp.GREEN, "The time for a task is over.")):
            out = gather(session, standing_in(session, lead, work.room), audience)
            [*_before, last] = case_file(out, Place("", "", work.at)).timeline
            assert last.text == words


def test_people_brought_in_one_after_the_other_are_one_line(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben", Role.COORDINATOR)
        room = room_with(session, ada, (ben, Role.COORDINATOR)).id
        first = room_of(session, room).head_seq
        others = [person(session, name) for name in ("Cai", "Dee", "Eli", "Fay", "Gil", "Hal", "Ivo")]

        def bring(by: Actor, *who: Actor, days: int = 0) -> None:
            for one in who:
                assert one.person_id
                add_member(session, by, room, one.person_id, Role.MEMBER, at=START + timedelta(days=days))

        bring(ada, *others[:3])
        bring(ben, others[3])
        bring(ada, others[4])
        said = post_message(session, ada, room, Draft("Welcome"), at=START).seq
        bring(ada, others[5])
        bring(ada, others[6], days=1)
        shown = lines(session, ben, room)
        texts = [one.text for one in shown[-5:]]
        assert texts == [
            "Ada brought Ben, Cai and 2 others in.",
            "Ben brought Fay in.",
            "Ada brought Gil in.",
            "Ada brought Hal in.",
            "Ada brought Ivo in.",
        ]
        folded = shown[-5]
        assert (folded.seq, folded.folded) == (first, [first + 1, first + 2, first + 3])
        assert folded.whole == "Ada brought Ben, Cai, Dee, Eli in."
        assert [one.seq for one in shown] == sorted(one.seq for one in shown)
        around = stretch_around(session, standing_in(session, ben, room), first + 2)
        assert folded in lines(session, ben, room, around)
        picked = ones(session, standing_in(session, ben, room), [first, first + 1, said + 1])
        assert [one.text for one in lines(session, ben, room, picked)] == [
            "Ada brought Ben in.",
            "Ada brought Cai in.",
            "Ada brought Hal in.",
        ]


def test_three_people_are_all_named(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        some = [(person(session, name), Role.MEMBER) for name in ("Ben", "Cai", "Dee")]
        [*_before, line] = lines(session, ada, room_with(session, ada, *some).id)
        assert (line.text, line.whole) == ("Ada brought Ben, Cai and Dee in.", "")


def test_a_link_to_a_folded_line_leads_to_it(app: FastAPI, browser_of: BrowserOf) -> None:
    with app.state.services.database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        some = [(person(session, name), Role.MEMBER) for name in ("Ben", "Cai", "Dee", "Eli")]
        room = room_with(session, ada, *some)
        last, path = room.head_seq, f"/en/rooms/{room.id}"
    page = browser_of(ada).get(f"{path}?at={last}").text
    [line] = re.findall(rf'<li class="line" id="m{last - 3}".*?</li>', page)
    assert [f'id="m{seq}"' in line for seq in range(last - 3, last + 1)] == [True] * 4
    assert 'title="Ada brought Ben, Cai, Dee, Eli in."' in line


def quote(session: Session, actor: Actor, into: uuid.UUID, room: uuid.UUID, seq: int) -> int:
    given = Quote(room=room, seq=seq, text="", author="", tlp=Tlp.CLEAR)
    return post_message(session, actor, into, Draft("Look", quote=given), at=START).seq


def test_who_removes_a_message_learns_of_the_quotes_that_they_may_read(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben", Role.COORDINATOR)
        assert ben.person_id
        here = room_with(session, ada, (ben, Role.COORDINATOR), name="Here").id
        both = room_with(session, ada, (ben, Role.MEMBER), name="Both").id
        bens = room_with(session, ben, name="Ben's").id
        seq = post_message(session, ada, here, Draft("A number"), at=START).seq
        other = post_message(session, ada, here, Draft("Another"), at=START).seq

        def found(actor: Actor, of: int = seq) -> tuple[int, list[str]]:
            standing = standing_in(session, actor, here)
            quotings = quotings_of(session, standing, message_for(session, standing, of))
            return quotings.count, [one.room_name for one in quotings.first]

        assert found(ada) == (0, [])
        quote(session, ada, here, here, seq)
        gone = quote(session, ada, both, here, seq)
        quote(session, ben, bens, here, seq)
        for_ben = Draft("", quote=Quote(room=here, seq=seq, text="", author="", tlp=Tlp.CLEAR), marking=Marking(Tlp.RED, frozenset({ben.person_id})))  # fmt: skip
        post_message(session, ben, both, for_ben, at=START + timedelta(minutes=1))
        assert found(ada)[0] == 2
        assert sorted(found(ada)[1]) == ["Both", "Here"]
        assert (found(ben)[0], sorted(found(ben)[1])) == (4, ["Ben's", "Both", "Both", "Here"])
        assert found(ada, other) == (0, [])
        redact_message(session, ada, both, gone, at=START)
        assert found(ada) == (1, ["Here"])


def test_the_quotes_are_told_only_to_who_may_remove(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        room = room_with(session, ada, (ben, Role.MEMBER)).id
        seq = post_message(session, ada, room, Draft("A number"), at=START).seq
        quote(session, ben, room, room, seq)
        counts = []
        for one in (ada, ben):
            standing = standing_in(session, one, room)
            counts.append(quotings_of(session, standing, message_for(session, standing, seq)).count)
        assert counts == [1, 0]


def test_the_form_that_removes_says_what_stays(app: FastAPI, browser_of: BrowserOf) -> None:
    with app.state.services.database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        here, there = room_with(session, ada, name="Here").id, room_with(session, ada, name="There").id
        seq = post_message(session, ada, here, Draft("A number"), at=START).seq
    browser, panel = browser_of(ada), f"/en/rooms/{here}/messages/{seq}"
    assert browser.get(panel).text.count("its words stay until they are removed there.") == 2
    with app.state.services.database.write() as session:
        at = quote(session, ada, there, here, seq)
        quote(session, ada, there, here, seq)
    page = browser.get(panel).text
    assert page.count("2 quotes of it stand in your rooms: remove them there, too.") == 2
    assert f'href="/en/rooms/{there}?at={at}#m{at}"' in page
