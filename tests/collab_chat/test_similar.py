"""Earlier cases like this one: only those that the reader is in, and of each only what they may read."""

import uuid

from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.evidence import EvidenceForm, add_evidence
from collab_chat.actions.rooms import add_member
from collab_chat.models import Case, Link
from collab_chat.queries.similar import similar_cases
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role
from common.db import Database
from tests.collab_chat.making import START, person, room_with

WORDS = "False addresses of polling places are shared before the municipal election"


def case(session: Session, actor: Actor, number: int, title: str = "Case", summary: str = "", exercise: uuid.UUID | None = None) -> uuid.UUID:  # fmt: skip
    room = room_with(session, actor, name=title)
    session.add(
        Case(
            room_id=room.id,
            number=number,
            title=title,
            summary=summary,
            opened_at=START,
            exercise_id=exercise,
        )
    )
    session.flush()
    return room.id


def link(session: Session, room: uuid.UUID, what: str, ref: str) -> None:
    session.add(
        Link(
            room_id=room,
            what=what,
            ref=ref,
            title=f"about {ref}",
            url=ref if what == "url" else "",
            seq=1,
            at=START,
        )
    )
    session.flush()


def test_what_is_shared_is_named_and_the_likest_comes_first(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        here = case(session, ada, 1, "Here", WORDS)
        far, near, worded = (
            case(session, ada, 2),
            case(session, ada, 3),
            case(session, ada, 4, "Quite", WORDS.upper()),
        )
        add_evidence(session, ada, here, EvidenceForm(url="https://www.rumour.example/a?fbclid=1"), at=START)
        link(session, here, "account", "x:@loud")
        link(session, here, "entry", "5")
        link(session, near, "url", "http://m.rumour.example/a/")
        link(session, near, "account", "x:@loud")
        link(session, far, "account", "x:@silent")
        link(session, far, "entry", "5")  # a practice of the encyclopedia makes no likeness
        found = similar_cases(session, ada, here)
        assert [one.room_id for one in found] == [near, worded]
        assert list(found[0].addresses) == ["https://rumour.example/a"]
        assert list(found[0].links) == ["about x:@loud"]
        assert found[0].alike is None
        assert found[1].alike is not None
        assert found[1].alike >= 85
        assert [one.room_id for one in similar_cases(session, ada, near)] == [here]
        assert similar_cases(session, ada, room_with(session, ada).id) == []


def test_short_titles_are_not_alike(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        here = case(session, ada, 1, "False polling places")
        case(session, ada, 2, "False polling places")
        assert similar_cases(session, ada, here) == []


def test_nothing_leaks_from_other_rooms(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        assert ben.person_id is not None
        here, there, guest = (case(session, ada, number, "A", WORDS) for number in (1, 2, 3))
        add_member(session, ada, here, ben.person_id, Role.MEMBER, at=START)
        add_member(session, ada, guest, ben.person_id, Role.GUEST, at=START)
        assert len(similar_cases(session, ada, here)) == 2
        assert similar_cases(session, ben, here) == []  # not in the one, a guest in the other
        add_member(session, ada, there, ben.person_id, Role.MEMBER, at=START)
        assert [one.room_id for one in similar_cases(session, ben, here)] == [there]


def test_markings_hold_between_cases(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        assert ben.person_id is not None
        assert ada.person_id is not None
        here, there = case(session, ada, 1), case(session, ada, 2)
        for room in (here, there):
            add_member(session, ada, room, ben.person_id, Role.MEMBER, at=START)
        url = "https://rumour.example/a"
        add_evidence(session, ben, here, EvidenceForm(url=url), at=START)
        red = Marking(Tlp.RED, frozenset({ada.person_id}))
        add_evidence(session, ada, there, EvidenceForm(url=url, marking=red), at=START)
        assert [one.room_id for one in similar_cases(session, ada, here)] == [there]
        assert similar_cases(session, ben, here) == []


def test_exercises_and_cases_do_not_mix(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        played = uuid.uuid4()
        here, drill, other = (
            case(session, ada, 1, "A", WORDS),
            case(session, ada, 1, "B", WORDS, played),
            case(session, ada, 2, "C", WORDS, played),
        )
        assert similar_cases(session, ada, here) == []
        assert [one.room_id for one in similar_cases(session, ada, drill)] == [other]
