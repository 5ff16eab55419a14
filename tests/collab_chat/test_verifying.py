"""An exported log is checked offline: each change to it is found, and the first broken event is named."""

import copy
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from collab_chat.actions.appending import Marking, append
from collab_chat.actions.forgetting import forget_member
from collab_chat.actions.marking import mark_message, pin_message, set_reaction
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.actions.rooms import leave_room
from collab_chat.core.verifying import Fault, Verdict, verify_document
from collab_chat.models import Event
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.cases import Sheet
from collab_chat.schemas.cases import Verdict as Said
from collab_chat.schemas.events import DecisionMade, VoteCast
from collab_chat.schemas.markings import Tlp
from collab_chat.service.log_export import export_log
from collab_chat.service.verifying import verify_room
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Forbidden, NotFound
from tests.collab_chat.making import START, organisation, person, room_with

Log = dict[str, Any]
HEADER = ("v", "room", "seq", "kind", "at", "author", "organisation", "cid", "tlp", "readers", "commitment", "prev")  # fmt: skip


class Told:
    """A room in which much has happened, and the people in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            first, second = organisation(session, "First"), organisation(session, "Second")
            self.ada = person(session, "Ada", Role.COORDINATOR, first)
            self.ben = person(session, "Ben", Role.MEMBER, second)
            self.cai = person(session, "Cai", Role.MEMBER, first)
            self.dee = person(session, "Dee", Role.GUEST)
            room = room_with(
                session,
                self.ada,
                (self.ben, Role.MEMBER),
                (self.cai, Role.MEMBER),
                (self.dee, Role.GUEST),
            )
            self.room = room.id
            say = [
                post_message(
                    session, self.ada, room.id, Draft(f"Message {n}"), at=START, cid=uuid.uuid4()
                ).seq
                for n in range(4)
            ]
            edit_message(session, self.ada, room.id, say[0], "Otherwise", at=START)
            set_reaction(session, self.ben, room.id, say[1], "👍", on=True, at=START)
            pin_message(session, self.ben, room.id, say[1], on=True, at=START)
            strict = Marking(Tlp.AMBER_STRICT)
            self.strict = post_message(
                session, self.ada, room.id, Draft("Ours", marking=strict), at=START
            ).seq
            assert self.ada.person_id
            assert self.cai.person_id
            named = Marking(Tlp.RED, frozenset({self.cai.person_id}))
            self.red = post_message(session, self.ada, room.id, Draft("Yours", marking=named), at=START).seq
            mark_message(session, self.ada, room.id, say[2], Tlp.AMBER_STRICT, at=START)
            self.narrowed = say[2]
            edit_message(session, self.ada, room.id, say[3], "Worse", at=START)
            self.redaction = redact_message(session, self.ada, room.id, say[3], "a name", at=START).seq
            self.redacted = say[3]
            sheet = VoteCast(round=1, sheet=Sheet(answers={}, verdict=Said.INCONCLUSIVE))
            self.vote = append(session, standing_in(session, self.ben, room.id), sheet, at=START).seq
            leave_room(session, self.ada, room.id, self.cai.person_id, at=START)
            forget_member(session, self.ada, room.id, self.cai.person_id, at=START)

    def export(self, actor: Actor) -> Log:
        pieces = export_log(self.database, actor, self.room, at=START)
        found: Log = json.loads(b"".join(pieces))
        return found


@pytest.fixture
def told(database: Database) -> Told:
    return Told(database)


def _event(log: Log, seq: int) -> dict[str, Any]:
    found: dict[str, Any] = log["events"][seq - 1]
    return found


def test_a_whole_log_is_whole(told: Told) -> None:
    log = told.export(operator())
    verdict = verify_document(log)
    assert verdict.whole, verdict.says
    assert verdict == verify_document(log, known_head=_event(log, 5)["hash"])
    assert (verdict.events, verdict.erased, verdict.sealed) == (len(log["events"]), 3, 1)
    assert verify_room(told.database, operator(), told.room).head == verdict.head == log["head"]["hash"]


def test_what_is_not_for_its_reader_is_sealed_and_the_chain_holds(told: Told) -> None:
    mine, theirs = told.export(told.ada), told.export(told.ben)
    assert [_event(mine, seq)["sealed"] for seq in (told.strict, told.red, told.narrowed, told.vote)] == [
        False, False, False, True,
    ]  # fmt: skip
    assert [_event(theirs, seq)["sealed"] for seq in (told.strict, told.red, told.narrowed, told.vote)] == [
        True, True, True, False,
    ]  # fmt: skip
    for log in (mine, theirs):
        assert all(one["content"] is None and one["salt"] is None for one in log["events"] if one["sealed"])
        assert verify_document(log).whole
    assert "Ours" not in json.dumps(theirs)
    assert "Yours" not in json.dumps(theirs)
    assert "Message 2" not in json.dumps(theirs), "narrowed afterwards"


def test_votes_are_open_once_their_round_is_decided(told: Told) -> None:
    with told.database.write() as session:
        decided = DecisionMade(round=1, record={}, sha256="0" * 64)
        append(session, standing_in(session, told.ada, told.room), decided, at=START)
    assert not _event(told.export(told.ada), told.vote)["sealed"]


def _others(value: object) -> list[object]:
    """Other values than this one: near it, and of other types."""
    match value:
        case bool():
            return [not value, None, "x"]
        case int():
            return [value + 1, value - 1, None, str(value), value + 0.5]
        case str():
            return [value + "0", value[:-1] + ("1" if value[-1:] == "0" else "0"), "", None, 7]
        case None:
            return ["x", str(uuid.uuid4()), 0, {}, []]
        case list():
            return [[*value, "x"], None, "x"]
        case dict():
            return [
                {**value, "x": 1},
                {},
                None,
                [],
                *[{k: v for k, v in value.items() if k != one} for one in value],
            ]
    raise TypeError(value)


def test_each_changed_field_is_found_and_its_event_named(told: Told) -> None:
    log = told.export(operator())
    tried = 0
    for number, event in enumerate(log["events"], start=1):
        for name, value in event.items():
            for other in _others(value):
                if other == value:
                    continue
                changed = copy.copy(log)
                changed["events"] = [*log["events"]]
                changed["events"][number - 1] = {**event, name: other}
                verdict = verify_document(changed)
                assert not verdict.whole, (number, name, other)
                assert verdict.broken == number, (number, name, other, verdict)
                assert f" {number} " in f" {verdict.says} ".replace(":", " ").replace(",", " ").replace(
                    ".", " "
                )
                tried += 1
    assert tried > 800


def test_each_missing_doubled_or_moved_event_is_found(told: Told) -> None:
    log = told.export(operator())
    events = log["events"]
    for place in range(len(events)):
        without = verify_document({**log, "events": events[:place] + events[place + 1 :]})
        assert (without.broken, without.fault) == (place + 1, Fault.GAP)
        doubled = verify_document({**log, "events": [*events[: place + 1], *events[place:]]})
        assert (doubled.broken, doubled.fault) == (place + 2, Fault.DUPLICATE)
    assert verify_document({**log, "events": [*events[:3], events[4], events[3], *events[5:]]}).broken == 4


def test_a_content_that_is_gone_needs_a_redaction_that_lists_it(told: Told) -> None:
    log = told.export(operator())
    gone = copy.deepcopy(log)
    _event(gone, 6).update(content=None, salt=None)
    assert _fault(gone) == (6, Fault.MISSING)


def test_an_erased_content_that_is_there_again_is_found(told: Told) -> None:
    log = told.export(operator())
    again = copy.deepcopy(log)
    with told.database.write() as session:  # a log whose redaction erased nothing
        event = session.get_one(Event, (told.room, 6))
        _event(again, told.redacted).update(content=event.content, salt=event.salt)
    assert _fault(again) == (told.redacted, Fault.COMMITMENT)
    listing = copy.deepcopy(log)
    _event(listing, told.redacted)["sealed"] = True
    assert _fault(listing) == (told.redacted, Fault.KEPT)


def _fault(log: Log) -> tuple[int | None, Fault | None]:
    verdict = verify_document(log)
    return verdict.broken, verdict.fault


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"format": "other"}, {"format": "disinfo-room-log", "version": 2, "events": []}, "x", 3],
)
def test_what_is_no_log_is_said_to_be_none(document: object) -> None:
    assert verify_document(document).fault is Fault.FORMAT


def test_the_head_must_be_that_of_the_document(told: Told) -> None:
    log = told.export(operator())
    assert _fault({**log, "head": {**log["head"], "hash": "0" * 64}})[1] is Fault.HEAD
    assert _fault({**log, "room": str(uuid.uuid4())}) == (1, Fault.ROOM)
    assert verify_document(log, known_head="0" * 64).fault is Fault.HEAD


def test_a_changed_row_is_found_in_the_stored_log(told: Told) -> None:
    def broken() -> Verdict:
        return verify_room(told.database, operator(), told.room)

    with told.database.write() as session:
        event = session.get_one(Event, (told.room, 7))
        event.content = {**(event.content or {}), "text": "Never said"}
    assert (broken().broken, broken().fault) == (7, Fault.COMMITMENT)
    with told.database.write() as session:
        session.get_one(Event, (told.room, 3)).tlp = "clear"
    assert (broken().broken, broken().fault) == (3, Fault.HASH)


def test_who_may_not_take_the_log(told: Told) -> None:
    with pytest.raises(Forbidden):
        told.export(told.dee)
    with pytest.raises(NotFound):
        told.export(told.cai)
    with pytest.raises(Forbidden):
        verify_room(told.database, told.ada, told.room)


@pytest.fixture
def snippet(tmp_path: Path) -> Path:
    """The program that the reference page gives to its readers."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "room-log.md").read_text()
    program = tmp_path / "verify.py"
    program.write_text(page.split("```python\n")[1].split("```")[0])
    return program


def test_the_reference_page_has_a_verifier_that_works(told: Told, snippet: Path, tmp_path: Path) -> None:
    def says(log: Log) -> str:
        (tmp_path / "log.json").write_text(json.dumps(log))
        done = subprocess.run(
            [sys.executable, str(snippet), str(tmp_path / "log.json")],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return (done.stdout + done.stderr).strip()

    log = told.export(told.ada)
    assert says(log) == f"whole {log['head']['hash']}"
    for number, name, other in [
        (5, "tlp", "clear"),
        (6, "content", {"text": "Never"}),
        (8, "prev", "0" * 64),
    ]:
        changed = copy.deepcopy(log)
        _event(changed, number)[name] = other
        assert says(changed) == f"event {number} is broken"
    gone = copy.deepcopy(log)
    _event(gone, 6).update(content=None, salt=None)
    assert says(gone) == "event 6 has lost its content"
    assert says({**log, "events": log["events"][:-1]}) == "the end is missing"


@pytest.mark.parametrize("number", [1e22, -1e300, 5e-324, -0.0, 2.0, 0.1 + 0.2, 2**53 - 1])
def test_numbers_come_back_as_they_were_committed_to(database: Database, number: float) -> None:
    told = DecisionMade(round=1, record={"number": number}, sha256="0" * 64)
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        append(session, standing_in(session, ada, room.id), told, at=START)
    assert verify_room(database, operator(), room.id).whole
