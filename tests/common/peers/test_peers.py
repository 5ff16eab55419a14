"""A tool asks another: the person's rights apply, a forged statement does not, and silence is told in a sentence."""

import time
import uuid

import pytest
from itsdangerous import URLSafeTimedSerializer

from common.accounts.actors import Role
from common.errors import Invalid, NotFound, Unavailable
from common.peers import Caller, Peers, Statement, read_statement, sign_statement
from tests.conftest import add_person

ACCOUNT = {
    "platform": "x",
    "account_id": "7",
    "handle": "invented",
    "followers": 3,
    "friends": 900,
    "statuses": 4000,
}


@pytest.fixture
def peers(app, guest):
    return app.state.services.peers


def test_a_score_comes_with_its_interval_and_can_be_read_again(app, peers, clock):
    person = add_person(app.state.services.database, at=clock(), role=Role.MEMBER)
    score = peers.bots.score(ACCOUNT, for_person=person.person_id, prevalence=0.3)
    assert score.low <= score.probability <= score.high
    assert score.prevalence == 0.3
    assert peers.bots.read(score.id, for_person=person.person_id) == score


def test_the_persons_rights_apply(app, peers, clock):
    stranger = add_person(app.state.services.database, at=clock(), role=Role.MEMBER, tool="encyclopedia")
    with pytest.raises(Invalid, match="role"):
        peers.bots.score(ACCOUNT, for_person=stranger.person_id)
    with pytest.raises(Invalid, match="Sign in"):
        peers.bots.score(ACCOUNT, for_person=uuid.uuid4())


def test_what_the_other_tool_says_is_passed_on(app, peers, clock):
    person = add_person(app.state.services.database, at=clock(), role=Role.MEMBER)
    with pytest.raises(NotFound, match="deleted"):
        peers.bots.read(uuid.uuid4(), for_person=person.person_id)
    with pytest.raises(Invalid):
        peers.bots.score({**ACCOUNT, "followers": -1}, for_person=person.person_id)


def test_a_forged_or_old_statement_is_refused(guest, monkeypatch):
    statement = Statement("bot_detector", uuid.uuid4())
    assert read_statement("secret", sign_statement("secret", statement)) == statement
    assert read_statement("secret", sign_statement("another", statement)) is None
    assert read_statement("secret", URLSafeTimedSerializer("secret", "peer statement").dumps(["x"])) is None
    credential = sign_statement("secret", statement)
    later = time.time() + 120
    monkeypatch.setattr(time, "time", lambda: later)
    assert read_statement("secret", credential) is None
    answer = guest.get(
        "/api/v1/bots/model", headers={"Authorization": f"Peer {credential}", "Accept": "application/json"}
    )
    assert answer.status_code == 401


def test_a_tool_that_is_away_is_told_in_a_sentence(app):
    away = Peers(Caller(app, "secret", {"bot_detector": "http://127.0.0.1:1"}))
    with pytest.raises(Unavailable, match="does not answer"):
        away.bots.score(ACCOUNT, for_person=uuid.uuid4())
    away.close()
