"""Every door of the tool, tried by those for whom what lies behind it is not: found in the routers, so that a new door is tried too."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.cases import CaseForm, edit_case, move_case, open_case
from collab_chat.actions.evidence import EvidenceForm, add_evidence
from collab_chat.actions.files import keep_upload
from collab_chat.actions.invitations import invite
from collab_chat.actions.linking import link
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.qualifying import cast_vote, raise_objection
from collab_chat.actions.reports import begin_report, write_report
from collab_chat.actions.rooms import add_member, change_room, leave_room
from collab_chat.actions.signals import raise_signal
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.api import router as api
from collab_chat.core.report_document import text_hash
from collab_chat.models import Room as RoomRow
from collab_chat.pages import router as pages
from collab_chat.queries.reports import document_of
from collab_chat.schemas.cases import Abcde, CaseStatus
from collab_chat.schemas.events import FileRef, RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource
from common.accounts.actors import Actor, Role
from tests.collab_chat.casework import FALSE, HARM, sheet
from tests.collab_chat.making import START, organisation, person

Browser = Callable[[Actor], TestClient]
SECRET = re.compile(r"secret-[\w-]+")
DIGEST = "ab" * 32
REFUSED = {403, 404, 409, 415, 422, 429}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: doors are tried, not dialects."""
    return sqlite_url


def routes(router: APIRouter, method: str) -> Iterator[str]:
    for one in router.routes:
        inner = getattr(one, "original_router", None)
        if inner is not None:
            yield from routes(inner, method)
        elif method in (getattr(one, "methods", None) or ()):
            yield one.path  # type: ignore[attr-defined]  # every route with methods has one


def doors(method: str) -> list[str]:
    """Return the addresses of all doors, with their parameters."""
    found = [f"/en/rooms{one}" for one in routes(pages, method)]
    return found + [f"/api/v1/rooms{one}" for one in routes(api, method)]


@dataclass
class Place:
    """A case's room, marked AMBER: Ada leads; Ben and Bea are of two organisations; Gus is a guest, Rem was removed, Eve never in.

    What stands in it is named by who may read it: `secret-amber`, `secret-strict` (Ada's organisation), `secret-red` (Ada), `secret-vote`.
    """

    room: uuid.UUID
    values: dict[str, list[str]]
    ada: Actor
    ben: Actor
    bea: Actor
    gus: Actor
    rem: Actor
    eve: Actor


def _id(actor: Actor) -> uuid.UUID:
    assert actor.person_id is not None
    return actor.person_id


@pytest.fixture
def place(app: FastAPI, guest: TestClient) -> Place:
    with app.state.services.database.write() as session:
        ours, theirs = (organisation(session, name, FALSE, HARM) for name in ("Ours", "Theirs"))
        ada, ben = person(session, "Ada", Role.COORDINATOR, ours), person(session, "Ben", Role.MEMBER, theirs)
        bea, gus = (
            person(session, "Bea", Role.MEMBER, organisation(session, "Third")),
            person(session, "Gus", Role.GUEST),
        )
        rem, eve = person(session, "Rem", Role.ADMIN, ours), person(session, "Eve", Role.ADMIN, ours)
        case = open_case(session, ada, CaseForm("secret-amber-title", "secret-amber-summary"), at=START)
        room = case.room_id
        for actor, role in ((ben, Role.MEMBER), (bea, Role.MEMBER), (gus, Role.GUEST), (rem, Role.ADMIN)):
            add_member(
                session, ada, room, _id(actor), role if role is not Role.ADMIN else Role.COORDINATOR, at=START
            )
        leave_room(session, ada, room, _id(rem), at=START)
        change_room(session, ada, room, RoomChanged(topic="secret-amber-topic"), at=START)
        edit_case(session, ada, room, abcde=Abcde(actor="secret-amber-actor"), at=START)
        fill(session, ada, ben, gus, room)
        raised = raise_signal(
            session, ada, SignalForm(title="secret-strict-signal", tlp=Tlp.AMBER_STRICT), at=START, origin=Origin(source=SignalSource.FORM)
        )  # fmt: skip
        token = invite(session, ada, room, Role.GUEST, at=START, lasts=timedelta(days=1))
        head = session.get_one(RoomRow, room).head_seq
    values = {
        "room_id": [str(room)],
        "seq": [str(one) for one in range(1, head + 1)],
        "number": ["1"],
        "sha256": [DIGEST],
        "signal_id": [str(raised.signal.id)],
        "name": ["after-action.md", "stix.json", "misp.json", "case-study.md", "after-action.json"],
        "token": [token],
        "person_id": [str(_id(ben))],
    }
    return Place(room, values, ada, ben, bea, gus, rem, eve)


def fill(session: Session, ada: Actor, ben: Actor, gus: Actor, room: uuid.UUID) -> None:
    """Put a secret of each kind wherever something can be put."""
    seqs = []
    for words, tlp in (
        ("secret-amber", Tlp.AMBER),
        ("secret-strict", Tlp.AMBER_STRICT),
        ("secret-red", Tlp.RED),
    ):
        marking = Marking(tlp, frozenset({_id(ada)}) if tlp is Tlp.RED else frozenset())
        said = Draft(f"{words}-said @Gus @Ben", marking=marking, mentions=[_id(gus), _id(ben)])
        seqs.append(post_message(session, ada, room, said, at=START).seq)
        post_message(session, ada, room, Draft(f"{words}-answer", thread=seqs[-1], marking=marking), at=START)
        form = EvidenceForm(url=f"https://{words}.example", note=f"{words}-note", marking=marking)
        seqs.append(add_evidence(session, ada, room, form, at=START).seq)
    file = FileRef(sha256=DIGEST, name="secret-strict-file.txt", media_type="text/plain", size=3)
    keep_upload(session, ada, room, file, at=START)
    strict = Marking(Tlp.AMBER_STRICT)
    post_message(session, ada, room, Draft("secret-strict-with", files=[file], marking=strict), at=START)
    add_task(session, ada, room, TaskForm("secret-amber-task", _id(gus)), at=START)
    link(session, ada, room, "account", "x:@secret-amber-account", at=START)
    begin_report(session, ada, room, at=START)
    based_on = text_hash(document_of(session, room).text)  # type: ignore[union-attr]  # it was begun
    write_report(session, ada, room, "secret-amber-report", based_on=based_on, at=START)
    for status in (CaseStatus.TRIAGED, CaseStatus.QUALIFYING):
        move_case(session, ada, room, status, at=START)
    raise_objection(session, ada, room, "secret-amber-objection", blocking=True, at=START)
    cast_vote(session, ada, room, sheet(reason="secret-vote-reason"), at=START)


def addresses(place: Place, door: str) -> list[str]:
    """Return a door's addresses with all values that its parameters can have here; others lead nowhere."""
    found = [door]
    for name in re.findall(r"\{(\w+)", door):
        values = place.values.get(name, [str(uuid.UUID(int=7))])
        found = [re.sub(rf"\{{{name}(?::\w+)?\}}", value, one) for one in found for value in values]
    return found


def asked(door: str) -> str:
    """Return a query that makes a door show much: a search for all secrets."""
    return (
        "?q=secret&text=secret&status=all&state=all"
        if "search" in door or door.endswith(("/cases", "/signals"))
        else ""
    )


def told(browser: TestClient, place: Place) -> dict[str, set[str]]:
    """Go through all doors; return what was told of the secrets, with the door that told it."""
    found: dict[str, set[str]] = {}
    for door in doors("GET"):
        for address in addresses(place, door):
            for accept in ({}, {"HX-Request": "true"}):
                answer = browser.get(f"{address}{asked(door)}", headers=accept)
                assert answer.status_code < 500, (address, answer.text)
                typed = answer.text.replace("q=secret", "")
                for one in SECRET.findall(typed):
                    found.setdefault(one, set()).add(door)
    return found


def test_who_is_in_reads_what_is_theirs(place: Place, browser_of: Browser) -> None:
    seen = set(told(browser_of(place.ada), place))
    for words in ("amber", "strict", "red", "vote"):
        assert any(one.startswith(f"secret-{words}") for one in seen), words


def test_a_guest_learns_nothing_of_an_amber_case(place: Place, browser_of: Browser) -> None:
    assert told(browser_of(place.gus), place) == {}


def test_a_member_of_another_organisation_learns_what_is_amber_and_no_more(
    place: Place, browser_of: Browser
) -> None:
    seen = told(browser_of(place.ben), place)
    assert {one for one in seen if not one.startswith("secret-amber")} == set(), seen
    assert "secret-amber-title" in seen


@pytest.mark.parametrize("who", ["rem", "eve"])
def test_who_left_or_never_was_here_learns_nothing(place: Place, browser_of: Browser, who: str) -> None:
    seen = told(browser_of(getattr(place, who)), place)
    own = {"secret-strict-signal"}  # they are of the organisation that it is for
    assert set(seen) <= own, seen
    browser = browser_of(getattr(place, who))
    for door in doors("GET"):
        if "room_id" in door:
            for address in addresses(place, door):
                assert browser.get(address).status_code in {404, 422}, address


@pytest.mark.parametrize("who", ["rem", "eve", "gus"])
def test_who_may_not_changes_nothing(app: FastAPI, place: Place, browser_of: Browser, who: str) -> None:
    browser = browser_of(getattr(place, who))
    words = {
        "text": "intruded",
        "why": "intruded",
        "title": "intruded",
        "name": "intruded",
        "topic": "",
        "what": "url",
        "on": "1",
    }
    first = words | {
        "status": "closed", "harm": "4", "breakout": "6", "kind": "ignore", "ref": "https://intruded.example", "tlp": "clear",
        "role": "coordinator", "url": "https://intruded.example",
    }  # fmt: skip
    second = words | {
        "email": "eve@example.org", "emoji": "👍", "done": "yes", "key": "health_rumour", "evidence": "1", "verdict": "authentic",
        "case": str(place.room), "signal": place.values["signal_id"][0], "actor": "intruded", "remove": "1", "note": "intruded",
    }  # fmt: skip
    before = _state(app, place)
    for door in doors("POST"):
        if "room_id" not in door and "signal_id" not in door:
            continue
        if who == "gus" and door.endswith(
            ("/messages", "/tasks", "/frames", "/commands", "/leave", "/{seq:int}")
        ):
            continue  # guests take part in the conversation
        for address in addresses(place, door):
            for fields in (first, second):
                answer = browser.post(address, data=fields, follow_redirects=False)
                assert answer.status_code in REFUSED | {303}, (address, answer.status_code)
                if who != "gus" and "room_id" in door:
                    assert answer.status_code in REFUSED - {409, 415}, (address, answer.status_code)
    assert _state(app, place) == before


def _state(app: FastAPI, place: Place) -> object:
    with app.state.services.database.read() as session:
        room = session.get_one(RoomRow, place.room)
        return room.head_seq, room.head_hash


def test_a_message_for_the_guest_is_theirs(app: FastAPI, place: Place, browser_of: Browser) -> None:
    with app.state.services.database.write() as session:
        marking = Marking(Tlp.RED, frozenset({_id(place.gus)}))
        post_message(
            session,
            place.ada,
            place.room,
            Draft("for-gus @Gus", marking=marking, mentions=[_id(place.gus)]),
            at=START,
        )
    browser = browser_of(place.gus)
    home = browser.get("/en/rooms/").text
    assert "for-gus" in home
    assert "secret-amber-title" not in home
    assert "for-gus" not in browser_of(place.ben).get(f"/en/rooms/{place.room}").text
