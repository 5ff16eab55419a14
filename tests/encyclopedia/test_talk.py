"""Talk pages: threads, answers, who hears of them, and who may not write."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Role
from common.db import Database
from common.errors import Forbidden, Invalid, SignInNeeded
from encyclopedia.actions import blocks, talk, watching
from encyclopedia.models import Entry, Notification, Post, Thread
from encyclopedia.queries.talk import talk_of
from tests.conftest import add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

TOOL = "encyclopedia"
SignIn = Callable[..., TestClient]


def test_an_answer_is_told_to_those_in_the_thread_and_talk_to_those_who_watch(database: Database) -> None:
    asker, answerer, watcher = (
        add_person(database, at=START, role=Role.MEMBER, tool=TOOL, name=name) for name in ("Ana", "Bo", "Cy")
    )
    with database.write() as session:
        entry = make_entry(session)
        watching.watch(session, watcher, entry, at=START)
        thread = talk.open_thread(session, asker, entry, "Source?", "Where does this come from?", at=START)
        talk.answer(session, answerer, thread, "From a **study**.", at=START + timedelta(hours=1))
        told = [tuple(row) for row in session.execute(select(Notification.person_id, Notification.kind))]
        counted = session.get_one(Thread, thread.id).posts
    assert sorted(told, key=str) == sorted(
        [(watcher.person_id, "talked"), (asker.person_id, "answered")], key=str
    )
    assert counted == 2


def test_resolved_threads_are_listed_apart_and_can_be_opened_again(database: Database) -> None:
    member = actor_with(Role.MEMBER)
    with database.write() as session:
        entry = make_entry(session)
        thread = talk.open_thread(session, member, entry, "Title", "Should it change?", at=START)
        talk.resolve(session, member, thread, at=START)
        resolved = talk_of(session, member, entry, resolved=True)
        unresolved = talk_of(session, member, entry, resolved=False)
        assert (len(resolved.threads.items), unresolved.threads.items, resolved.open) == (1, [], 0)
        talk.reopen(session, member, thread, at=START + timedelta(days=1))
        assert talk_of(session, member, entry, resolved=False).open == 1


def test_only_who_wrote_a_post_changes_it_and_a_coordinator_may_remove_it(database: Database) -> None:
    author, other = (add_person(database, at=START, role=Role.MEMBER, tool=TOOL) for _ in range(2))
    coordinator = actor_with(Role.COORDINATOR)
    with database.write() as session:
        thread = talk.open_thread(session, author, make_entry(session), "A", "First words", at=START)
        post = session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
        attempts: tuple[Callable[[], object], ...] = (
            lambda: talk.edit_post(session, other, post, "Other words", at=START),
            lambda: talk.remove_post(session, other, post, at=START),
            lambda: talk.edit_post(session, coordinator, post, "Other words", at=START),
        )
        for attempt in attempts:
            with pytest.raises(Forbidden):
                attempt()
        talk.edit_post(session, author, post, "Better words", at=START)
        assert (post.body, post.edited_at) == ("Better words", START)
        talk.remove_post(session, coordinator, post, at=START)
        assert (post.body, post.removed_at) == ("", START)


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_readers_do_not_talk(database: Database, role: Role | None) -> None:
    reader = actor_with(role)
    with database.write() as session:
        entry = make_entry(session)
        thread = talk.open_thread(session, actor_with(Role.MEMBER), entry, "A", "b", at=START)
        post = session.scalars(select(Post)).one()
        for attempt in (
            lambda: talk.open_thread(session, reader, entry, "A", "b", at=START),
            lambda: talk.answer(session, reader, thread, "b", at=START),
            lambda: talk.resolve(session, reader, thread, at=START),
            lambda: talk.reopen(session, reader, thread, at=START),
            lambda: talk.edit_post(session, reader, post, "c", at=START),
            lambda: talk.remove_post(session, reader, post, at=START),
        ):
            with pytest.raises((SignInNeeded, Forbidden)):
                attempt()


def test_who_is_blocked_does_not_talk_either(database: Database) -> None:
    member = add_person(database, at=START, role=Role.MEMBER, tool=TOOL)
    with database.write() as session:
        entry = make_entry(session)
        blocks.block(session, actor_with(Role.COORDINATOR), member.person_id, "Insults", until=None, at=START)  # type: ignore[arg-type]  # a person has a number
        with pytest.raises(Forbidden, match="Insults"):
            talk.open_thread(session, member, entry, "A", "b", at=START)


@pytest.mark.parametrize(("title", "body", "field"), [("", "b", "title"), ("a", " \n", "body")])
def test_a_thread_needs_a_subject_and_words(database: Database, title: str, body: str, field: str) -> None:
    with database.write() as session, pytest.raises(Invalid) as caught:
        talk.open_thread(session, actor_with(Role.MEMBER), make_entry(session), title, body, at=START)
    assert field in caught.value.fields


def test_talking_in_the_browser(app: FastAPI, sign_in_as: SignIn, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        slug = page_of(session, make_entry(session)).slug
    member = sign_in_as(Role.MEMBER, TOOL)
    address = f"/en/encyclopedia/entries/{slug}/talk"
    refused = member.post(address, data={"title": "", "body": "My long words"})
    assert refused.status_code == 422
    assert "My long words" in refused.text
    opened = member.post(
        address, data={"title": "Sources", "body": "See <script>alert(1)</script> [[prebunking]]"}
    )
    assert opened.url.path == address
    assert "<script>alert" not in opened.text
    assert f'href="/en/encyclopedia/entries/{slug}"' in opened.text
    answered = member.post("/en/encyclopedia/talk/1/answer", data={"answer-1": "An answer"})
    assert "An answer" in answered.text
    assert answered.url.fragment == "post-2"
    edited = member.get(address, params={"edit": 2})
    assert 'name="edit-2"' in edited.text
    assert "Better" in member.post("/en/encyclopedia/talk/posts/2", data={"edit-2": "Better"}).text
    assert "This post was removed." in member.post("/en/encyclopedia/talk/posts/2/remove").text
    resolved = member.post("/en/encyclopedia/talk/1/resolve")
    assert "show=resolved" in str(resolved.url)
    assert guest.get("/en/encyclopedia/talk/1").url.fragment == "thread-1"
    assert 'name="body"' not in guest.get(address).text
    with app.state.services.database.read() as session:
        assert session.scalars(select(Entry)).one().id
