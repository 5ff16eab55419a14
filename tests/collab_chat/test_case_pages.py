"""The cases' doors: list, form, panels, programs."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.qualifying import cast_vote
from collab_chat.actions.rooms import add_member
from collab_chat.jobs.timers import give_reminders
from collab_chat.models import Case, Objection
from collab_chat.queries.qualification import sheets_for
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.cases import Finding, Verdict
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role, operator
from common.errors import Unavailable
from common.peers import PeerEntry
from tests.collab_chat.casework import Work, case_with, decided, evidence, qualifying, sheet
from tests.collab_chat.making import START, person
from tests.conftest import StoppedClock

Browser = Callable[[Actor], TestClient]
PANELS = ("case", "qualification", "tasks", "reaction")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: the questions have tests of their own."""
    return sqlite_url


def made(app: FastAPI, build: Callable[..., Work], **options: object) -> Work:
    with app.state.services.database.write() as session:
        return build(session, **options)


def filled(**more: str) -> dict[str, str]:
    answers = {"answer-false_or_misleading": "yes", "answer-intent_to_harm": "yes"}
    return {**answers, "verdict": "disinformation", "reason": "Three sources deny it", **more}


@pytest.mark.parametrize("part", PANELS)
def test_panels_alone_and_in_the_page(app: FastAPI, browser_of: Browser, part: str) -> None:
    work = made(app, decided)
    for actor in work.people[:3]:
        browser = browser_of(actor)
        for headers in ({}, {"HX-Request": "true"}):
            answer = browser.get(f"/en/rooms/{work.room}/{part}", headers=headers)
            assert answer.status_code == 200
            assert ("<html" in answer.text) == (not headers)


@pytest.mark.parametrize("part", PANELS)
def test_panels_are_not_for_others(app: FastAPI, browser_of: Browser, part: str) -> None:
    work = made(app, decided)
    with app.state.services.database.write() as session:
        outsider = person(session, "Eve", Role.ADMIN)
    assert browser_of(outsider).get(f"/en/rooms/{work.room}/{part}").status_code == 404
    guest = browser_of(work.guest).get(f"/en/rooms/{work.room}/{part}")
    if part == "tasks":
        assert guest.status_code == 200
    else:
        assert guest.status_code == 404  # AMBER is not for guests
    assert "A false polling place" not in guest.text or part == "tasks"


def test_a_case_is_opened_by_form_and_moved_on_by_buttons(app: FastAPI, browser_of: Browser) -> None:
    with app.state.services.database.write() as session:
        ada = person(session, "Ada", Role.REVIEWER)
    browser = browser_of(ada)
    refused = browser.post("/en/rooms/cases/new", data={"title": " ", "summary": "Typed <b>"})
    assert refused.status_code == 422
    assert "Typed &lt;b&gt;" in refused.text
    opened = browser.post("/en/rooms/cases/new", data={"title": "A <script> of votes"}, follow_redirects=True)
    assert "A &lt;script&gt; of votes" in opened.text
    room = str(opened.url).split("/rooms/")[1].split("/")[0]
    moved = browser.post(f"/en/rooms/{room}/case/move", data={"status": "triaged"}, follow_redirects=True)
    assert "Begin to qualify" in moved.text
    skipped = browser.post(f"/en/rooms/{room}/case/move", data={"status": "monitoring"})
    assert skipped.status_code == 409
    assert "there is no step" in skipped.text
    graded = browser.post(
        f"/en/rooms/{room}/case/grade",
        data={"harm": "4", "breakout": "5", "severity": ""},
        follow_redirects=True,
    )
    assert "Critical" in graded.text
    listed = browser.get("/en/rooms/cases?severity=critical")
    assert "A &lt;script&gt; of votes" in listed.text
    assert "No case fits" in browser.get("/en/rooms/cases?severity=low").text


def test_lists_take_whatever_they_are_asked(app: FastAPI, browser_of: Browser) -> None:
    work = made(app, case_with)
    asked = "status=all&severity=x&organisation=%25&sort=x&page=9999999"
    assert browser_of(work.people[0]).get(f"/en/rooms/cases?{asked}").status_code == 200


def test_a_sheet_by_form_blind_and_kept_when_refused(app: FastAPI, browser_of: Browser) -> None:
    work = made(app, qualifying)
    with app.state.services.database.write() as session:
        told = sheet(Verdict.AUTHENTIC, Finding.NO, reason="A secret reason")
        cast_vote(session, work.people[1], work.room, told, at=work.at)
    voter = browser_of(work.people[2])
    address = f"/en/rooms/{work.room}/qualification"
    before = voter.get(address).text
    assert "A secret reason" not in before
    assert "organisations agree" not in before
    refused = voter.post(address, data=filled(**{"answer-intent_to_harm": "no"}))
    assert refused.status_code == 422
    assert "Three sources deny it" in refused.text
    assert "all its criteria" in refused.text
    bad = voter.post(address, data=filled(techniques="T1 nonsense", credibility="9"))
    assert bad.status_code == 422
    assert "DISARM techniques look like" in bad.text
    cast = voter.post(address, data=filled(techniques="t0023, T0049.001"), follow_redirects=True)
    assert "A secret reason" in cast.text
    with app.state.services.database.read() as session:
        standing = standing_in(session, work.people[2], work.room)
        mine = sheets_for(session, standing, session.get_one(Case, work.room)).mine
    assert mine is not None
    assert mine.sheet.techniques == ("T0023", "T0049.001")


def test_deciding_by_form_gives_a_record_whose_hash_can_be_checked(
    app: FastAPI, browser_of: Browser, clock: StoppedClock
) -> None:
    work = made(app, qualifying)
    address = f"/en/rooms/{work.room}/qualification"
    for actor in work.people[:4]:
        browser_of(actor).post(address, data=filled())
    lead = browser_of(work.people[0])
    early = lead.post(f"{address}/decide")
    assert early.status_code == 409
    assert "15 more minutes to wait" in early.text
    lead.post(f"{address}/objections", data={"why": "No source", "blocking": "1"})
    clock.advance(minutes=15)
    assert "blocking objection is open" in lead.get(address).text
    with app.state.services.database.read() as session:
        seq = session.scalars(select(Objection.seq)).one()
    lead.post(f"{address}/objections/{seq}", data={"why": "Added"})
    done = lead.post(f"{address}/decide", follow_redirects=True)
    assert "Record of round 1" in done.text
    record = lead.get(f"{address}/records/1.json").json()
    assert record["record"]["verdict"] == "disinformation"
    assert record["sha256"] in done.text
    assert browser_of(work.guest).get(f"{address}/records/1.json").status_code == 404


def test_reaction_attribution_and_reopening_by_form(app: FastAPI, browser_of: Browser) -> None:
    work = made(app, decided)
    with app.state.services.database.write() as session:
        seq = evidence(session, work)
    lead, second = browser_of(work.people[0]), browser_of(work.people[1])
    address = f"/en/rooms/{work.room}/reaction"
    assert "Report of content: case" in lead.get(address).text
    chosen = lead.post(
        address, data={"kind": "report", "why": "Clear breach", "text": "Dear…"}, follow_redirects=True
    )
    assert "Clear breach" in chosen.text
    lead.post(f"{address}/attributions", data={"actor": "A network", "why": "Same servers", "confidence": "high", "evidence": [str(seq)]})  # fmt: skip
    shown = second.get(address).text
    assert "I agree" in shown
    assert "I agree" not in lead.get(address).text
    proposal = shown.split(f"{work.room}/reaction/attributions/")[1].split('"')[0]
    agreed = second.post(f"{address}/attributions/{proposal}", follow_redirects=True)
    assert "stated" in agreed.text
    reopened = lead.post(
        f"/en/rooms/{work.room}/case/reopen",
        data={"why": "A capture", "evidence": [str(seq)]},
        follow_redirects=True,
    )
    assert "round 2" in reopened.text


def test_tasks_by_form(app: FastAPI, browser_of: Browser) -> None:
    work = made(app, case_with)
    lead = browser_of(work.people[0])
    address = f"/en/rooms/{work.room}/tasks"
    bad = lead.post(address, data={"text": "Call", "due": "tomorrow"})
    assert bad.status_code == 422
    assert 'value="Call"' in bad.text
    added = lead.post(
        address,
        data={"text": "Call", "due": "2026-11-03T10:00", "owner": str(work.people[1].person_id)},
        follow_redirects=True,
    )
    assert "Call" in added.text
    seq = re.findall(r'id="text-(\d+)"', added.text)[0]
    done = lead.post(f"{address}/{seq}", data={"done": "yes"}, follow_redirects=True)
    assert "Done: 1" in done.text
    begun = lead.post(f"{address}/playbook", data={"key": "deepfake_audio"}, follow_redirects=True)
    assert "Its tasks are here" in begun.text
    french = lead.get(address.replace("/en/", "/fr/")).text
    assert "Un enregistrement d’origine douteuse avant un vote" in french


def test_reminders_come_from_the_pulse_and_once(
    app: FastAPI, clock: StoppedClock, browser_of: Browser
) -> None:
    work = made(app, case_with)
    services = app.state.services
    clock.advance(hours=2)
    for _time in range(2):
        give_reminders(services)
    with services.database.read() as session:
        assert list(session.get_one(Case, work.room).reminded) == ["triage:late"]
    assert "late by" in browser_of(work.people[0]).get(f"/en/rooms/{work.room}/case").text


def test_programs_read_and_open_cases_and_learn_no_votes(app: FastAPI, browser_of: Browser) -> None:
    work = made(app, qualifying, tlp=Tlp.AMBER)
    with app.state.services.database.write() as session:
        cast_vote(session, work.people[1], work.room, sheet(), at=work.at)
    member = browser_of(work.people[2])
    member.headers["Origin"] = "http://testserver"
    assert member.get("/api/v1/rooms/cases").json()["total"] == 1
    assert member.get(f"/api/v1/rooms/cases/{work.room}").json()["status"] == "qualifying"
    progress = member.get(f"/api/v1/rooms/cases/{work.room}/qualification").json()
    assert (progress["votes"], progress["cast"]) == (1, False)
    assert not any("agree" in one for one in progress["missing"])
    assert browser_of(work.guest).get(f"/api/v1/rooms/cases/{work.room}").status_code == 404


class Encyclopedia:
    """An encyclopedia that answers what the test says."""

    def __init__(self, answer: list[PeerEntry] | Unavailable) -> None:
        self.answer, self.asked = answer, ""

    def practices(self, phase: str, **_more: object) -> list[PeerEntry]:
        self.asked = phase
        if isinstance(self.answer, Unavailable):
            raise self.answer
        return self.answer


def test_the_encyclopedias_practices_for_the_phase(
    app: FastAPI, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = made(app, qualifying)
    lead = browser_of(work.people[0])
    address = f"/en/rooms/{work.room}/case?practices=1"
    entry = PeerEntry(
        id=1, kind="practice", language="en", slug="lateral-reading", title="Lateral reading", lead=""
    )
    there = Encyclopedia([entry])
    monkeypatch.setattr(app.state.services.peers, "encyclopedia", there)
    assert "/en/encyclopedia/entries/lateral-reading" in lead.get(address).text
    assert there.asked == "qualification"
    down = Encyclopedia(Unavailable("That tool does not answer at the moment."))
    monkeypatch.setattr(app.state.services.peers, "encyclopedia", down)
    answer = lead.get(address)
    assert answer.status_code == 200
    assert "That tool does not answer at the moment." in answer.text


def test_rules_and_playbooks_are_kept_by_coordinators(app: FastAPI, browser_of: Browser) -> None:
    work = made(app, qualifying)
    lead, member = browser_of(work.people[0]), browser_of(work.people[2])
    address = "/en/rooms/manage/rules"
    assert member.get(address).status_code == 403
    assert member.post(address, data={"name": "Mine"}).status_code == 403
    with app.state.services.database.read() as session:
        first = next(iter(session.get_one(Case, work.room).organisations))
    half = lead.post(address, data={"name": "Half", "agree": "1", "of": "2"})
    assert half.status_code == 422
    assert "more than half" in half.text
    kept = {"name": "Two are enough", "organisations": "2", "only": [first]}
    assert "Two are enough" in lead.post(address, data=kept, follow_redirects=True).text
    assert "at least 2 organisations" in member.get(f"/en/rooms/{work.room}/qualification").text
    bad = lead.post(f"{address}/playbooks", data={"playbook": "key: [unclosed"})
    assert bad.status_code == 422
    assert "not YAML" in bad.text
    own = (
        "key: ours\nname: {en: Our list}\nwhy: {en: When it burns}\nsteps: [{text: {en: Breathe}, within: 5}]"
    )
    assert "Our list" in lead.post(f"{address}/playbooks", data={"playbook": own}, follow_redirects=True).text
    assert "Our list" in member.get(f"/en/rooms/{work.room}/tasks").text
    gone = lead.post(f"{address}/playbooks/ours/drop", follow_redirects=True)
    assert "Our list" not in gone.text


def test_a_guest_is_offered_what_they_may_do_and_no_case_that_is_kept_from_them(
    app: FastAPI, browser_of: Browser
) -> None:
    work = made(app, case_with)
    with app.state.services.database.write() as session:
        gus = person(session, "Gus", Role.GUEST)
        assert gus.person_id
        add_member(session, operator("job"), work.room, gus.person_id, Role.GUEST, at=START)
    browser, member = browser_of(gus), browser_of(work.people[0])
    room, home = f"/en/rooms/{work.room}", "/en/rooms/"
    for page in (browser.get(room).text, browser.get(home).text, browser.get("/en/rooms/cases").text):
        assert "/rooms/cases/new" not in page
        assert "/rooms/signals" not in page
        assert "A false polling place" not in page
    for part in ("case", "qualification", "reaction", "outputs"):
        assert f'{room}/{part}"' in member.get(room).text
        assert f'{room}/{part}"' not in browser.get(room).text
    assert "Cases marked for others" in browser.get(home).text
    assert "Cases marked for others" not in member.get(home).text
    assert "/rooms/cases/new" in member.get(home).text
    assert browser.get("/en/rooms/notices").status_code == 200
