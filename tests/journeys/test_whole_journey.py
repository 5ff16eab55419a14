"""The journey that joins the tools, through the doors of the whole application: from a webhook's message to a case study's draft."""

import hashlib
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pymisp
import pytest
import stix2  # type: ignore[import-untyped]  # it brings no types
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from collab_chat.core.verifying import verify_document
from collab_chat.service.answering import ANSWERS
from common.accounts.actors import Role
from common.jobs import JobRunner
from common.settings import Settings
from common.taxonomy import Criterion
from political_ads.jobs import JOB_KINDS as AD_JOBS
from tests.bot_detector.invented import ACCOUNT
from tests.collab_chat.conftest import browser_of  # noqa: F401  # a fixture
from tests.collab_chat.making import organisation, person
from tests.collab_chat.test_commands import AtOnce
from tests.political_ads.sources.samples import META

pytestmark = pytest.mark.slow
FALSE, HARM = Criterion.FALSE_OR_MISLEADING.value, Criterion.INTENT_TO_HARM.value
CLAIM = "https://rumour.example.org/polling-place"
COUNT = 5  # organisations, and a person of each


@dataclass
class Room:
    """A case's room and the browsers of those in it; the first leads."""

    base: str
    people: list[TestClient]

    @property
    def id(self) -> str:
        return self.base.rsplit("/", 1)[-1]

    def get(self, part: str = "", who: int = 0) -> Response:
        answer = self.people[who].get(f"{self.base}{part}")
        assert answer.status_code == 200, (part, answer.text)
        return answer

    def post(self, part: str, who: int = 0, **more: Any) -> Response:
        answer = self.people[who].post(f"{self.base}{part}", **more)
        assert answer.status_code == 200, (part, answer.text)
        return answer


@pytest.fixture
def settings(sqlite_url: str, settings: Settings) -> Settings:
    tools = ("bot_detector", "encyclopedia", "political_ads", "collab_chat")
    return settings.model_copy(update={"tools": tools, "database_url": sqlite_url})


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url  # that the parts are alike on both databases is tested part by part


@pytest.fixture
def people(app: FastAPI, guest: TestClient, browser_of: Callable[..., TestClient]) -> list[TestClient]:  # noqa: F811
    """Five people of five organisations that require the same two criteria."""
    services = app.state.services
    services.extras[ANSWERS] = AtOnce()
    criteria = (Criterion.FALSE_OR_MISLEADING, Criterion.INTENT_TO_HARM)
    with services.database.write() as session:
        actors = [
            person(session, f"Person{number}", role, organisation(session, f"House {number}", *criteria))
            for number, role in enumerate((Role.COORDINATOR, *[Role.MEMBER] * (COUNT - 1)))
        ]
    return [browser_of(one) for one in actors]


def programs(browser: TestClient) -> dict[str, str]:
    """Return the headers with which a program speaks."""
    return {"Accept": "application/json"}


def test_from_a_signal_to_a_case_study(
    app: FastAPI, guest: TestClient, people: list[TestClient], clock: Any
) -> None:
    score = what_the_tools_know(app, people[0])
    signal = a_webhook_raises_a_signal(guest, people[0])
    room = a_case_is_opened(people, signal)
    the_tools_answer_in_the_room(room, score)
    evidence = the_room_fills(room)
    they_qualify_blind(room, evidence, clock)
    they_answer_and_close(room)
    what_comes_out(room)
    a_case_study_is_drafted(room)


def what_the_tools_know(app: FastAPI, lead: TestClient) -> str:
    """Put an account's score, an ad and a practice into the other tools; return the score's id."""
    made = lead.post("/api/v1/bots/scores", json={"account": ACCOUNT}, headers=programs(lead))
    assert made.status_code in {200, 201}, made.text
    ads = json.dumps([META]).encode()
    place = lead.post("/en/ads/imports", files={"file": ("ads.json", ads)}, follow_redirects=False)
    lead.post(f"{place.headers['location']}/apply")
    services = app.state.services
    while JobRunner(services.database, services.bus, AD_JOBS, services=services).run_one("journey"):
        pass
    entry = {
        "kind": "practice",
        "language": "en",
        "text": {"title": "Lateral reading", "lead": "Leave the page.", "body": "Look elsewhere.\n"},
        "sheet": {"phases": ["detection", "qualification"]},
    }
    written = lead.post("/api/v1/encyclopedia/entries", json=entry, headers=programs(lead))
    assert written.status_code == 201, written.text
    return str(made.json()["scores"][0]["id"])


def a_webhook_raises_a_signal(guest: TestClient, lead: TestClient) -> str:
    """Have a program outside report something; return the signal's address."""
    page = lead.post("/en/rooms/manage/hooks", data={"name": "Watch", "signals": "1"}).text
    found = re.search(r"/hooks/[\w-]+", page)
    assert found is not None
    answer = guest.post(found.group(), json={"text": f"*The polling place has moved*: <{CLAIM}>"})
    assert (answer.status_code, answer.text) == (200, "ok")
    inbox = lead.get("/api/v1/rooms/signals", headers=programs(lead)).json()
    (signal,) = inbox["items"]
    assert (signal["source"], signal["source_name"], signal["url"]) == ("webhook", "Watch", CLAIM)
    return str(signal["id"])


def a_case_is_opened(people: list[TestClient], signal: str) -> Room:
    """Open the case from the signal, and let the others in by a link."""
    opened = people[0].post(
        "/en/rooms/cases/new",
        data={"title": "A false polling place", "signal": signal},
        follow_redirects=False,
    )
    assert opened.status_code == 303, opened.text
    room = Room(opened.headers["location"].removesuffix("/case"), people)
    page = room.post("/settings/invite", data={"role": "member", "days": 1, "uses": COUNT - 1}).text
    link = re.search(r"/rooms/invited/dir_[\w-]+", page)
    assert link is not None
    for one in people[1:]:
        assert one.get(room.base).status_code == 404
        assert "A false polling place" not in one.get(f"/en{link.group()}").text
        assert one.post(f"/en{link.group()}").status_code == 200
    state = people[0].get(f"/api/v1/rooms/signals/{signal}", headers=programs(people[0])).json()
    assert (state["state"], state["case"]) == ("taken", room.id)
    return room


def the_tools_answer_in_the_room(room: Room, score: str) -> None:
    """Ask the other tools by commands; their cards stand in the room, and what was found is linked to the case."""
    for line in (f"/score {ACCOUNT['handle']}", "/ads lake", "/practice reading"):
        room.post("/commands", data={"text": line})
    page = room.get(who=1).text
    for card in (f"/bots/scores/{score}", "/ads/library/", "/encyclopedia/entries/lateral-reading"):
        assert card in page, card
    links = (
        ("account", f"x:@{ACCOUNT['handle']}"),
        ("ad", "1"),
        ("entry", "lateral-reading"),
        ("url", CLAIM),
    )
    for what, ref in links:
        room.post("/case/links", who=1, data={"what": what, "ref": ref})
    assert str(ACCOUNT["handle"]) in room.get("/case", who=2).text


def the_room_fills(room: Room) -> int:
    """Say something, add a file as evidence; return the evidence's number."""
    room.post("/messages", who=1, data={"text": "Who knows this <b>place</b>?"})
    page = room.get(who=2).text
    assert "Who knows this &lt;b&gt;place&lt;/b&gt;?" in page
    file = ("notice.txt", b"The polling place has moved, says nobody.\n", "text/plain")
    room.post("/evidence", who=1, files={"file": file}, data={"note": "As it was handed out"})
    (evidence,) = (
        room.people[2].get(f"/api/v1/rooms/{room.id}/evidence", headers=programs(room.people[2])).json()
    )
    assert evidence["file"]["sha256"] == hashlib.sha256(file[1]).hexdigest()
    given = room.people[2].get(f"{room.base}/files/{evidence['file']['sha256']}")
    assert given.content == file[1]
    return int(evidence["seq"])


def they_qualify_blind(room: Room, evidence: int, clock: Any) -> None:
    """Cast five sheets of five organisations, one of them otherwise, and decide."""
    for status in ("triaged", "qualifying"):
        room.post("/case/move", data={"status": status})
    room.post("/case/grade", data={"harm": 2, "breakout": 3})
    for number in range(COUNT):
        dissents = number == COUNT - 1
        finding = "no" if dissents else "yes"
        sheet = {
            "verdict": "satire_or_opinion" if dissents else "disinformation",
            "reason": f"Reason of house {number}",
            f"answer-{FALSE}": finding,
            f"answer-{HARM}": finding,
            f"evidence-{FALSE}": str(evidence),
            "techniques": "T0023",
        }
        before = room.get("/qualification", who=number).text
        assert "Reason of house" not in before
        room.post("/qualification", who=number, data=sheet)
        assert ("Reason of house 0" in room.get("/qualification", who=number).text) is True
    early = room.people[0].post(f"{room.base}/qualification/decide")
    assert (early.status_code, "to wait" in early.text) == (409, True)
    sealed = exported(room)
    assert [one["content"] for one in sealed["events"] if one["kind"] == "vote.cast"][1:] == [None] * (
        COUNT - 1
    )
    clock.advance(minutes=16)
    room.post("/qualification/decide")
    record = room.get("/qualification/records/1.json", who=3).json()["record"]
    assert record["verdict"] == "disinformation"
    assert record["agreement"]["agree"] == COUNT - 1
    assert [one["reason"] for one in record["dissent"]] == [f"Reason of house {COUNT - 1}"]


def they_answer_and_close(room: Room) -> None:
    """Choose a reaction, follow a playbook, write the report, close."""
    room.post(
        "/reaction",
        data={"kind": "fact_check", "why": "Voters need to know", "text": "The place is where it was."},
    )
    room.post("/tasks/playbook", data={"key": "false_polling_information"})
    page = room.get("/tasks", who=1).text
    tasks = sorted({int(one) for one in re.findall(r"/tasks/(\d+)", page)})
    assert len(tasks) > 2
    room.post(f"/tasks/{tasks[0]}", who=1, data={"done": "yes"})
    based_on = re.search(r'name="based_on" value="([^"]*)"', room.get("/report", who=2).text)
    assert based_on is not None
    words = {
        "text": "# Situation\n\nThe place **has not** moved.",
        "based_on": html.unescape(based_on.group(1)),
    }
    room.post("/report", who=2, data=words)
    assert "has not" in room.get("/report/versions/1", who=3).text
    room.post("/case/move", data={"status": "monitoring"})
    room.post("/case/move", data={"status": "closed", "why": "Nobody repeats it"})
    case = room.people[1].get(f"/api/v1/rooms/cases/{room.id}", headers=programs(room.people[1])).json()
    assert (case["status"], case["verdict"], case["severity"] is not None) == (
        "closed",
        "disinformation",
        True,
    )


def what_comes_out(room: Room) -> None:
    """Take the case out in every form, each for programs that know the form; the log verifies."""
    page = room.get("/after-action").text
    markdown = room.get("/outputs/after-action.md").text
    for told in (page, markdown):
        for words in ("A false polling place", "notice.txt", "Voters need to know", "TLP:AMBER"):
            assert words in told, words
    assert room.get("/outputs/after-action.pdf").content.startswith(b"%PDF")
    bundle = stix2.parse(room.get("/outputs/stix.json").text, allow_custom=False)
    kinds = {one["type"] for one in bundle["objects"]}
    assert {"report", "incident", "opinion", "observed-data"} <= kinds
    event = pymisp.MISPEvent()
    event.load(json.loads(room.get("/outputs/misp.json").text))
    assert "tlp:amber" in {one.name for one in event.tags}
    document = exported(room)
    assert all(one["content"] is not None for one in document["events"] if one["kind"] == "vote.cast")


def exported(room: Room) -> dict[str, Any]:
    """Take the log away and check it without the server."""
    document: dict[str, Any] = json.loads(room.get("/log.json").content)
    found = verify_document(document)
    assert found.whole, found
    assert len(document["events"]) == document["head"]["seq"]
    return document


def a_case_study_is_drafted(room: Room) -> None:
    """Draft the encyclopedia's entry: not by itself from an AMBER case, but by a person from the draft, in which nobody is named."""
    draft = room.get("/outputs/case-study.md").text
    assert "4 of 5 organisations" in draft
    assert "Person" not in draft
    refused = room.people[0].post(f"{room.base}/outputs/case-study", data={"audience": "amber"})
    assert (refused.status_code, "TLP:CLEAR" in refused.text) == (409, True)
    title, _blank, rest = draft.removeprefix("# ").partition("\n")
    entry = {
        "kind": "case_study",
        "language": "en",
        "text": {"title": title, "lead": "A rumour.", "body": rest},
    }
    made = room.people[0].post("/api/v1/encyclopedia/entries", json=entry, headers=programs(room.people[0]))
    assert made.status_code == 201, made.text
    assert (
        "A false polling place" in room.people[1].get("/en/encyclopedia/entries/a-false-polling-place").text
    )
