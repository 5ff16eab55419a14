"""Exercises: loaded, played once by several processes, kept apart, looked back at."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.exercises import (
    end_exercise,
    pause_exercise,
    play_due,
    prepare_exercise,
    resume_exercise,
    set_speed,
    skip_ahead,
    start_exercise,
)
from collab_chat.core.scenarios import read_scenario
from collab_chat.models import Case, Exercise, File, Message, Signal
from collab_chat.queries.people import possible_players
from collab_chat.queries.signals import count_new
from collab_chat.schemas.events import FileRef
from collab_chat.service.exercises import play
from collab_chat.sources.scenarios import SCENARIOS, shipped
from collab_chat.sources.scenarios import shipped as scenarios
from common.accounts.actors import Actor, Role, operator
from common.accounts.models import Person, RoleGrant
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid
from common.web.services import Services
from tests.collab_chat.comparing import assert_rebuilt_is_live
from tests.collab_chat.making import ROLES, START, organisation, person, room_with
from tests.conftest import StoppedClock

DIRECTS = {Role.COORDINATOR, Role.ADMIN}


def _keep(session: object, standing: object, data: bytes, name: str) -> FileRef:
    return FileRef(sha256="0" * 64, name=name, media_type="text/plain", size=len(data))


def _begun(database: Database, *, speed: float = 1.0) -> tuple[uuid.UUID, Actor, Actor]:
    """Return an exercise that runs, its director and one player."""
    with database.write() as session:
        director = person(session, "Dana", Role.COORDINATOR)
        player = person(session, "Pat", Role.MEMBER, organisation(session, "Some desk"))
        made = prepare_exercise(session, director, shipped()["polling_stations"], "en", at=START)
        assert player.person_id
        start_exercise(session, director, made.id, {player.person_id: "lead"}, speed=speed, at=START)
        return made.id, director, player


def _play(database: Database, exercise_id: uuid.UUID, at: datetime) -> int:
    with database.write() as session:
        return play_due(session, operator("job"), exercise_id, _keep, at=at)


def test_shipped_scenarios_have_both_languages_throughout() -> None:
    assert len(scenarios()) == 2
    assert all(one.languages == ("en", "fr") for one in scenarios().values())


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("at: 6\n", "at: soon\n", "injects → 4 → at", "number"),
        ("account: neighbour", "account: nobody", "injects → 3 → account", "no account"),
        ("kind: feed", "kind: fed", "injects → 5 → kind", "'feed'"),
        ("at: 9\n", "at: 1\n", "injects → 5 → at", "order of time"),
        ("rights: reviewer", "right: reviewer", "roles → 1 → right", "not known"),
    ],
)
def test_a_mistake_in_a_scenario_is_named_with_its_line(old: str, new: str, where: str, what: str) -> None:
    text = (SCENARIOS / "polling_stations.yaml").read_text("utf-8").replace(old, new, 1)
    line = text[: text.index(new)].count("\n") + 1
    with pytest.raises(Invalid) as refused:
        read_scenario(text)
    assert any(place.startswith((f"line {line},", f"line {line - 1},")) for place in refused.value.fields)
    found = {place: sentence for place, sentence in refused.value.fields.items() if place.endswith(where)}
    assert what in "".join(found.values()), refused.value.fields


def test_a_scenario_that_lacks_words_in_a_language_is_refused() -> None:
    text = (SCENARIOS / "polling_stations.yaml").read_text("utf-8").replace(', fr: "Responsable"', "", 1)
    with pytest.raises(Invalid) as refused:
        read_scenario(text)
    assert any("roles → 1 → name" in place for place in refused.value.fields)


@pytest.mark.parametrize("role", ROLES)
def test_only_coordinators_direct_exercises(database: Database, role: Role | None) -> None:
    with database.write() as session:
        made = prepare_exercise(session, operator(), shipped()["hospital_voice"], "fr", at=START).id
    with database.write() as session:
        actor = person(session, "Robin", role) if role else Actor(via="session")
        if role in DIRECTS:
            assert (
                prepare_exercise(session, actor, shipped()["hospital_voice"], "fr", at=START).state == "ready"
            )
            return
        steps: list[Callable[[], object]] = [
            lambda: prepare_exercise(session, actor, shipped()["hospital_voice"], "fr", at=START),
            lambda: start_exercise(session, actor, made, {}, speed=1.0, at=START),
            lambda: pause_exercise(session, actor, made, at=START),
            lambda: resume_exercise(session, actor, made, at=START),
            lambda: set_speed(session, actor, made, 2.0, at=START),
            lambda: skip_ahead(session, actor, made, at=START),
            lambda: end_exercise(session, actor, made, at=START),
            lambda: play_due(session, actor, made, _keep, at=START),
        ]
        for step in steps:
            with pytest.raises(Exception, match=r"Sign in|role") as refused:
                step()
            assert isinstance(refused.value, Forbidden) or role is None


def test_everything_is_given_once_at_its_time(database: Database) -> None:
    exercise_id, _director, player = _begun(database)
    assert _play(database, exercise_id, START) == 1
    assert _play(database, exercise_id, START) == 0
    assert _play(database, exercise_id, START + timedelta(minutes=6)) == 3
    assert _play(database, exercise_id, START + timedelta(hours=1)) == 6
    with database.read() as session:
        exercise = session.get_one(Exercise, exercise_id)
        assert [one["inject"] for one in exercise.given] == list(range(10))
        messages = session.scalars(select(Message).where(Message.room_id == exercise.room_id)).all()
        texts = [one.text for one in messages]
        assert sum("Is it true that station 7" in one for one in texts) == 1
        briefings = [one for one in messages if one.tlp == "red"]
        assert [one.readers for one in briefings] == [[str(player.person_id)]]
        signals = session.scalars(select(Signal)).all()
        assert {one.exercise_id for one in signals} == {exercise_id}
        assert max(one.times for one in signals) == 12
        assert count_new(session, player) == 0, "an exercise's signals are never counted among real ones"
    assert exercise.room_id
    assert_rebuilt_is_live(database, exercise.room_id)


def test_time_stands_still_in_a_pause_and_runs_at_its_speed(database: Database) -> None:
    exercise_id, director, _player = _begun(database, speed=2.0)
    with database.write() as session:
        pause_exercise(
            session, director, exercise_id, at=START + timedelta(minutes=1)
        )  # minute 2 of the scenario
    assert _play(database, exercise_id, START + timedelta(minutes=30)) == 0
    with database.write() as session:
        resume_exercise(session, director, exercise_id, at=START + timedelta(minutes=30))
    assert _play(database, exercise_id, START + timedelta(minutes=30)) == 2
    with database.write() as session:
        skip_ahead(session, director, exercise_id, at=START + timedelta(minutes=30))
    assert _play(database, exercise_id, START + timedelta(minutes=30)) == 1
    with database.write() as session, pytest.raises(Conflict):
        resume_exercise(session, director, exercise_id, at=START)
    with database.write() as session:
        end_exercise(session, director, exercise_id, at=START + timedelta(minutes=31))
    assert _play(database, exercise_id, START + timedelta(days=1)) == 0


@pytest.fixture
def played(
    app: FastAPI, guest: TestClient, clock: StoppedClock, browser_of: Callable[[Actor], TestClient]
) -> tuple[Services, TestClient, TestClient, str]:
    """An exercise that a director began on the page with one player."""
    services: Services = app.state.services
    with services.database.write() as session:
        director = person(session, "Dana", Role.COORDINATOR)
        player = person(session, "Pat", Role.MEMBER, organisation(session, "Some desk"))
    dana, pat = browser_of(director), browser_of(player)
    made = dana.post(
        "/en/rooms/exercises",
        data={"key": "polling_stations", "language": "en"},
        follow_redirects=False,
    )
    page = made.headers["location"]
    nobody = dana.post(f"{page}/start", data={"role_lead": "who@example.org", "speed": "1.0"})
    assert nobody.status_code == 422
    assert "who@example.org" in nobody.text
    begun = dana.post(f"{page}/start", data={"role_lead": "pat@example.org", "speed": "1.0"})
    assert begun.status_code == 200
    return services, dana, pat, page


def test_a_director_plays_an_exercise_on_the_page(
    played: tuple[Services, TestClient, TestClient, str], clock: StoppedClock
) -> None:
    services, dana, pat, page = played
    assert pat.get(f"{page}/debrief").status_code == 404, "not before it is over"
    assert pat.post(f"{page}/skip").status_code == 403
    assert "The next thing was given" in dana.post(f"{page}/skip").text
    assert "stands still" in dana.post(f"{page}/pause").text
    with services.database.read() as session:
        signal = session.scalars(select(Signal)).one()
        files = session.scalars(select(File)).all()
        assert [one.name.startswith("EXERCISE") for one in files] == [True]
    opened = pat.post(
        "/en/rooms/cases/new",
        data={"title": "Closed stations?", "signal": str(signal.id), "tlp": "amber"},
    )
    assert "EXERCISE" in opened.text
    with services.database.read() as session:
        assert session.scalars(select(Case)).one().exercise_id == signal.exercise_id
    dana.post(f"{page}/end")
    debrief = pat.get(f"{page}/debrief")
    assert "EXERCISE" in debrief.text
    assert "A case is open within ten minutes" in debrief.text
    assert "opened a case" in debrief.text
    table = pat.get(f"{page}/debrief.csv").text
    assert table.startswith("EXERCISE,")


def test_the_pulse_gives_what_is_due_and_brings_players_into_new_rooms(
    played: tuple[Services, TestClient, TestClient, str], clock: StoppedClock
) -> None:
    services, _dana, _pat, _page = played
    assert play(services, services.clock()) == 0
    assert play(services, services.clock() + timedelta(minutes=4)) == 2


def test_a_scenario_file_with_mistakes_says_where(
    app: FastAPI, guest: TestClient, browser_of: Callable[[Actor], TestClient]
) -> None:
    with app.state.services.database.write() as session:
        director = person(session, "Dana", Role.COORDINATOR)
    dana = browser_of(director)
    text = (SCENARIOS / "hospital_voice.yaml").read_text("utf-8").replace("kind: feed", "kind: fed")
    sent = dana.post("/en/rooms/exercises", files={"scenario": ("own.yaml", text.encode())})
    assert sent.status_code == 422
    assert "line 80" in sent.text
    sent = dana.post("/en/rooms/exercises", files={"scenario": ("own.yaml", b"\xff\xfe")})
    assert sent.status_code == 422
    sent = dana.post("/en/rooms/exercises", data={})
    assert sent.status_code == 422


def test_a_coordinator_may_name_whom_the_pages_show_them(database: Database) -> None:
    with database.write() as session:
        desk, paper = organisation(session, "Desk"), organisation(session, "Paper")
        dana = person(session, "Dana", Role.COORDINATOR, desk)
        person(session, "Cleo", Role.MEMBER, desk)
        closed = person(session, "Gone", Role.MEMBER, desk)
        session.get_one(Person, closed.person_id).disabled_at = START
        outside = person(session, "Otto", Role.MEMBER, desk)
        session.query(RoleGrant).filter_by(person_id=outside.person_id).update({"tool": "encyclopedia"})
        beside, open_to_all, hidden = (
            person(session, name, Role.COORDINATOR, paper) for name in ("Bea", "Ola", "Hal")
        )
        room_with(session, beside, (dana, Role.MEMBER), (person(session, "Left"), Role.MEMBER))
        room_with(session, open_to_all, name="Open")
        room = room_with(session, hidden, name="Hidden")
        room.tlp = "amber+strict"
        session.flush()
        expected = [("Cleo", "Desk"), ("Dana", "Desk"), ("Bea", "Paper"), ("Ola", "Paper"), ("Left", "")]
        assert [(one.name, one.organisation) for one in possible_players(session, dana)] == expected
        admin = person(session, "Ada", Role.ADMIN)
        everybody = {one.name for one in possible_players(session, admin)}
        assert everybody == {name for name, _of in expected} | {"Ada", "Hal"}
        for role in (Role.GUEST, Role.MEMBER, Role.REVIEWER):
            with pytest.raises(Forbidden):
                possible_players(session, person(session, f"Nosy{role.value}", role))


def test_players_are_ticked_and_somebody_else_is_named_by_address(
    app: FastAPI, guest: TestClient, clock: StoppedClock, browser_of: Callable[[Actor], TestClient]
) -> None:
    services: Services = app.state.services
    with services.database.write() as session:
        desk = organisation(session, "Some desk")
        director, pat = (
            person(session, "Dana", Role.COORDINATOR, desk),
            person(session, "Pat", Role.MEMBER, desk),
        )
        far = person(session, "Far", Role.MEMBER)
    dana = browser_of(director)
    page = dana.post(
        "/en/rooms/exercises", data={"key": "polling_stations", "language": "en"}, follow_redirects=False
    ).headers["location"]
    shown = dana.get(page).text
    assert f'name="who_lead" value="{pat.person_id}"' in shown
    assert "Some desk" in shown
    assert str(far.person_id) not in shown
    guessed = dana.post(f"{page}/start", data={"who_lead": str(far.person_id), "speed": "1.0"})
    assert guessed.status_code == 422
    assert "cannot be named any more" in guessed.text
    twice = {"who_lead": str(pat.person_id), "role_checker": "pat@example.org", "speed": "2.0"}
    refused = dana.post(f"{page}/start", data=twice)
    assert refused.status_code == 422
    assert "has another role already" in refused.text
    assert f'name="who_lead" value="{pat.person_id}" checked' in refused.text, "what was ticked is not lost"
    named = {"who_lead": [str(pat.person_id)], "role_checker": "far@example.org", "speed": "1.0"}
    assert dana.post(f"{page}/start", data=named).status_code == 200
    with services.database.read() as session:
        players = session.scalars(select(Exercise)).one().players
    assert players == {str(pat.person_id): "lead", str(far.person_id): "checker"}
