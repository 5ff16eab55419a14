"""Feeds followed: what is raised, how failures are told, who may manage them."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.feeds import (
    FeedForm,
    Outcome,
    add_feed,
    claim_feed,
    keep_poll,
    pause_feed,
    remove_feed,
)
from collab_chat.core.feeds import FeedContent, Item
from collab_chat.models import Feed, Signal
from collab_chat.service.feeds import begin_due, poll
from collab_chat.service.outside import FEEDS
from collab_chat.sources.feeds import FeedReader
from common.accounts.actors import ANONYMOUS, Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from common.http import Bounds
from common.jobs import Job
from tests.collab_chat.feed_site import LAST_YEAR, FeedSite, feed_site, item, rss
from tests.collab_chat.making import ROLES, START, person
from tests.conftest import StoppedClock

Browser = Callable[[Actor], TestClient]
JOB = operator("job")


@pytest.fixture
def site(app: FastAPI, guest: TestClient) -> Iterator[FeedSite]:
    bounds = Bounds(total=5.0, attempts=1, rate=1e6)
    with feed_site() as served:
        reader = FeedReader("http://tests", frozenset({"127.0.0.1"}), bounds=bounds)
        app.state.services.extras[FEEDS] = reader
        yield served
        reader.close()


@pytest.fixture
def ada(app: FastAPI, guest: TestClient) -> Actor:
    with app.state.services.database.write() as session:
        return person(session, "Ada", Role.COORDINATOR)


def follow(app: FastAPI, ada: Actor, url: str, *words: str) -> uuid.UUID:
    services = app.state.services
    with services.database.write() as session:
        form = FeedForm(url, "Checks", words=words)
        return add_feed(session, ada, form, at=services.clock()).id


def feed_now(app: FastAPI) -> Feed:
    with app.state.services.database.read() as session:
        return session.scalars(select(Feed)).one()


def signals(app: FastAPI) -> list[str]:
    with app.state.services.database.read() as session:
        return sorted(one.title for one in session.scalars(select(Signal)))


def test_new_items_become_signals_once(app: FastAPI, site: FeedSite, ada: Actor, clock: StoppedClock) -> None:
    clock.time = START
    site.body = rss(item("a", "The first claim of today"), item("z", "An old story", date=LAST_YEAR))
    feed_id = follow(app, ada, f"{site.url}/feed")
    assert poll(app.state.services, feed_id) == 1
    assert signals(app) == ["The first claim of today"]
    assert poll(app.state.services, feed_id) == 0  # 304
    site.etag = '"2"'
    site.body = rss(item("b", "Something else entirely"), item("a", "The first claim of today"))
    assert poll(app.state.services, feed_id) == 1
    assert signals(app) == ["Something else entirely", "The first claim of today"]
    feed = feed_now(app)
    assert (feed.items, feed.failures, feed.error, feed.worked_at) == (3, 0, "", clock())


def test_only_items_with_the_words_are_raised(
    app: FastAPI, site: FeedSite, ada: Actor, clock: StoppedClock
) -> None:
    clock.time = START
    site.body = rss(item("a", "Weather"), item("b", "The polling station of Lilas"))
    assert poll(app.state.services, follow(app, ada, f"{site.url}/feed", "polling station")) == 1
    assert signals(app) == ["The polling station of Lilas"]


def test_failures_are_told_and_the_feed_is_asked_less_often(app: FastAPI, site: FeedSite, ada: Actor) -> None:
    feed_id = follow(app, ada, f"{site.url}/broken")
    for _each in range(2):
        assert poll(app.state.services, feed_id) == 0
    feed = feed_now(app)
    assert (feed.failures, feed.next_at) == (2, app.state.services.clock() + timedelta(hours=1))
    assert "500" in feed.error
    assert not feed.paused


def test_a_site_that_asks_for_patience_gets_it_and_one_that_is_gone_is_let_go(
    app: FastAPI, site: FeedSite, ada: Actor
) -> None:
    busy = follow(app, ada, f"{site.url}/busy")
    poll(app.state.services, busy)
    assert feed_now(app).next_at == app.state.services.clock() + timedelta(hours=2)
    with app.state.services.database.write() as session:
        remove_feed(session, ada, busy, at=START)
    poll(app.state.services, follow(app, ada, f"{site.url}/gone"))
    assert feed_now(app).paused


def test_a_feed_that_is_due_is_asked_by_one_process(app: FastAPI, site: FeedSite, ada: Actor) -> None:
    follow(app, ada, f"{site.url}/feed")
    services = app.state.services
    begin_due(services)
    begin_due(services)
    with services.database.read() as session:
        jobs = session.scalars(select(Job).where(Job.kind == "rooms.feed")).all()
    assert len(jobs) == 1


def test_more_than_fifty_new_items_come_in_two_polls(database: Database) -> None:
    items = tuple(Item(f"k{n}", f"Claim {uuid.uuid4().hex} {n}", "", "", START) for n in range(60))
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        feed = add_feed(session, ada, FeedForm("https://example.org/feed", "Checks"), at=START)
        outcome = Outcome(FeedContent("", items), '"1"', "", "", None, gone=False)
        assert keep_poll(session, JOB, feed.id, outcome, at=START) == 50
        assert feed.etag == ""
        assert keep_poll(session, JOB, feed.id, outcome, at=START) == 10
        assert keep_poll(session, JOB, feed.id, outcome, at=START) == 0
        assert (feed.items, feed.etag) == (60, '"1"')


def test_a_coordinator_looks_at_a_feed_and_follows_it(
    site: FeedSite, ada: Actor, browser_of: Browser
) -> None:
    site.body = rss(item("a", "A claim &lt;script&gt;alert(1)&lt;/script&gt;"))
    browser = browser_of(ada)
    form = {"url": f"{site.url}/feed", "every": "30", "words": "vote, polling station"}
    looked = browser.post("/en/rooms/feeds", data={**form, "what": "look"})
    assert "This is what it holds: Fact checks" in looked.text
    assert "<script>alert" not in looked.text
    followed = browser.post("/en/rooms/feeds", data=form)
    assert "The feed is followed from now on." in followed.text
    assert "polling station" in followed.text
    again = browser.post("/en/rooms/feeds", data=form)
    assert again.status_code == 422
    assert "followed already" in again.text
    wrong = browser.post("/en/rooms/feeds", data={**form, "url": f"{site.url}/page"})
    assert wrong.status_code == 422
    assert "no RSS or Atom feed" in wrong.text


@pytest.mark.parametrize("role", ROLES)
def test_only_coordinators_manage_feeds(database: Database, role: Role | None) -> None:
    form = FeedForm("https://example.org/feed", "Checks")
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        feed = add_feed(session, ada, form, at=START)
        with pytest.raises(Conflict):
            add_feed(session, ada, form, at=START)
        actor = ANONYMOUS if role is None else person(session, "Eve", role)
        if role in {Role.COORDINATOR, Role.ADMIN}:
            pause_feed(session, actor, feed.id, paused=True, at=START)
            assert feed.paused
            remove_feed(session, actor, feed.id, at=START)
            return
        refusal = SignInNeeded if role is None else Forbidden
        nothing = Outcome(None, "", "", "", None, gone=False)
        for refused in (
            lambda: add_feed(session, actor, form, at=START),
            lambda: pause_feed(session, actor, feed.id, paused=True, at=START),
            lambda: remove_feed(session, actor, feed.id, at=START),
            lambda: claim_feed(session, actor, feed.id, at=START),
            lambda: keep_poll(session, actor, feed.id, nothing, at=START),
        ):
            with pytest.raises(refusal):
                refused()


@pytest.mark.parametrize(
    "wrong",
    [
        FeedForm("javascript:x", "Checks"),
        FeedForm("https://example.org/feed", ""),
        FeedForm("https://example.org/feed", "Checks", every_minutes=1),
        FeedForm("https://example.org/feed", "Checks", words=["x" * 101]),
    ],
)
def test_a_form_that_cannot_be_used(database: Database, wrong: FeedForm) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        with pytest.raises(Invalid):
            add_feed(session, ada, wrong, at=START)
