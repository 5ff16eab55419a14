"""What the other tools tell becomes signals: a batch, a flag, each once, above the published thresholds alone."""

import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot_detector.demo import ACCOUNTS
from bot_detector.models import Batch
from bot_detector.queries import verdict_counts
from bot_detector.schemas import Verdict
from bot_detector.service import Given, detector_of, take_in
from collab_chat.actions.signals import dismiss_signal
from collab_chat.core import hearing
from collab_chat.core.hearing import batch_is_signal, flag_is_signal
from collab_chat.models import Member, Signal, SignalSight
from collab_chat.service.hearing import FLAGS as WORDS
from collab_chat.service.hearing import LISTENERS, hear_batch, hear_flag
from common.accounts.actions.organisations import set_organisation
from common.accounts.actors import Actor, Role
from common.events import AdFlagged, BatchScored, Delivery
from common.launch import build_runner, read_manifests
from common.settings import Settings
from political_ads.core.flags import QUESTION
from political_ads.models import Item
from political_ads.sources.shipped import questionnaires
from tests.collab_chat.making import organisation, person, room_with
from tests.political_ads.making import (
    FLAGS,
    Setting,
    give,
    make_campaign,
    questionnaire,
    say,
    tasks_for,
    volunteer,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"tools": ("bot_detector", "political_ads", "collab_chat")})


@pytest.fixture
def services(app: FastAPI, guest: TestClient) -> Any:
    return app.state.services


@pytest.fixture
def ada(services: Any) -> Actor:
    with services.database.write() as session:
        return person(session, "Ada", Role.MEMBER)


def deliver(services: Any) -> int:
    return Delivery(services.database, LISTENERS, services).deliver(at=services.clock())


def signals(services: Any) -> list[Signal]:
    with services.database.read() as session:
        return list(session.scalars(select(Signal).order_by(Signal.first_at)))


def score(services: Any, actor: Actor, content: bytes) -> uuid.UUID:
    (detector_of(services).uploads / "given").write_bytes(content)
    return take_in(services, actor, Given("Reported accounts", "given", len(content), 0.1)).id


def test_a_scored_batch_becomes_one_signal_in_counts(services: Any, ada: Actor, settings: Settings) -> None:
    batch_id = score(services, ada, ACCOUNTS.read_bytes())
    with services.database.read() as session:
        counts = verdict_counts(session, session.get_one(Batch, batch_id))
    assert deliver(services) == 1
    assert deliver(services) == 0
    (signal,) = signals(services)
    automated, everybody = counts[Verdict.LIKELY_AUTOMATED], sum(counts.values())
    assert signal.title == (
        f"{automated} of {everybody} accounts of a batch look automated at the stated error level"
    )
    assert signal.url == f"{settings.public_url}/bots/batches/{batch_id}"
    assert signal.facts["Error level"] == "5%"
    assert (signal.source, signal.tlp, signal.by_id, signal.exercise_id) == ("score", "amber", None, None)


def test_the_words_lead_to_pages_that_are_there(services: Any, app: FastAPI, ada: Actor) -> None:
    batch_id = score(services, ada, ACCOUNTS.read_bytes())
    assert str(app.url_path_for("bots_batch", batch_id=batch_id)) == f"/bots/batches/{batch_id}"
    assert str(app.url_path_for("ads_creative", creative_id=7)) == "/ads/library/7"


def test_heard_twice_it_is_counted_once(services: Any, ada: Actor) -> None:
    word = scored(ada)
    for _each in range(2):
        hear_batch(services, word)
        hear_flag(services, flagged())
    assert [one.times for one in signals(services)] == [1, 1]


def test_batches_that_read_alike_are_two_signals(services: Any, ada: Actor) -> None:
    hear_batch(services, scored(ada, likely_automated=20))
    hear_batch(services, scored(ada, likely_automated=21))
    assert len(signals(services)) == 2


def test_whoever_may_not_report_is_not_reported_for(services: Any) -> None:
    with services.database.write() as session:
        gus = person(session, "Gus", Role.GUEST)
    hear_batch(services, scored(gus))
    hear_batch(services, scored(gus).model_copy(update={"owner": None}))
    hear_batch(services, scored(gus).model_copy(update={"owner": uuid.uuid4()}))
    assert signals(services) == []


def test_thresholds() -> None:
    assert batch_is_signal(hearing.ACCOUNTS, hearing.AUTOMATED)
    assert not batch_is_signal(hearing.ACCOUNTS - 1, hearing.ACCOUNTS - 1)
    assert not batch_is_signal(hearing.ACCOUNTS, hearing.AUTOMATED - 1)
    assert batch_is_signal(1_000, 100)
    assert not batch_is_signal(1_000, 99)
    assert flag_is_signal("foreign", hearing.PEOPLE)
    assert not flag_is_signal("foreign", hearing.PEOPLE - 1)
    assert not flag_is_signal("new_controversial", 50)


def test_flags_that_are_heard_are_flags_that_can_be_given() -> None:
    question = questionnaires()["political_ads"].question(QUESTION)
    assert question is not None
    assert set(WORDS) == hearing.FLAGS <= {option.key for option in question.options}


def test_a_flag_that_comes_to_stand_becomes_one_signal(services: Any, settings: Settings) -> None:
    with services.database.write() as session:
        creative_id = flag(session, ("a", "b"), ("c",))
    assert deliver(services) == 1
    (signal,) = signals(services)
    assert signal.title == "Volunteers flagged an ad: a claim that may mislead"
    assert signal.text.startswith("2 of 3 volunteers who were asked said: a claim that may mislead.")
    assert signal.url == f"{settings.public_url}/ads/library/{creative_id}"
    assert (signal.source, signal.tlp, signal.facts["Campaign"]) == ("ad", "amber", "test")


@pytest.mark.parametrize(
    ("flagging", "others"), [(("a",), ("b", "c")), (("a", "b"), ("c", "d", "e")), ((), ("a", "b", "c"))]
)
def test_a_flag_that_does_not_stand_is_not_told(
    services: Any, flagging: tuple[str, ...], others: tuple[str, ...]
) -> None:
    with services.database.write() as session:
        flag(session, flagging, others)
    assert deliver(services) == 0
    assert signals(services) == []


def test_a_second_flag_is_a_second_sighting_of_the_ad(services: Any, ada: Actor) -> None:
    hear_flag(services, flagged())
    (signal,) = signals(services)
    with services.database.write() as session:
        dismiss_signal(session, ada, signal.id, "Known.", at=services.clock())
    hear_flag(services, flagged(flag="foreign"))
    (signal,) = signals(services)
    assert (signal.times, signal.state) == (2, "new")  # twice as often seen: raised again
    with services.database.read() as session:
        assert len(session.scalars(select(SignalSight)).all()) == 2


def test_the_application_delivers_every_second(services: Any, ada: Actor) -> None:
    score(services, ada, ACCOUNTS.read_bytes())
    runner = build_runner(services, read_manifests(services.settings.tools))
    runner._look_at_the_time()
    assert len(signals(services)) == 1


def scored(owner: Actor, likely_automated: int = 20) -> BatchScored:
    batch = uuid.uuid5(uuid.NAMESPACE_URL, str(likely_automated))
    return BatchScored(
        batch=batch, owner=owner.person_id, accounts=50, likely_automated=likely_automated, undecided=5,
        error_level=0.05, path=f"/bots/batches/{batch}",
    )  # fmt: skip


def flagged(creative: int = 1, flag: str = "misleading") -> AdFlagged:
    return AdFlagged(
        creative=creative, campaign="test", flag=flag, people=2, asked=3, path=f"/ads/library/{creative}"
    )


def flag(session: Session, flagging: tuple[str, ...], others: tuple[str, ...]) -> int:
    """Have volunteers settle one creative, some of them with a flag; return its id."""
    rules = {"at_least": len(flagging) + len(others), "posterior": 0.51}
    made = Setting(creatives=1, questionnaire=questionnaire(FLAGS), rules=rules)
    campaign = make_campaign(session, made)
    for name in (*flagging, *others):
        who = volunteer(session, name)
        task = tasks_for(session, campaign, who)[0]
        given = ("misleading",) if name in flagging else ()
        give(session, campaign, who, say(task.item_id, answers={QUESTION: given}))
    item = session.scalars(select(Item)).one()
    assert item.state == "retired"
    return item.creative_id


def test_who_is_moved_to_another_organisation_is_so_in_their_rooms(services: Any, ada: Actor) -> None:
    with services.database.write() as session:
        desk, admin = organisation(session, "Desk"), person(session, "Root", Role.ADMIN)
        cleo = person(session, "Cleo", Role.COORDINATOR)
        assert ada.person_id is not None
        room = room_with(session, cleo, (ada, Role.MEMBER)).id
        set_organisation(session, admin, ada.person_id, desk, at=services.clock())
    assert deliver(services) == 1
    with services.database.read() as session:
        member = session.get_one(Member, (room, ada.person_id))
        assert (member.organisation_id, member.organisation_name) == (desk, "Desk")
