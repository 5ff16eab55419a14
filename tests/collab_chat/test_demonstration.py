"""The demonstration: a case in each state, one of them whole, logs that verify, and no work left that would ask the web."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from collab_chat.actions.projecting import PROJECTIONS
from collab_chat.models import (
    Case,
    Decision,
    Event,
    Evidence,
    Exercise,
    Message,
    ReactionTaken,
    ReportVersion,
    Room,
    Signal,
    Task,
    Vote,
)
from collab_chat.schemas.cases import CaseStatus
from collab_chat.schemas.events import EvidenceCaptured
from collab_chat.service.capturing import check
from collab_chat.service.verifying import verify_room
from common.accounts.actors import operator
from common.demo import fill
from common.jobs import Job
from common.settings import Settings
from common.web.services import Services
from tests.collab_chat.comparing import assert_rebuilt_is_live


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rooms_chromium": "none"})


@pytest.fixture
def filled(app: FastAPI, guest: TestClient) -> Services:
    services: Services = app.state.services
    fill(services)
    return services


def test_there_is_a_case_in_each_state_and_one_is_whole(filled: Services) -> None:
    with filled.database.read() as session:
        cases = session.scalars(select(Case).order_by(Case.number)).all()
        assert {one.status for one in cases} == {one.value for one in CaseStatus}
        whole = cases[0]
        assert whole.status == "closed"
        room_id = whole.room_id
        decision = session.scalars(select(Decision).where(Decision.room_id == room_id)).one()
        assert decision.record["verdict"] == "disinformation"
        assert decision.record["dissent"]
        votes = session.scalars(select(Vote).where(Vote.room_id == room_id)).all()
        assert len({one.organisation_id for one in votes}) == 4
        assert session.scalars(select(ReactionTaken).where(ReactionTaken.room_id == room_id)).first()
        tasks = session.scalars(select(Task).where(Task.room_id == room_id)).all()
        assert any(one.playbook for one in tasks)
        assert all(one.done_at for one in tasks)
        versions = session.scalars(select(ReportVersion).where(ReportVersion.room_id == room_id)).all()
        assert len(versions) == 2
        evidence = session.scalars(select(Evidence).where(Evidence.room_id == room_id)).all()
        assert sorted(one.state for one in evidence) == ["captured", "captured", "kept"]
        captures = [EvidenceCaptured.model_validate(one.capture) for one in evidence if one.capture]
        assert all(check(filled, one) for one in captures)
        signal = session.scalars(select(Signal).where(Signal.case_id == room_id)).one()
        assert signal.times == 2
        assert session.scalars(select(Exercise)).one().state == "ready"
        assert session.scalar(select(func.count()).select_from(Job)) == 0, "a job would ask the web"


def test_the_team_talks_in_two_languages_with_all_that_messages_can_be(filled: Services) -> None:
    with filled.database.read() as session:
        room = session.scalars(select(Room).where(Room.name == "Watch of Valmorne")).one()
        messages = session.scalars(select(Message).where(Message.room_id == room.id)).all()
        kinds = set(session.scalars(select(Event.kind).where(Event.room_id == room.id)))
    assert {"message.edited", "message.redacted", "message.pinned", "message.marked", "reaction.set"} <= kinds
    assert any(one.thread_seq for one in messages)
    assert any(one.quote for one in messages)
    assert any(one.via for one in messages)
    texts = " ".join(one.text for one in messages)
    assert "Bonne veille" in texts
    assert "Thank you all" in texts


def test_its_logs_verify_run_forward_in_time_and_can_be_rebuilt(filled: Services) -> None:
    now = filled.clock()
    with filled.database.read() as session:
        rooms = session.scalars(select(Room)).all()
        for room in rooms:
            assert verify_room(filled.database, operator(), room.id).whole, room.name
            times = session.scalars(
                select(Event.at).where(Event.room_id == room.id).order_by(Event.seq)
            ).all()
            assert list(times) == sorted(times), room.name
            assert max(times) <= now, room.name
    assert PROJECTIONS
    for room in rooms:
        assert_rebuilt_is_live(filled.database, room.id)


def test_it_is_filled_once(filled: Services) -> None:
    with filled.database.read() as session:
        before = session.scalar(select(func.count()).select_from(Event))
    fill(filled)
    with filled.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == before
