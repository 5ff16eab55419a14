"""Objections to labels: who may raise and answer them, and how many."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded, TooMany
from political_ads.actions.contests import PER_DAY, answer_contest, contest
from political_ads.models import Item
from tests.conftest import add_person
from tests.political_ads.grouping import AT, ad, bring, somebody
from tests.political_ads.test_library import label_it

WHY = "The page is a transport company."


def labelled(session: Session, number: int = 1, *, public: bool = True) -> Item:
    one = ad(number, f"Text number {number}")
    bring(session, one)
    assert one.creative_id is not None
    return label_it(session, one.creative_id, public=public)


def guest(database: Database) -> Actor:
    return add_person(database, at=AT, role=Role.GUEST, tool="political_ads")


def test_an_objection_waits_until_a_reviewer_answers_once(database: Database) -> None:
    reader = guest(database)
    with database.write() as session:
        made = contest(session, reader, labelled(session).id, f"  {WHY} ", at=AT)
        assert (made.state, made.reason) == ("open", WHY)
        with pytest.raises(Conflict):
            contest(session, reader, made.item_id, WHY, at=AT)
        reviewer = somebody(Role.REVIEWER)
        answered = answer_contest(
            session, reviewer, made.id, "The disclaimer names a party.", upheld=False, at=AT
        )
        assert (answered.state, answered.answered_by, answered.answered_at) == ("declined", "Robin", AT)
        with pytest.raises(Conflict):
            answer_contest(session, reviewer, made.id, "Again.", upheld=True, at=AT)


def test_a_person_gives_so_many_a_day(database: Database) -> None:
    reader = guest(database)
    with database.write() as session:
        items = [labelled(session, n).id for n in range(PER_DAY + 1)]
        for item in items[:-1]:
            contest(session, reader, item, WHY, at=AT)
        with pytest.raises(TooMany):
            contest(session, reader, items[-1], WHY, at=AT)
        contest(session, reader, items[-1], WHY, at=AT + timedelta(days=1, seconds=1))


def test_what_is_not_published_cannot_be_contested_by_readers(database: Database) -> None:
    with database.write() as session:
        item = labelled(session, public=False)
        with pytest.raises(NotFound):
            contest(session, guest_of_nobody(), item.id, WHY, at=AT)
        with pytest.raises(NotFound):
            contest(session, guest_of_nobody(), 10**6, WHY, at=AT)
        with pytest.raises(Invalid):
            contest(session, guest_of_nobody(), item.id, "No", at=AT)
        assert contest(session, somebody(Role.MEMBER), item.id, WHY, at=AT).state == "open"


def guest_of_nobody() -> Actor:
    return somebody(Role.GUEST)


def test_who_may_neither_contest_nor_answer(sqlite_url: str) -> None:
    with pytest.raises(SignInNeeded):
        contest(Session(), somebody(None), 1, WHY, at=AT)
    for role in (None, Role.GUEST, Role.MEMBER):
        with pytest.raises((SignInNeeded, Forbidden)):
            answer_contest(Session(), somebody(role), uuid.uuid4(), "x", upheld=True, at=AT)
