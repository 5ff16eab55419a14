"""Events between tools: told with the transaction or not at all, heard at least once, a failure is nobody else's."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from common.db import Database
from common.events import AdFlagged, Delivery, Heard, LabelContested, Listener, Told, forget, tell
from common.events.delivery import LOOK_BACK, MOST, PAUSES, WHOLE_LOOK
from tests.conftest import START, StoppedClock


def flagged(creative: int = 1) -> AdFlagged:
    return AdFlagged(
        creative=creative, campaign="test", flag="foreign", people=2, asked=3, path=f"/ads/library/{creative}"
    )


class Ear:
    """A listener that keeps what it heard, and fails while `ill`."""

    def __init__(self, name: str = "ear") -> None:
        self.heard: list[int] = []
        self.ill = False
        self.listener = Listener(name, AdFlagged, self.hear)

    def hear(self, _services: Any, word: AdFlagged) -> None:
        if self.ill:
            raise OSError
        self.heard.append(word.creative)


def told(database: Database, *creatives: int, at: Any = START) -> None:
    with database.write() as session:
        for creative in creatives:
            tell(session, flagged(creative), at=at)


def test_what_is_told_is_heard_once(database: Database, clock: StoppedClock) -> None:
    ear, other = Ear(), Ear("other")
    delivery = Delivery(database, [ear.listener, other.listener], None)
    told(database, 1, 2)
    assert delivery.deliver(at=clock()) == 4
    assert delivery.deliver(at=clock()) == 0
    assert Delivery(database, [ear.listener], None).deliver(at=clock()) == 0
    assert sorted(ear.heard) == sorted(other.heard) == [1, 2]


def test_what_is_undone_is_never_told(database: Database, clock: StoppedClock) -> None:
    ear = Ear()
    with pytest.raises(RuntimeError), database.write() as session:
        tell(session, flagged(), at=START)
        raise RuntimeError
    assert Delivery(database, [ear.listener], None).deliver(at=clock()) == 0
    assert ear.heard == []


def test_listeners_hear_their_own_topic_alone_and_as_a_shape(database: Database, clock: StoppedClock) -> None:
    heard: list[LabelContested] = []
    listener = Listener("contests", LabelContested, lambda _services, word: heard.append(word))
    word = LabelContested(creative=7, campaign="test", path="/ads/library/7")
    told(database, 1)
    with database.write() as session:
        tell(session, word, at=START)
    Delivery(database, [listener], None).deliver(at=clock())
    assert heard == [word]


def test_a_listener_that_fails_is_asked_again_and_holds_up_nobody(
    database: Database, clock: StoppedClock
) -> None:
    ill, well = Ear("ill"), Ear("well")
    delivery = Delivery(database, [ill.listener, well.listener], None)
    ill.ill = True
    told(database, 1)
    assert delivery.deliver(at=clock()) == 1
    assert well.heard == [1]
    ill.ill = False
    told(database, 2)
    delivery.deliver(at=clock())
    assert ill.heard == [2]  # the one that failed waits
    clock.advance(seconds=PAUSES[0].total_seconds())
    delivery.deliver(at=clock())
    delivery.deliver(at=clock())
    assert ill.heard == [2, 1]
    assert well.heard == [1, 2]


def test_pauses_grow_and_never_end(database: Database, clock: StoppedClock) -> None:
    ear = Ear()
    ear.ill = True
    told(database, 1)
    delivery = Delivery(database, [ear.listener], None)
    waits = []
    for _each in range(len(PAUSES) + 2):
        delivery.deliver(at=clock())
        with database.read() as session:
            heard = session.scalars(select(Heard)).one()
        assert heard.next_at is not None
        waits.append(heard.next_at - clock())
        clock.time = heard.next_at
    assert waits == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    ear.ill = False
    assert delivery.deliver(at=clock()) == 1


def test_many_come_in_parts_oldest_first(database: Database, clock: StoppedClock) -> None:
    ear = Ear()
    for number in range(MOST + 3):
        told(database, number, at=START + timedelta(seconds=number))
    clock.advance(hours=2)
    delivery = Delivery(database, [ear.listener], None)
    assert [delivery.deliver(at=clock()) for _each in range(3)] == [MOST, 3, 0]
    assert ear.heard == list(range(MOST + 3))


@pytest.mark.parametrize("late", [LOOK_BACK - timedelta(seconds=1), LOOK_BACK * 3])
def test_what_is_stored_late_is_heard(database: Database, clock: StoppedClock, late: timedelta) -> None:
    """A transaction bears the time of its beginning; a long one is stored after others that began later."""
    ear = Ear()
    delivery = Delivery(database, [ear.listener], None)
    clock.advance(seconds=late.total_seconds())
    delivery.deliver(at=clock())
    told(database, 1, at=START)
    delivery.deliver(at=clock())
    clock.advance(seconds=WHOLE_LOOK.total_seconds())
    delivery.deliver(at=clock())
    assert ear.heard == [1]


def test_a_crash_between_hearing_and_noting_is_heard_again(
    database: Database, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    told(database, 1)

    def crash(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr("common.events.delivery._keep", crash)
        Delivery(database, [ear.listener], None).deliver(at=clock())
    Delivery(database, [ear.listener], None).deliver(at=clock())
    assert ear.heard == [1, 1]


def test_two_processes_deliver_the_same_at_once(database: Database, clock: StoppedClock) -> None:
    """Both hand it over, since neither knows of the other; one note stands, and that it was heard is never unsaid."""
    both, heard = Barrier(2, timeout=10), []

    def process(*, ill: bool) -> Callable[[], int]:
        def hear(_services: Any, word: AdFlagged) -> None:
            both.wait()
            if ill:
                raise OSError
            heard.append(word.creative)

        return lambda: Delivery(database, [Listener("ear", AdFlagged, hear)], None).deliver(at=clock())

    told(database, 1)
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(process(ill=ill)) for ill in (True, False)]
        assert sorted(one.result() for one in running) == [0, 1]
    assert heard == [1]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Heard)) == 1
    clock.advance(days=2)
    again = Ear()
    assert Delivery(database, [again.listener], None).deliver(at=clock()) == 0


def test_what_is_told_once_is_told_once(database: Database, clock: StoppedClock) -> None:
    for _each in range(2):
        with database.write() as session:
            tell(session, flagged(), at=clock(), once="1:foreign")
            tell(session, flagged(2), at=clock(), once="2:foreign")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Told)) == 2


def test_after_a_month_it_is_forgotten_with_who_heard_it(database: Database, clock: StoppedClock) -> None:
    ear = Ear()
    told(database, 1)
    Delivery(database, [ear.listener], None).deliver(at=clock())
    told(database, 2, at=START + timedelta(days=1))
    with database.write() as session:
        forget(session, at=START + timedelta(days=30, seconds=1))
    with database.read() as session:
        assert [one.payload["creative"] for one in session.scalars(select(Told))] == [2]
        assert session.scalar(select(func.count()).select_from(Heard)) == 0


def test_a_payload_that_is_no_such_word_is_a_failure_and_not_the_end(
    database: Database, clock: StoppedClock
) -> None:
    ear = Ear()
    with database.write() as session:
        session.add(Told(id=uuid.uuid4(), topic=AdFlagged.topic, payload={"creative": "?"}, at=START))
    told(database, 2)
    assert Delivery(database, [ear.listener], None).deliver(at=clock()) == 1
    assert ear.heard == [2]
