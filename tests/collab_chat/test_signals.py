"""Signals: grouped, raised again when they grow, taken up, dismissed, read by those who may."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab_chat.actions.cases import CaseForm, open_case
from collab_chat.actions.signals import (
    Raised,
    dismiss_signal,
    raise_signal,
    reopen_signal,
    take_signal,
)
from collab_chat.models import Event, Exercise, Signal, SignalSight
from collab_chat.queries.signals import SignalFilter, count_new, inbox, signal_of
from collab_chat.schemas.events import Kind
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource, SignalState
from common.accounts.actors import ANONYMOUS, Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from tests.collab_chat.making import START, organisation, person

CLAIM = "The polling station of Rue des Lilas closes at noon today, tell everybody you know"
HOOK = Origin(source=SignalSource.WEBHOOK, name="Watch")


def hooked(session: Session, text: str = CLAIM, url: str = "", minutes: int = 0) -> Raised:
    at = START + timedelta(minutes=minutes)
    return raise_signal(session, operator("job"), SignalForm(text=text, url=url), at=at, origin=HOOK)


def test_one_address_is_one_signal_however_it_was_shared(database: Database) -> None:
    with database.write() as session:
        first = hooked(session, "One", "https://www.example.org/claim?utm_source=a")
        second = hooked(session, "Two", "http://m.example.org/claim#top")
        assert first.is_new
        assert not second.is_new
        assert second.signal.id == first.signal.id
        assert second.signal.times == 2


def test_one_text_but_for_small_changes_is_one_signal(database: Database) -> None:
    with database.write() as session:
        first = hooked(session)
        again = hooked(session, CLAIM.replace("Lilas", "Roses") + "!!")
        denial = hooked(session, CLAIM.replace("closes", "does not close"))
        assert again.signal.id == first.signal.id
        assert denial.is_new


def test_a_text_is_compared_with_those_of_the_last_month_only(database: Database) -> None:
    with database.write() as session:
        first = hooked(session)
        later = hooked(session, minutes=31 * 24 * 60)
        assert later.is_new
        assert later.signal.id != first.signal.id


def test_a_signal_is_raised_again_only_when_it_has_doubled(database: Database) -> None:
    with database.write() as session:
        again = [hooked(session, minutes=minute).again for minute in range(9)]
    assert again == [False, True, False, True, False, False, False, True, False]


def test_a_dismissed_signal_comes_back_when_it_has_doubled(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada")
        signal = [hooked(session, minutes=minute) for minute in range(3)][-1].signal
        dismiss_signal(session, ada, signal.id, "An old picture", at=START)
        for minute in (4, 5):
            hooked(session, minutes=minute)
            assert signal.state == SignalState.DISMISSED.value
        hooked(session, minutes=6)
        assert (signal.state, signal.times) == (SignalState.NEW.value, 6)


def test_the_same_key_is_counted_once(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada")
        form = SignalForm(text=CLAIM, key="status-1")
        raised = [raise_signal(session, ada, form, at=START) for _each in range(3)]
        assert raised[0].signal.times == 1
        assert not raised[2].counted
        assert session.scalar(select(func.count()).select_from(SignalSight)) == 1


def test_what_one_person_reports_twice_in_a_day_is_one_sighting(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada"), person(session, "Ben")
        form = SignalForm(url="https://example.org/claim")
        raise_signal(session, ada, form, at=START)
        raise_signal(session, ada, form, at=START + timedelta(hours=1))
        signal = raise_signal(session, ben, form, at=START + timedelta(hours=2)).signal
        assert signal.times == 2
        raise_signal(session, ada, form, at=START + timedelta(days=1))
        assert signal.times == 3


def test_a_title_is_made_of_what_there_is(database: Database) -> None:
    with database.write() as session:
        assert hooked(session, "First line\nmore").signal.title == "First line"
        assert hooked(session, "", "https://example.org/a/b").signal.title == "example.org/a/b"
        with pytest.raises(Invalid):
            hooked(session, " ")
        with pytest.raises(Invalid):
            hooked(session, "x", "javascript:alert(1)")


def test_a_case_takes_a_signal_up_and_hears_when_it_grows(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        case = open_case(session, ada, CaseForm("Closing hours"), at=START)
        signal = hooked(session).signal
        take_signal(session, ada, signal.id, case.room_id, at=START)
        assert (signal.state, signal.case_id) == ("taken", case.room_id)
        for minute in range(1, 4):
            hooked(session, minutes=minute)
        told = session.scalars(
            select(Event).where(Event.room_id == case.room_id, Event.kind == Kind.SIGNAL_LINKED.value)
        ).all()
        assert [one.content["times"] for one in sorted(told, key=lambda one: one.seq) if one.content] == [
            1,
            2,
            4,
        ]
        with pytest.raises(Conflict):
            take_signal(session, ada, signal.id, case.room_id, at=START)
        with pytest.raises(Conflict):
            dismiss_signal(session, ada, signal.id, "No", at=START)


def test_a_room_does_not_take_what_is_marked_more_strictly(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR, organisation(session, "Watchers"))
        case = open_case(session, ada, CaseForm("Closing hours"), at=START)
        strict = SignalForm(text=CLAIM, tlp=Tlp.AMBER_STRICT)
        signal = raise_signal(session, ada, strict, at=START).signal
        with pytest.raises(Invalid):
            take_signal(session, ada, signal.id, case.room_id, at=START)


def test_exercises_and_real_signals_never_mix(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        play = Exercise(key="noon", scenario={}, language="en", at=START)
        session.add(play)
        session.flush()
        inject = Origin(source=SignalSource.INJECT, exercise=play.id)
        real = hooked(session).signal
        played = raise_signal(session, operator("job"), SignalForm(text=CLAIM), at=START, origin=inject)
        assert played.is_new
        assert real.times == 1
        assert [one.id for one in inbox(session, ada, SignalFilter()).items] == [real.id]
        assert [one.id for one in inbox(session, ada, SignalFilter(exercise=True)).items] == [
            played.signal.id
        ]
        assert count_new(session, ada) == 1
        case = open_case(session, ada, CaseForm("Real"), at=START)
        with pytest.raises(Conflict):
            take_signal(session, ada, played.signal.id, case.room_id, at=START)


def test_a_strict_signal_is_its_organisations_and_groups_with_no_other(database: Database) -> None:
    with database.write() as session:
        watch, other = organisation(session, "Watch"), organisation(session, "Other")
        ada, ann = (
            person(session, "Ada", organisation_id=watch),
            person(session, "Ann", organisation_id=watch),
        )
        ben = person(session, "Ben", organisation_id=other)
        strict = SignalForm(text=CLAIM, tlp=Tlp.AMBER_STRICT)
        signal = raise_signal(session, ada, strict, at=START).signal
        assert signal_of(session, ann, signal.id).id == signal.id
        with pytest.raises(NotFound):
            signal_of(session, ben, signal.id)
        with pytest.raises(NotFound):
            dismiss_signal(session, ben, signal.id, "No", at=START)
        assert inbox(session, ben, SignalFilter()).total == 0
        public = raise_signal(session, ben, SignalForm(text=CLAIM), at=START)
        assert public.is_new
        theirs = raise_signal(session, ben, strict, at=START + timedelta(days=1))
        assert theirs.is_new
        assert raise_signal(session, ann, strict, at=START).signal.id == signal.id


def test_markings_that_a_signal_cannot_have(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada")
        with pytest.raises(Invalid):
            raise_signal(session, ada, SignalForm(text=CLAIM, tlp=Tlp.RED), at=START)
        with pytest.raises(Invalid, match="in none"):
            raise_signal(session, ada, SignalForm(text=CLAIM, tlp=Tlp.AMBER_STRICT), at=START)


def test_the_list_is_narrowed_and_sorted(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada")
        often = [hooked(session, minutes=minute) for minute in range(3)][-1].signal
        other = hooked(session, "A deepfake of the hospital's director", minutes=60).signal

        def found(**asked: object) -> list[uuid.UUID]:
            page = inbox(session, ada, SignalFilter(**asked))  # type: ignore[arg-type]  # the test names fields
            return [one.id for one in page.items]

        assert found() == [other.id, often.id]
        assert found(sort="times") == [often.id, other.id]
        assert found(q="deepfake") == [other.id]
        assert found(source="feed") == []
        dismiss_signal(session, ada, other.id, "Known satire", at=START)
        assert found() == [often.id]
        assert found(state="dismissed") == [other.id]
        assert len(found(state="")) == 2
        reopen_signal(session, ada, other.id, at=START)
        assert len(found()) == 2
        with pytest.raises(Conflict):
            reopen_signal(session, ada, other.id, at=START)
        with pytest.raises(Invalid):
            dismiss_signal(session, ada, other.id, "  ", at=START)


GUEST = Actor(uuid.uuid4(), "Guest", {"*": Role.GUEST}, via="session")


@pytest.mark.parametrize(("actor", "refusal"), [(ANONYMOUS, SignInNeeded), (GUEST, Forbidden)])
def test_guests_neither_report_nor_read_nor_triage(
    database: Database, actor: Actor, refusal: type[Exception]
) -> None:
    with database.write() as session:
        signal = hooked(session).signal
        for refused in (
            lambda: raise_signal(session, actor, SignalForm(text=CLAIM), at=START),
            lambda: signal_of(session, actor, signal.id),
            lambda: inbox(session, actor, SignalFilter()),
            lambda: take_signal(session, actor, signal.id, uuid.uuid4(), at=START),
            lambda: dismiss_signal(session, actor, signal.id, "No", at=START),
            lambda: reopen_signal(session, actor, signal.id, at=START),
        ):
            with pytest.raises(refusal):
                refused()
        assert count_new(session, actor) is None
        assert session.get_one(Signal, signal.id).state == "new"


@pytest.mark.slow
def test_two_reports_at_once_make_one_signal(database: Database) -> None:
    gate = threading.Barrier(4)

    def raise_one(_number: int) -> None:
        gate.wait(timeout=10)
        with database.write() as session:
            hooked(session, "Seen", "https://example.org/claim")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(raise_one, range(4)))
    with database.read() as session:
        assert [one.times for one in session.scalars(select(Signal))] == [4]
