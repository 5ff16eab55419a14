"""Webhooks: who may add them, how messages are signed, tried again and given up, and where they never go."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from common.accounts.actors import Role
from common.db import Database
from common.errors import Conflict, Invalid, SignInNeeded
from common.http import World
from common.jobs import Job
from political_ads.actions import webhooks as actions
from political_ads.actions.campaigns import move_campaign
from political_ads.jobs.webhooks import send_due
from political_ads.models import Answer, Campaign, Item
from political_ads.models.webhooks import Delivery, Webhook
from political_ads.service import labelling
from political_ads.sources.webhooks import Message, Sender, signed_headers
from tests.common.http.fakes import standing_in
from tests.conftest import StoppedClock
from tests.political_ads.making import (
    GUEST,
    START,
    Setting,
    actor_with,
    everybody_says,
    make_campaign,
    volunteer,
)
from tests.political_ads.publishing import answered_campaign

COORDINATOR = actor_with(Role.COORDINATOR)
URL = "https://hooks.example.org/labels"


async def _no_wait(_seconds: float) -> None:
    return


class Site:
    """Another site: keeps what it gets, and answers with `status`."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.got: list[httpx.Request] = []

    def sender(self) -> Sender:
        def answer(request: httpx.Request) -> httpx.Response:
            self.got.append(request)
            return httpx.Response(self.status)

        return Sender("https://toolkit.example", world=World(transport=standing_in(answer), sleep=_no_wait))


def add(session: Session, campaign: Campaign, url: str = URL) -> actions.NewWebhook:
    return actions.add_webhook(session, COORDINATOR, campaign, url, at=START)


def test_a_message_is_signed_with_its_time(database: Database, clock: StoppedClock) -> None:
    site = Site()
    with database.write() as session:
        campaign = answered_campaign(session)
        secret = add(session, campaign).secret
        item = session.scalars(select(Item)).first()
        assert item is not None
        assert actions.announce_label(session, campaign, item, "label.published", at=START) == 1
    assert send_due(database, site.sender(), clock) == (1, 0)
    (request,) = site.got
    body = request.content
    told = json.loads(body)
    assert (told["event"], told["campaign"]) == ("label.published", "test")
    assert told["labels"]["political"]["votes"] == {"actor": 2, "no": 1}
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["webhook-timestamp"] == str(int(START.timestamp()))
    assert send_due(database, site.sender(), clock) == (0, 0)  # sent once


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of Standard Webhooks' own specification."""
    message = Message(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        datetime.fromisoformat("2021-02-25T15:02:10+00:00"),
    )
    headers = signed_headers("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message)
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_that_is_not_taken_is_tried_again_after_a_while(
    database: Database, clock: StoppedClock
) -> None:
    site = Site(500)
    with database.write() as session:
        webhook = add(session, make_campaign(session)).webhook
        actions.announce(session, webhook.campaign_id, "campaign.closed", {}, at=START)
    assert send_due(database, site.sender(), clock) == (0, 1)
    assert send_due(database, site.sender(), clock) == (0, 0)  # not yet
    clock.advance(minutes=1)
    site.status = 204
    assert send_due(database, site.sender(), clock) == (1, 0)
    assert site.got[0].headers["webhook-id"] == site.got[1].headers["webhook-id"]
    with database.read() as session:
        assert session.scalars(select(Webhook)).one().failures == 0


def test_an_address_that_fails_on_and_on_is_turned_off(database: Database, clock: StoppedClock) -> None:
    site = Site(410)
    with database.write() as session:
        webhook = add(session, make_campaign(session)).webhook
        for _message in range(actions.MOST_FAILURES + 3):
            actions.announce(session, webhook.campaign_id, "campaign.closed", {}, at=START)
    send_due(database, site.sender(), clock)
    with database.write() as session:
        stored = session.scalars(select(Webhook)).one()
        assert stored.state == "failing"
        assert actions.announce(session, stored.campaign_id, "campaign.closed", {}, at=START) == 0
        actions.switch_webhook(session, COORDINATOR, stored, on=True, at=START)
        assert (stored.state, stored.failures) == ("active", 0)


def test_a_message_is_given_up_in_the_end(database: Database, clock: StoppedClock) -> None:
    site = Site(503)
    with database.write() as session:
        webhook = add(session, make_campaign(session)).webhook
        actions.announce(session, webhook.campaign_id, "campaign.closed", {}, at=START)
    for _try in range(len(actions.PAUSES) + 2):
        send_due(database, site.sender(), clock)
        clock.advance(days=1)
    with database.write() as session:
        assert session.scalars(select(Delivery)).one().state == "given_up"
        actions.forget_old(session, COORDINATOR, at=clock())
        assert session.scalars(select(Delivery)).first() is not None
        clock.advance(days=40)
        actions.forget_old(session, COORDINATOR, at=clock())
        assert session.scalars(select(Delivery)).first() is None


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest"])
def test_messages_never_go_into_our_own_network(url: str) -> None:
    sender = Sender("https://toolkit.example")
    try:
        taken = sender.send(url, actions.new_secret(), Message("1", b"{}", START))
    finally:
        sender.close()
    assert not taken.ok
    assert "HTTP" not in taken.answer


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "https://", "ftp://example.org", "https://me:pw@example.org/", "hello"]
)
def test_only_encrypted_addresses_without_a_password_are_taken(database: Database, url: str) -> None:
    with database.write() as session, pytest.raises(Invalid):
        add(session, make_campaign(session), url)


def test_the_same_address_is_not_told_twice(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session)
        add(session, campaign)
        with pytest.raises(Conflict):
            add(session, campaign)


def test_what_is_announced_and_undone_is_not_sent(database: Database, clock: StoppedClock) -> None:
    site = Site()
    with database.write() as session:
        campaign_id = add(session, make_campaign(session)).webhook.campaign_id
    with pytest.raises(RuntimeError), database.write() as session:
        actions.announce(session, campaign_id, "label.published", {}, at=START)
        raise RuntimeError
    assert send_due(database, site.sender(), clock) == (0, 0)


def test_one_job_waits_however_much_is_announced(database: Database) -> None:
    with database.write() as session:
        webhook = add(session, make_campaign(session)).webhook
        for _message in range(5):
            actions.announce(session, webhook.campaign_id, "label.published", {}, at=START)
        assert len(session.scalars(select(Job).where(Job.kind == actions.KIND)).all()) == 1


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.REVIEWER])
def test_only_coordinators_have_to_do_with_webhooks(database: Database, role: Role) -> None:
    who = actor_with(role)
    with database.write() as session:
        campaign = make_campaign(session)
        webhook = add(session, campaign).webhook
        delivery = actions.ping(session, COORDINATOR, webhook, at=START)
        refused: list[Callable[[], object]] = [
            lambda: actions.add_webhook(session, who, campaign, "https://b.example.org", at=START),
            lambda: actions.remove_webhook(session, who, webhook, at=START),
            lambda: actions.switch_webhook(session, who, webhook, on=False, at=START),
            lambda: actions.ping(session, who, webhook, at=START),
            lambda: actions.keep_outcome(session, who, delivery, webhook, ok=True, answer="", at=START),
            lambda: actions.forget_old(session, who, at=START),
        ]
        for act in refused:
            with pytest.raises(SignInNeeded):
                act()


def test_a_coordinator_adds_tests_and_forgets_an_address(
    app: FastAPI, sign_in_as: Callable[..., TestClient], guest: TestClient
) -> None:
    with app.state.services.database.write() as session:
        make_campaign(session)
    address, origin = "/ads/manage/campaigns/test/webhooks", {"Origin": "http://testserver"}
    coordinator = sign_in_as(Role.COORDINATOR)
    assert guest.get(address).status_code in {401, 403}
    refused = coordinator.post(address, data={"url": "http://a.example.org"}, headers=origin)
    assert refused.status_code == 422
    assert 'value="http://a.example.org"' in refused.text
    made = coordinator.post(address, data={"url": URL}, headers=origin)
    assert "whsec_" in made.text
    shown = coordinator.get(address).text
    assert URL in shown
    assert "whsec_" not in shown
    one = f"{address}/{_only(app)}"
    for what in ("ping", "off", "on"):
        assert coordinator.post(one, data={"what": what}, headers=origin).status_code == 200
    assert "ping" in coordinator.get(address).text
    coordinator.post(one, data={"what": "remove"}, headers=origin)
    assert URL not in coordinator.get(address).text.split("<main")[1].split("messages")[0]


def test_programs_can_do_the_same(app: FastAPI, sign_in_as: Callable[..., TestClient]) -> None:
    with app.state.services.database.write() as session:
        make_campaign(session)
    program, origin = sign_in_as(Role.COORDINATOR), {"Origin": "http://testserver"}
    base = "/api/v1/ads"
    made = program.post(f"{base}/campaigns/test/webhooks", json={"url": URL}, headers=origin)
    assert made.status_code == 201
    one = f"{base}/webhooks/{made.json()['id']}"
    assert program.post(f"{one}/ping", headers=origin).status_code == 202
    assert program.patch(one, json={"on": False}, headers=origin).json()["state"] == "off"
    assert "secret" not in program.get(f"{base}/campaigns/test/webhooks").json()["webhooks"][0]
    assert program.delete(one, headers=origin).status_code == 204
    assert program.get(f"{base}/campaigns/test/webhooks").json() == {"webhooks": []}


def _only(app: FastAPI) -> str:
    with app.state.services.database.read() as session:
        return str(session.scalars(select(Webhook.id)).one())


def test_a_label_is_announced_when_it_comes_to_stand_and_when_it_no_longer_does(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(
            session, Setting(creatives=1, rules={"posterior": 0.8, "quiz_questions": 0, "quiz_right": 0})
        )
        add(session, campaign)
        items = everybody_says(session, campaign, "abc", "actor")
        assert session.get_one(Item, items[0]).state == "retired"
        told = session.scalars(select(Delivery)).one()
        assert (told.event, told.body["state"]) == ("label.published", "retired")
        last = volunteer(session, "c")
        answer = session.scalars(select(Answer).where(Answer.contributor_id == last.id)).one()
        labelling.undo(session, GUEST, last, answer.id, at=START)
        assert [
            each.event for each in session.scalars(select(Delivery).order_by(Delivery.at, Delivery.event))
        ] == [
            "label.changed",
            "label.published",
        ]


def test_the_end_of_a_campaign_is_announced(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session)
        add(session, campaign)
        move_campaign(session, COORDINATOR, campaign, "closed", at=START)
        assert session.scalars(select(Delivery.event)).all() == ["campaign.closed"]
