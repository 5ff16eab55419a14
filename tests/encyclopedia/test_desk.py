"""The desk: news, the watchlist, drafts, saved searches."""

from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Actor, Role, operator
from common.accounts.models import Person, RoleGrant
from common.db import Database
from common.errors import Forbidden, Invalid, NotFound, SignInNeeded
from common.taxonomy import EntryKind
from encyclopedia.actions import saved_searches, watching
from encyclopedia.actions.drafts import keep_draft
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.models import Entry, Notification, SavedSearch, Watch
from encyclopedia.queries.desk import news_of, unread_news, watchlist
from encyclopedia.schemas import Text
from tests.conftest import StoppedClock, add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

TOOL = "encyclopedia"
LATER = START + timedelta(hours=2)
SignIn = Callable[..., TestClient]


def person(database: Database, role: Role = Role.MEMBER) -> Actor:
    return add_person(database, at=START, role=role, tool=TOOL)


def test_the_watchlist_counts_what_others_changed_since_one_looked(database: Database) -> None:
    watcher = person(database)
    with database.write() as session:
        entry, other = make_entry(session, "One"), make_entry(session, "Two")
        for each in (entry, other):
            watching.watch(session, watcher, each, at=START)
        page = page_of(session, entry)
        for number in range(2):
            text = Text(title="One", body=f"{number}\n")
            save_text(session, operator(), page, text, Edit(LATER + timedelta(minutes=number)))
        found = watchlist(session, watcher, "en")
        assert [(each.entry.title, each.edits) for each in found] == [("One", 2), ("Two", 0)]
        watching.mark_seen(session, watcher, entry, at=LATER + timedelta(hours=1))
        assert [each.edits for each in watchlist(session, watcher, "en")] == [0, 0]
        watching.unwatch(session, watcher, other)
        assert session.scalars(select(Watch.entry_id)).all() == [entry.id]


def test_news_is_read_one_by_one_or_all_at_once_and_only_ones_own(database: Database) -> None:
    watcher, other = person(database), person(database)
    with database.write() as session:
        for title in ("One", "Two"):
            entry = make_entry(session, title)
            for who in (watcher, other):
                watching.watch(session, who, entry, at=START)
            save_text(
                session, operator(), page_of(session, entry), Text(title=title, body="x\n"), Edit(LATER)
            )
        first = news_of(session, watcher, "en").items[0].notification
        watching.read_news(session, other, first.id, at=LATER)
        assert unread_news(session, watcher) == 2
        watching.read_news(session, watcher, first.id, at=LATER)
        session.expire_all()
        assert [news.notification.read_at is None for news in news_of(session, watcher, "en").items] == [
            True,
            False,
        ]
        watching.read_news(session, watcher, None, at=LATER)
        assert (unread_news(session, watcher), unread_news(session, other)) == (0, 2)


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER])
def test_without_an_account_there_is_nothing_to_keep(database: Database, role: Role | None) -> None:
    nobody = actor_with(role)
    with database.write() as session:
        entry = make_entry(session)
        for attempt in (
            lambda: watching.watch(session, nobody, entry, at=START),
            lambda: watching.unwatch(session, nobody, entry),
            lambda: watching.mark_seen(session, nobody, None, at=START),
            lambda: watching.read_news(session, nobody, None, at=START),
            lambda: saved_searches.save_search(session, nobody, "x", "q=x", at=START),
            lambda: saved_searches.forget_search(session, nobody, 1),
            lambda: saved_searches.renew_feed(session, nobody, 1),
        ):
            with pytest.raises((SignInNeeded, Forbidden)):
                attempt()


def test_a_search_is_kept_once_without_its_page_and_only_its_owner_forgets_it(database: Database) -> None:
    owner, other = person(database), person(database)
    with database.write() as session:
        saved = saved_searches.save_search(
            session, owner, " Free  tools ", "?q=free&page=3&kind=tool", at=START
        )
        again = saved_searches.save_search(session, owner, "Tools", "q=free&kind=tool", at=LATER)
        assert (saved.id, again.name, again.query) == (again.id, "Tools", "q=free&kind=tool")
        former = saved.token
        assert saved_searches.renew_feed(session, owner, saved.id).token != former
        with pytest.raises(NotFound):
            saved_searches.forget_search(session, other, saved.id)
        with pytest.raises(Invalid):
            saved_searches.save_search(session, owner, " ", "q=x", at=LATER)
        saved_searches.forget_search(session, owner, saved.id)
        assert session.scalars(select(SavedSearch)).all() == []


def test_a_saved_searchs_feed_opens_with_its_address_alone_and_reads_as_its_owner(
    app: FastAPI, sign_in_as: SignIn
) -> None:
    services = app.state.services
    services.settings = services.settings.model_copy(update={"open_tools": []})
    with services.database.write() as session:
        make_entry(session, "Hoaxy", kind=EntryKind.TOOL)
        make_entry(session, "Prebunking")
    owner = sign_in_as(Role.GUEST, TOOL)
    page = owner.post("/en/encyclopedia/searches", data={"query": "kind=tool", "name": "Tools"})
    assert "Its feed" in page.text
    with services.database.read() as session:
        saved = session.scalars(select(SavedSearch)).one()
    stranger = TestClient(app)
    answer = stranger.get(f"/en/encyclopedia/feeds/searches/{saved.token}.atom")
    titles = [
        each.text
        for each in ElementTree.fromstring(answer.content).iter("{http://www.w3.org/2005/Atom}title")  # noqa: S314 - our own
    ]
    assert titles == ["Tools – Encyclopedia", "Hoaxy"]
    assert stranger.get("/en/encyclopedia/feeds/searches/guess.atom").status_code == 404
    with services.database.write() as session:
        session.get_one(Person, saved.person_id).disabled_at = START
    assert stranger.get(f"/en/encyclopedia/feeds/searches/{saved.token}.atom").status_code == 401
    with services.database.read() as session:
        assert session.scalars(select(RoleGrant.role)).all() == ["guest"]


def test_the_desk_in_the_browser(
    app: FastAPI, sign_in_as: SignIn, guest: TestClient, clock: StoppedClock
) -> None:
    database = app.state.services.database
    with database.write() as session:
        entry = make_entry(session)
        page = page_of(session, entry)
    member = sign_in_as(Role.MEMBER, TOOL)
    assert guest.get("/en/encyclopedia/desk").status_code == 401
    assert "No news" in member.get("/en/encyclopedia/desk").text
    watched = member.post(
        f"/en/encyclopedia/entries/{page.slug}/watch", data={"watch": "1"}, headers={"HX-Request": "true"}
    )
    assert 'aria-pressed="true"' in watched.text
    assert "<html" not in watched.text
    with database.write() as session:
        who = session.scalars(select(Watch.person_id)).one()
        person_ = Actor(who, "Robin", {TOOL: Role.MEMBER}, via="session")
        now = page_of(session, session.get_one(Entry, entry.id))
        saved = save_text(
            session, operator(), now, Text(title="Prebunking", body="new\n"), Edit(LATER, "Why")
        )
        keep_draft(session, person_, f"page:{page.id}", {"body": "x"}, base_id=None, at=START)
        keep_draft(session, person_, f"sheet:{entry.id}", {}, base_id=None, at=START)
        keep_draft(session, person_, f"translate:{entry.id}:fr", {}, base_id=None, at=START)
        keep_draft(session, person_, "new:tool", {"title": "Maltego"}, base_id=None, at=START)
        news = session.scalars(select(Notification.id)).one()
    assert "1" in member.get("/en/encyclopedia/desk/count").text
    assert "Why" in member.get("/en/encyclopedia/desk").text
    assert "1 edit, by operator" in member.get("/en/encyclopedia/desk?show=watchlist").text
    drafts = member.get("/en/encyclopedia/desk?show=drafts").text
    for address in ("/edit?draft=1", "/facts?draft=1", "/translate?draft=1", "/new?kind=tool&amp;draft=1"):
        assert address in drafts
    clock.advance(hours=3)
    opened = member.get(f"/en/encyclopedia/desk/news/{news}")
    assert opened.url.path == f"/en/encyclopedia/revisions/{saved.revision.id}/diff"  # type: ignore[union-attr]  # it was saved
    assert member.get("/en/encyclopedia/desk/count").text.strip() == ""
    assert "Nothing new since you looked" in member.get("/en/encyclopedia/desk?show=watchlist").text
    assert "You no longer watch" in member.post(f"/en/encyclopedia/entries/{page.slug}/watch").text
    assert sign_in_as(Role.MEMBER, TOOL).get(f"/en/encyclopedia/desk/news/{news}").status_code == 404
