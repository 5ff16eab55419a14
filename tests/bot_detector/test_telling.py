"""What the other tools are told of batches: once, when all is scored, and nothing of any one account."""

import json

import pytest
from sqlalchemy import select

from bot_detector import jobs, service
from bot_detector.actions import end_batch
from bot_detector.core.verdicts import ERROR_LEVEL
from bot_detector.schemas import Account, Verdict
from bot_detector.service import score_and_keep, take_in
from common.accounts.actors import Actor, Role
from common.errors import Invalid, SignInNeeded
from common.events import BatchScored, Told
from common.jobs import JobRunner
from tests.bot_detector.invented import ACCOUNT
from tests.bot_detector.test_jobs import lines, upload
from tests.conftest import add_person


@pytest.fixture
def services(app, guest):
    return app.state.services


@pytest.fixture
def analyst(services, clock):
    return add_person(services.database, at=clock(), role=Role.MEMBER)


def told(services) -> list[BatchScored]:
    with services.database.read() as session:
        return [BatchScored.model_validate(one.payload) for one in session.scalars(select(Told))]


def test_a_batch_is_told_when_its_last_part_is_scored(services, analyst, monkeypatch):
    monkeypatch.setattr(service, "INLINE_BYTES", 10)
    monkeypatch.setattr(service, "PART_ROWS", 10)
    batch = take_in(services, analyst, upload(services, lines(25)))
    assert told(services) == []
    assert JobRunner(services.database, services.bus, jobs.JOB_KINDS, services=services).run_one("w")
    (word,) = told(services)
    assert (word.batch, word.owner, word.accounts, word.error_level) == (
        batch.id,
        analyst.person_id,
        25,
        ERROR_LEVEL,
    )
    assert word.likely_automated + word.undecided <= word.accounts


def test_what_programs_have_scored_is_told_too_and_names_no_account(services, analyst):
    score_and_keep(services, analyst, [Account.model_validate(ACCOUNT)], None)
    (word,) = told(services)
    assert word.accounts == 1
    assert ACCOUNT["handle"] not in json.dumps(word.model_dump(mode="json"))


def test_where_nothing_was_scored_nothing_is_told(services, analyst):
    with pytest.raises(Invalid):
        take_in(services, analyst, upload(services, b"{}\n"))
    assert told(services) == []


def test_who_may_not_score_tells_nothing(services, analyst, clock):
    batch = take_in(services, analyst, upload(services, lines(2)))
    with services.database.write() as session, pytest.raises(SignInNeeded):
        end_batch(session, Actor(), batch, dict.fromkeys(Verdict, 0), at=clock())
