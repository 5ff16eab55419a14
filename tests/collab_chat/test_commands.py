"""Slash commands: what each does, who may, and what is said when another tool does not answer."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.cases import CaseForm, open_case
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.reach import load_figures
from collab_chat.actions.rooms import add_member, change_room
from collab_chat.core.reach import Figure
from collab_chat.models import Case, Message, ReachFigure, Room, Task
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.service.answering import ANSWERS, Answers
from collab_chat.service.commands import CommandAnswer, run_command
from collab_chat.service.transactions import changing
from collab_chat.service.unfolding import own_paths
from common.accounts.actors import ANONYMOUS, Actor, Role
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded, TooMany, Unavailable
from common.peers import PeerCreative, PeerEntry, PeerScoreWords
from common.settings import Settings
from common.taxonomy import EntryKind, Phase
from tests.collab_chat.making import ROLES, START, person, room_with

SCORE = uuid.UUID("0193a000-0000-7000-8000-000000000001")
Run = Callable[..., CommandAnswer]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what is asked of it is tested with signals, cases and tasks."""
    return sqlite_url


class AtOnce(Answers):
    """Answers before it returns."""

    def later(self, work: Callable[[], None]) -> None:
        work()


class Bots:
    """A bot detector with one account."""

    def find(self, account: str, **_asked: object) -> list[PeerScoreWords]:
        return [self.words(SCORE)] if account == "weather" else []

    def words(self, score_id: uuid.UUID, **_asked: object) -> PeerScoreWords:
        return PeerScoreWords(
            id=score_id, platform="x", account_id="1", handle="weather", observed_at=START, scored_at=START,
            probability=0.71, low=0.58, high=0.83, prevalence=0.1, verdict_words="unclear",
            sentence="Likelihood of automation 71 %.", reasons=["Has 12 followers."], caveats=["Little is known."],
            model_version="1",
        )  # fmt: skip


class Ads:
    """An ads tool with one creative."""

    def search(self, _words: str, **_asked: object) -> tuple[list[PeerCreative], int]:
        return [self.read(7)], 12

    def read(self, creative_id: int, **_asked: object) -> PeerCreative:
        labels: list[Any] = [
            {"campaign": "spring", "disputed": False, "contested": True, "questions": {"political": {"label": "yes", "confidence": 0.9}}}
        ]  # fmt: skip
        return PeerCreative(
            id=creative_id, text="Vote!", title="", language="en", page_name="A page", ads=3, labels=labels
        )


class Encyclopedia:
    """An encyclopedia whose practices are of one phase."""

    def search(
        self, _words: str, *, kind: EntryKind, phase: Phase | None = None, **_asked: object
    ) -> list[PeerEntry]:
        assert kind is EntryKind.PRACTICE
        entry = PeerEntry(
            id=1, kind="practice", language="en", slug="look-twice", title="Look twice", lead="Do."
        )
        return [entry] if phase in {None, Phase.DETECTION} else []


class Down:
    """A tool that does not answer."""

    def __getattr__(self, _name: str) -> Callable[..., object]:
        def ask(*_args: object, **_named: object) -> object:
            raise Unavailable("That tool does not answer at the moment.")

        return ask


class FakePeers:
    """The other tools; the network between tools is the one thing that is not real here."""

    def __init__(self, tool: Callable[[], object] | None = None) -> None:
        self.bots, self.ads, self.encyclopedia = (
            (tool(), tool(), tool()) if tool else (Bots(), Ads(), Encyclopedia())
        )

    def close(self) -> None:
        """End nothing."""


@pytest.fixture
def services(app: FastAPI, guest: TestClient) -> Any:
    made = app.state.services
    made.extras[ANSWERS] = AtOnce()
    made.peers = FakePeers()
    return made


@pytest.fixture
def ada(services: Any) -> Actor:
    with services.database.write() as session:
        return person(session, "Ada", Role.COORDINATOR)


@pytest.fixture
def case(services: Any, ada: Actor) -> Case:
    with services.database.write() as session:
        return open_case(session, ada, CaseForm("Closing hours"), at=START)


@pytest.fixture
def run(services: Any, ada: Actor, case: Case) -> Run:
    def type_line(line: str, actor: Actor = ada, room: uuid.UUID = case.room_id) -> CommandAnswer:
        return run_command(services, actor, room, line, at=START)

    return type_line


def last_message(services: Any, case: Case) -> Message:
    with services.database.read() as session:
        found = select(Message).where(Message.room_id == case.room_id).order_by(Message.seq.desc())
        return session.scalars(found.limit(1)).one()


def test_score_brings_a_card_with_interval_reasons_and_caveats(run: Run, services: Any, case: Case) -> None:
    answer = run("/score @weather")
    assert answer.response_type == "in_channel"
    message = last_message(services, case)
    assert message.via == {"kind": "command", "name": "/score"}
    assert message.author_id is None
    assert message.text.startswith("`/score @weather`")
    (card,) = message.cards
    assert card["url"] == f"/bots/scores/{SCORE}"
    assert card["facts"]["Likelihood"] == "71% (between 58% and 83%)"
    assert "Has 12 followers." in card["text"]
    assert "Little is known." in card["text"]
    assert "a bot" not in f"{message.text} {card['text']}".lower()


def test_an_unknown_account_says_how_to_bring_it(run: Run, services: Any, case: Case) -> None:
    run("/score @nobody")
    message = last_message(services, case)
    assert "/bots/" in message.text
    assert message.cards == []


def test_ads_and_practices_bring_cards(run: Run, services: Any, case: Case) -> None:
    run("/ads polling station")
    message = last_message(services, case)
    assert "12 ad texts" in message.text
    assert message.cards[0]["facts"] == {
        "Ads with this text": "3",
        "spring: political": "yes (90%) · contested",
    }
    run("/practice")
    message = last_message(services, case)
    assert [card["title"] for card in message.cards] == ["Look twice"]
    assert "for the phase that this case is in" in message.text


@pytest.mark.parametrize("line", ["/score @weather", "/ads words", "/practice words"])
def test_a_tool_that_is_down_is_a_sentence_in_the_room(
    run: Run, services: Any, case: Case, line: str
) -> None:
    services.peers = FakePeers(Down)
    assert run(line).response_type == "in_channel"
    assert "does not answer at the moment" in last_message(services, case).text


def test_scale_answers_by_the_loaded_table_with_date_and_source(
    run: Run, services: Any, ada: Actor, case: Case
) -> None:
    answer = run("/scale 12000 shares")
    assert answer.response_type == "ephemeral"
    assert "invents none" in answer.text
    with services.database.write() as session:
        figure = Figure("any", "shares", 1_000, {"en": "Invented: some"}, "2026-01-01", "invented for a test")
        assert load_figures(session, ada, [figure], at=START) == 1
    assert run("/scale 12000 shares").response_type == "in_channel"
    text = last_message(services, case).text
    assert "Invented: some (2026-01-01, invented for a test)" in text
    with pytest.raises(Invalid):
        run("/scale 3 shares")


def test_a_task_has_owner_and_due_time(run: Run, services: Any, ada: Actor, case: Case) -> None:
    with services.database.write() as session:
        ben = person(session, "Ben")
        assert ben.person_id is not None
        add_member(session, ada, case.room_id, ben.person_id, Role.MEMBER, at=START)
    assert "2026-11-02 11:00" in run("/task Call the prefecture @Ben 2h").text
    with services.database.read() as session:
        task = session.scalars(select(Task)).one()
        assert (task.text, task.owner_id, task.due) == (
            "Call the prefecture",
            ben.person_id,
            START + timedelta(hours=2),
        )
    with pytest.raises(Invalid, match="@Eve"):
        run("/task Call @Eve")


def test_severity_and_marking(run: Run, services: Any, case: Case) -> None:
    assert "High" in run("/severity 3 4").text
    assert run("/tlp").text.startswith("**TLP:AMBER**")
    run("/tlp green")
    with services.database.read() as session:
        assert session.get_one(Room, case.room_id).tlp == "green"
        graded = session.get_one(Case, case.room_id)
        assert (graded.harm, graded.breakout, graded.severity) == (3, 4, "high")


def test_ways_to_the_panels(run: Run, case: Case, services: Any, ada: Actor) -> None:
    assert run("/vote").goto == f"/rooms/{case.room_id}/qualification"
    assert run("/report").goto == f"/rooms/{case.room_id}/report"
    with services.database.write() as session:
        team = room_with(session, ada)
    with pytest.raises(NotFound):
        run("/vote", ada, team.id)


def test_help_lists_all_and_explains_one(run: Run) -> None:
    text = run("/help").text
    for word in ("score", "ads", "practice", "scale", "task", "vote", "severity", "tlp", "report", "help"):
        assert f"`/{word}" in text
    assert "/score @weather_daily_0042" in run("/help /score").text
    with pytest.raises(Invalid, match="/nothing"):
        run("/nothing")


def test_thirty_commands_a_minute(run: Run) -> None:
    for _each in range(30):
        run("/tlp")
    with pytest.raises(TooMany):
        run("/tlp")


def test_in_an_archived_room_nothing_is_run(run: Run, services: Any, ada: Actor, case: Case) -> None:
    with services.database.write() as session:
        change_room(session, ada, case.room_id, RoomChanged(archived=True), at=START)
    with pytest.raises(Conflict):
        run("/help")


def test_who_is_not_in_the_room_runs_nothing(run: Run, services: Any) -> None:
    with services.database.write() as session:
        eve = person(session, "Eve", Role.ADMIN)
    with pytest.raises(NotFound):
        run("/help", eve)
    with pytest.raises(SignInNeeded):
        run("/help", ANONYMOUS)


def test_a_guest_of_the_room_neither_grades_nor_marks(
    run: Run, services: Any, ada: Actor, case: Case
) -> None:
    with services.database.write() as session:
        gus = person(session, "Gus", Role.GUEST)
        assert gus.person_id is not None
        change_room(session, ada, case.room_id, RoomChanged(tlp=Tlp.GREEN), at=START)
        add_member(session, ada, case.room_id, gus.person_id, Role.GUEST, at=START)
    for line in ("/severity 3 4", "/tlp clear"):
        with pytest.raises((Forbidden, NotFound)):
            run(line, gus)


@pytest.mark.parametrize("role", ROLES)
def test_only_coordinators_load_figures(database: Database, role: Role | None) -> None:
    with database.write() as session:
        actor = ANONYMOUS if role is None else person(session, "Eve", role)
        if role in {Role.COORDINATOR, Role.ADMIN}:
            assert load_figures(session, actor, [], at=START) == 0
            return
        with pytest.raises(SignInNeeded if role is None else Forbidden):
            load_figures(session, actor, [], at=START)
        assert session.scalars(select(ReachFigure)).all() == []


def test_the_page_runs_a_line_and_knows_all_commands(
    services: Any, ada: Actor, case: Case, browser_of: Callable[[Actor], TestClient]
) -> None:
    browser = browser_of(ada)
    base = f"/en/rooms/{case.room_id}"
    answer = browser.post(f"{base}/messages", data={"text": "/tlp"}, headers={"HX-Request": "true"})
    assert answer.json()["response_type"] == "ephemeral"
    assert answer.json()["told"].startswith("TLP:AMBER")
    plain = browser.post(f"{base}/messages", data={"text": "/vote"}, follow_redirects=False)
    assert plain.headers["Location"] == f"{base}/qualification"
    words = [one["word"] for one in browser.get(f"{base}/commands.json").json()["commands"]]
    assert words == sorted(words)
    assert "score" in words
    wrong = browser.post(f"{base}/messages", data={"text": "/nothing"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    with services.database.read() as session:
        assert session.scalars(select(Message)).all() == []


def test_links_to_our_own_tools_are_unfolded(
    services: Any, ada: Actor, case: Case, settings: Settings
) -> None:
    url = f"{settings.public_url}/fr/bots/scores/{SCORE}"
    with changing(services) as session:
        text = f"See {url}, and https://elsewhere.example.org/bots/scores/{SCORE}."
        event = post_message(session, ada, case.room_id, Draft(text), at=START)
    with services.database.read() as session:
        message = session.get_one(Message, (case.room_id, event.seq))
        assert [card["url"] for card in message.cards] == [f"/bots/scores/{SCORE}"]
    services.peers = FakePeers(Down)
    with changing(services) as session:
        event = post_message(session, ada, case.room_id, Draft(url), at=START)
    with services.database.read() as session:
        assert session.get_one(Message, (case.room_id, event.seq)).cards == []


def test_which_links_are_our_own() -> None:
    text = (
        f"http://here.example/bots/scores/{SCORE}?x=1 (http://here.example/en/ads/library/7) "
        "http://here.example/fr/encyclopedia/entries/v%C3%A9rifier. http://here.example/en/rooms http://[x http://here.example:1/ads/library/7"
    )
    assert own_paths(text, "http://here.example") == [
        f"/bots/scores/{SCORE}",
        "/ads/library/7",
        "/encyclopedia/entries/vérifier",
    ]


def test_programs_run_lines_too(
    services: Any, ada: Actor, case: Case, browser_of: Callable[[Actor], TestClient]
) -> None:
    client = browser_of(ada)
    client.headers["Accept"] = "application/json"
    address = f"/api/v1/rooms/{case.room_id}/commands"
    assert {one["word"] for one in client.get(address).json()["commands"]} >= {"score", "task"}
    assert client.post(address, json={"text": "/vote"}).json()["goto"].endswith("/qualification")
    assert client.post(address, json={"text": "/score @weather"}).json()["response_type"] == "in_channel"
    assert last_message(services, case).cards != []
    assert client.post(address, json={"text": "no command"}).status_code == 422
