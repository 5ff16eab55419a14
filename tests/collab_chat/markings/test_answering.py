"""Answers, and messages marked anew."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from collab_chat.actions.appending import Marking
from collab_chat.actions.marking import mark_message
from collab_chat.actions.messages import Draft, post_message
from collab_chat.models import Message
from collab_chat.queries.events import sealed_for
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import Quote
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor
from common.db import Database
from tests.collab_chat.making import START
from tests.collab_chat.markings.case_room import SECRET, a_case, id_of, is_read, knows, mark


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED])
def test_an_answer_is_for_nobody_whom_what_it_answers_is_not_for(database: Database, tlp: Tlp) -> None:
    """Nobody chose a marking: the page offers none to choose in a thread."""
    with database.write() as session:
        case = a_case(session)
        mark(session, case, Tlp.CLEAR)
        to = frozenset({id_of(case.ben)}) if tlp is Tlp.RED else frozenset()
        begun = post_message(session, case.ada, case.room, Draft("Begun", marking=Marking(tlp, to)), at=START)
        answer = post_message(session, case.ada, case.room, Draft("Yes", thread=begun.seq), at=START)
        everybody = (case.ada, case.ann, case.ben, case.gus, case.ole)
        read = {
            seq: {
                one.name for one in everybody if is_read(session, standing_in(session, one, case.room), seq)
            }
            for seq in (begun.seq, answer.seq)
        }
        assert read[answer.seq] == read[begun.seq]
        assert case.gus.name not in read[answer.seq]


def test_an_answer_carries_a_quote_to_nobody_new(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        to_ben = Marking(Tlp.RED, frozenset({id_of(case.ben)}))
        begun = post_message(session, case.ada, case.room, Draft("Begun", marking=to_ben), at=START).seq
        strict = Draft(SECRET, marking=Marking(Tlp.AMBER_STRICT))
        told = post_message(session, case.ada, case.room, strict, at=START).seq
        quote = Quote(room=case.room, seq=told, text="", author="", tlp=Tlp.CLEAR)
        answer = Draft("Look", thread=begun, quote=quote)
        post_message(session, case.ada, case.room, answer, at=START)
        assert not knows(session, case.ben, case.room)


def test_an_answer_to_named_people_is_theirs(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        begun = post_message(session, case.ada, case.room, Draft("Begun"), at=START).seq
        to = frozenset({id_of(case.ann)})
        answer = Draft("Between us", thread=begun, marking=Marking(Tlp.RED, to))
        assert post_message(session, case.ada, case.room, answer, at=START).readers == [str(id_of(case.ann))]
        plain = post_message(session, case.ben, case.room, Draft("Yes", thread=begun), at=START)
        assert plain.tlp == Tlp.AMBER.value


def test_marked_red_for_nobody_named_a_message_opens_to_nobody(database: Database) -> None:
    """In a RED room its author may not mean everybody: whom they mean they can name."""
    with database.write() as session:
        case = a_case(session)
        strict = Draft(SECRET, marking=Marking(Tlp.AMBER_STRICT))
        seq = post_message(session, case.ada, case.room, strict, at=START).seq
        mark(session, case, Tlp.RED)
        mark_message(session, case.ada, case.room, seq, Tlp.RED, at=START)
        assert knows(session, case.ann, case.room)
        assert not knows(session, case.ben, case.room)
        mark_message(session, case.ada, case.room, seq, Tlp.RED, [id_of(case.ben)], at=START)
        assert knows(session, case.ben, case.room)


def test_the_form_of_an_answer_says_its_marking(
    app,  # type: ignore[no-untyped-def]  # fixtures
    guest,
    browser_of: Callable[[Actor], object],
) -> None:
    with app.state.services.database.write() as session:
        case = a_case(session)
        to_ben = Marking(Tlp.RED, frozenset({id_of(case.ben)}))
        begun = post_message(session, case.ada, case.room, Draft("Begun", marking=to_ben), at=START).seq
    browser, page = browser_of(case.ben), f"/en/rooms/{case.room}"
    form = browser.get(f"{page}/thread/{begun}", headers={"HX-Request": "true"}).text  # type: ignore[attr-defined]
    assert re.findall(r'<option value="([^"]+)"', form) == ["red"]
    sent = {"text": "Yes", "thread": str(begun), "tlp": "red"}
    assert browser.post(f"{page}/messages", data=sent).status_code == 200  # type: ignore[attr-defined]
    with app.state.services.database.read() as session:
        answer = session.scalars(select(Message).where(Message.thread_seq == begun)).one()
        assert set(answer.readers) == {str(id_of(case.ada)), str(id_of(case.ben))}


def test_who_gains_or_loses_a_message_learns_of_it(database: Database) -> None:
    """Also where the room's marking alone would keep the change itself from them: their page would show what was."""
    with database.write() as session:
        case = a_case(session, Tlp.AMBER_STRICT)
        seq = post_message(session, case.ann, case.room, Draft("For us"), at=START).seq
        assert case.ben.person_id is not None
        assert case.ann.person_id is not None
        named = [case.ben.person_id, case.ann.person_id]
        opened = mark_message(session, case.ann, case.room, seq, Tlp.RED, named, at=START)
        closed = mark_message(session, case.ann, case.room, seq, Tlp.RED, [case.ann.person_id], at=START)
        for who, told in ((case.ada, True), (case.ben, True), (case.ole, False)):
            sealed = sealed_for(session, standing_in(session, who, case.room), [opened, closed])
            assert (not sealed) == told, who.name
