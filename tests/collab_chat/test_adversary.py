"""What somebody tried who wanted to read, or to hold up, what is not theirs."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.cases import CaseForm, open_case
from collab_chat.actions.deciding import decide
from collab_chat.actions.evidence import EvidenceForm, add_evidence
from collab_chat.actions.files import drop_upload, keep_upload
from collab_chat.actions.invitations import accept_invitation, invite
from collab_chat.actions.linking import link
from collab_chat.actions.marking import mark_message
from collab_chat.actions.messages import Draft, post_message, redact_message
from collab_chat.actions.qualifying import cast_vote
from collab_chat.actions.rooms import add_member, change_role, change_room, join_open_room, leave_room
from collab_chat.core.markdown import to_html
from collab_chat.core.mentions import named_in
from collab_chat.core.search_box import read_box
from collab_chat.core.slack import to_markdown
from collab_chat.models import File
from collab_chat.queries.files import file_for
from collab_chat.queries.invitations import open_invitation, open_invitations_of
from collab_chat.queries.messages import message_for
from collab_chat.queries.rooms import standing_in
from collab_chat.queries.searching import search
from collab_chat.queries.similar import similar_cases
from collab_chat.schemas.cases import Finding, Verdict
from collab_chat.schemas.events import FileRef, Quote, RoomChanged
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role
from common.accounts.models import Person
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound
from tests.collab_chat.casework import qualifying, sheet
from tests.collab_chat.making import START, organisation, person, room_with

Browser = Callable[[Actor], TestClient]
SECONDS = 1.0  # of processor time that no text of the largest size that is taken may need


def _id(actor: Actor) -> uuid.UUID:
    assert actor.person_id is not None
    return actor.person_id


@pytest.mark.parametrize("piece", ["<mailto:a", "<http://a", "<@", "<@a|", "<@a|<", "*a ", "~a ", "&amp;lt;"])
def test_no_webhook_text_takes_long(piece: str) -> None:
    began = time.process_time()
    to_markdown(piece * (256_000 // len(piece)))
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "_a ",
        "`",
        "[",
        "[a](",
        "[x]: ",
        "://a",
        "<",
        "> ",
        "- ",
        "a:",
        "http://a:",
        "@a",
        "\\",
        "~~",
        "`a",
    ],
)
def test_no_message_takes_long(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    began = time.process_time()
    to_html(text)
    named_in(text, [])
    assert time.process_time() - began < SECONDS


def test_a_files_name_is_no_way_to_another_file(database: Database) -> None:
    secret, own = "ab" * 32, "cd" * 32
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR, organisation(session, "Ours"))
        eve = person(session, "Eve", Role.MEMBER, organisation(session, "Theirs"))
        room = room_with(session, ada, (eve, Role.MEMBER)).id
        for actor, digest, name, tlp in (
            (ada, secret, "plan.txt", Tlp.AMBER_STRICT),
            (eve, own, f"{secret}.txt", Tlp.AMBER),
        ):
            file = keep_upload(
                session,
                actor,
                room,
                FileRef(sha256=digest, name=name, media_type="text/plain", size=1),
                at=START,
            )
            post_message(session, actor, room, Draft("", files=[file], marking=Marking(tlp)), at=START)
            keep_upload(session, actor, room, file, at=START)
        named = FileRef(sha256=own, name=f"{secret}.txt", media_type="text/plain", size=1)
        add_evidence(session, eve, room, EvidenceForm(file=named), at=START)
        assert file_for(session, standing_in(session, eve, room), own).sha256 == own
        with pytest.raises(NotFound):
            file_for(session, standing_in(session, eve, room), secret)


def test_who_has_the_same_file_learns_not_that_others_sent_it(database: Database) -> None:
    """Eve has the paper, too, and tries whether it is in the room; Ben has it by chance and wants to show it."""
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR, organisation(session, "Ours"))
        eve = person(session, "Eve", Role.MEMBER, organisation(session, "Theirs"))
        room = room_with(session, ada, (eve, Role.MEMBER)).id
        paper = FileRef(sha256="ab" * 32, name="paper.txt", media_type="text/plain", size=1)
        keep_upload(session, ada, room, paper, at=START)
        strict = Draft("", files=[paper], marking=Marking(Tlp.AMBER_STRICT))
        secret = post_message(session, ada, room, strict, at=START).seq
        here = standing_in(session, eve, room)
        with pytest.raises(NotFound):
            file_for(session, here, paper.sha256)
        keep_upload(session, eve, room, paper, at=START)
        drop_upload(session, eve, room, paper.sha256)
        with pytest.raises(NotFound):
            file_for(session, here, paper.sha256)
        keep_upload(session, eve, room, paper, at=START)
        shown = post_message(session, eve, room, Draft("", files=[paper]), at=START).seq
        with pytest.raises(Conflict):
            drop_upload(session, eve, room, paper.sha256)
        redact_message(session, eve, room, shown, at=START)
        with pytest.raises(NotFound):
            file_for(session, here, paper.sha256)
        assert file_for(session, standing_in(session, ada, room), paper.sha256).sha256 == paper.sha256
        redact_message(session, ada, room, secret, at=START)
        assert session.get(File, (paper.sha256, room)) is None


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED])
def test_what_is_quoted_is_not_named_to_others(database: Database, tlp: Tlp) -> None:
    with database.write() as session:
        ours = organisation(session, "Ours")
        ada, ben = person(session, "Ada", Role.COORDINATOR, ours), person(session, "Ben", Role.MEMBER, ours)
        gus = person(session, "Gus", Role.GUEST)
        there = room_with(session, ada, (ben, Role.MEMBER), name="There").id
        here = room_with(session, ada, (ben, Role.MEMBER), (gus, Role.GUEST), name="Here").id
        to = frozenset({_id(ben)}) if tlp is Tlp.RED else frozenset()
        seq = post_message(session, ada, there, Draft("Between us", marking=Marking(tlp, to)), at=START).seq
        quote = Quote(room=there, seq=seq, text="", author="", tlp=Tlp.CLEAR)
        for_gus = Marking(Tlp.RED, frozenset({_id(gus)}))
        with pytest.raises(Forbidden):
            post_message(session, ben, here, Draft("Look", quote=quote, marking=for_gus), at=START)
        said = post_message(session, ben, here, Draft("Look", quote=quote), at=START).seq
        with pytest.raises(Forbidden):
            mark_message(session, ben, here, said, Tlp.RED, [_id(gus)], at=START)
        mark_message(session, ben, here, said, Tlp.RED, [_id(ada)], at=START)
        with pytest.raises(NotFound):
            message_for(session, standing_in(session, gus, here), said)


def test_who_was_removed_does_not_come_back_by_themselves(database: Database) -> None:
    with database.write() as session:
        ada, ben, cai = (
            person(session, "Ada", Role.COORDINATOR),
            person(session, "Ben"),
            person(session, "Cai"),
        )
        room = room_with(session, ada, (ben, Role.MEMBER), (cai, Role.MEMBER)).id
        old = invite(session, ada, room, Role.MEMBER, at=START, uses=5)
        leave_room(session, ada, room, _id(ben), at=START + timedelta(minutes=1))
        leave_room(session, cai, room, at=START + timedelta(minutes=1))
        with pytest.raises(Forbidden):
            join_open_room(session, ben, room, at=START + timedelta(minutes=2))
        with pytest.raises(NotFound):
            accept_invitation(session, ben, old, at=START + timedelta(minutes=2))
        join_open_room(session, cai, room, at=START + timedelta(minutes=2))
        new = invite(session, ada, room, Role.MEMBER, at=START + timedelta(minutes=3))
        assert accept_invitation(session, ben, new, at=START + timedelta(minutes=4)).id == room
        assert standing_in(session, cai, room).role is Role.MEMBER


def test_nobody_takes_a_role_back_by_leaving(database: Database) -> None:
    """Made a guest in a TLP:AMBER room, Ben left and entered anew: a member, who reads it all."""
    with database.write() as session:
        ada, ben, cai = (
            person(session, "Ada", Role.COORDINATOR),
            person(session, "Ben"),
            person(session, "Cai"),
        )
        room = room_with(session, ada, (ben, Role.MEMBER), (cai, Role.MEMBER)).id
        change_role(session, ada, room, _id(ben), Role.GUEST, at=START)
        for actor, role in ((ben, Role.GUEST), (cai, Role.MEMBER)):
            leave_room(session, actor, room, at=START)
            join_open_room(session, actor, room, at=START)
            assert standing_in(session, actor, room).role is role


def test_no_old_link_gives_a_role_back(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        room = room_with(session, ada, (ben, Role.MEMBER)).id
        old = invite(session, ada, room, Role.REVIEWER, at=START, uses=5)
        change_role(session, ada, room, _id(ben), Role.GUEST, at=START)
        later = START + timedelta(minutes=1)
        for token, role in ((old, Role.GUEST), (None, Role.REVIEWER)):
            leave_room(session, ben, room, at=later)
            after = later + timedelta(minutes=1)
            new = token or invite(session, ada, room, Role.REVIEWER, at=after)
            accept_invitation(session, ben, new, at=after)
            assert standing_in(session, ben, room).role is role


@pytest.mark.parametrize("how", ["removed", "demoted", "demoted, then gone", "closed"])
def test_a_link_ends_with_the_power_of_who_made_it(database: Database, how: str) -> None:
    """A coordinator who sees it coming makes a link first: for friends, or to come back by."""
    with database.write() as session:
        ada, mal, eve = (person(session, name, Role.COORDINATOR) for name in ("Ada", "Mal", "Eve"))
        room = room_with(session, ada, (mal, Role.COORDINATOR)).id
        token = invite(session, mal, room, Role.COORDINATOR, at=START, uses=5)
        kept = invite(session, ada, room, Role.MEMBER, at=START, uses=5)
        assert len(open_invitations_of(session, room, at=START)) == 2
        if how == "removed":
            leave_room(session, ada, room, _id(mal), at=START)
        elif how == "closed":
            session.get_one(Person, mal.person_id).disabled_at = START
        else:
            change_role(session, ada, room, _id(mal), Role.MEMBER, at=START)
            if how != "demoted":
                leave_room(session, mal, room, at=START)
        for actor in (eve, mal):
            if actor is eve or how == "demoted, then gone":
                with pytest.raises(NotFound):
                    accept_invitation(session, actor, token, at=START)
        with pytest.raises(NotFound):
            open_invitation(session, token, at=START)
        assert len(open_invitations_of(session, room, at=START)) == 1
        assert accept_invitation(session, eve, kept, at=START).id == room


def test_a_link_outlives_who_made_it_and_left_by_themselves(database: Database) -> None:
    with database.write() as session:
        ada, ben, eve = (person(session, name, Role.COORDINATOR) for name in ("Ada", "Ben", "Eve"))
        room = room_with(session, ada, (ben, Role.COORDINATOR)).id
        token = invite(session, ben, room, Role.GUEST, at=START)
        leave_room(session, ben, room, at=START)
        assert accept_invitation(session, eve, token, at=START).id == room


def test_the_settings_tell_a_stranger_nothing(app: FastAPI, guest: TestClient, browser_of: Browser) -> None:
    with app.state.services.database.write() as session:
        ada, eve = person(session, "Ada", Role.COORDINATOR), person(session, "Eve", Role.ADMIN)
        room = room_with(session, ada, name="Quite secret").id
    guessed = {"name": "Quite secret", "topic": "", "tlp": "amber"}
    assert browser_of(eve).post(f"/en/rooms/{room}/settings", data=guessed).status_code == 404


def test_a_lead_who_has_not_voted_learns_no_votes_by_deciding(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        for number, actor in enumerate(work.people[1:]):
            cast = sheet(Verdict.SATIRE_OR_OPINION, Finding.NO) if number % 2 else sheet()
            cast_vote(session, actor, work.room, cast, at=work.at)
        at = work.later(minutes=16)
        with pytest.raises(Conflict) as refused:
            decide(session, work.people[0], work.room, at=at)
        assert not any(letter.isdigit() for letter in refused.value.message), refused.value.message
        cast_vote(session, work.people[0], work.room, sheet(Verdict.INCONCLUSIVE, Finding.UNSURE), at=at)
        with pytest.raises(Conflict, match="2 of 5"):
            decide(session, work.people[0], work.room, at=at)


def strict_case(session: Session, title: str) -> tuple[Actor, Actor, uuid.UUID]:
    """Return who opened a TLP:AMBER+STRICT case, a member of another organisation in its room, and the room."""
    ada = person(session, f"Ada{title[:3]}", Role.COORDINATOR, organisation(session, f"Ours {title}"))
    ben = person(session, f"Ben{title[:3]}", Role.MEMBER, organisation(session, f"Theirs {title}"))
    case = open_case(session, ada, CaseForm(title, title * 3, Tlp.AMBER_STRICT), at=START)
    add_member(session, ada, case.room_id, _id(ben), Role.MEMBER, at=START)
    return ada, ben, case.room_id


def test_a_strict_case_is_found_by_its_own_organisation_alone(database: Database) -> None:
    with database.write() as session:
        ada, ben, room = strict_case(session, "Basilisk")
        assert [one.what for one in search(session, ada, read_box("basilisk")).found] == ["case"]
        assert search(session, ben, read_box("basilisk")).found == []
        assert search(session, ben, read_box("basilisk"), room_id=room).count == 0


def test_a_case_that_is_not_theirs_is_offered_to_nobody_as_similar(database: Database) -> None:
    words = "False addresses of polling places are shared before the election "
    with database.write() as session:
        ada, ben, strict = strict_case(session, words)
        own = open_case(session, ben, CaseForm(words), at=START).room_id
        add_member(session, ben, own, _id(ada), Role.MEMBER, at=START)
        link(session, ada, strict, "account", "x:@loud", at=START)
        link(session, ben, own, "account", "x:@loud", at=START)
        assert [one.room_id for one in similar_cases(session, ada, own)] == [strict]
        assert similar_cases(session, ben, own) == []


def test_a_link_marked_narrower_makes_no_likeness(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR, organisation(session, "Ours"))
        ben = person(session, "Ben", Role.MEMBER, organisation(session, "Theirs"))
        first, second = (
            open_case(session, ada, CaseForm(title), at=START).room_id for title in ("One", "Two")
        )
        for room in (first, second):
            add_member(session, ada, room, _id(ben), Role.MEMBER, at=START)
        change_room(session, ada, first, RoomChanged(tlp=Tlp.AMBER_STRICT), at=START)
        link(session, ada, first, "account", "x:@loud", at=START)
        change_room(session, ada, first, RoomChanged(tlp=Tlp.AMBER), at=START)
        link(session, ada, second, "account", "x:@loud", at=START)
        assert [one.room_id for one in similar_cases(session, ada, second)] == [first]
        assert similar_cases(session, ben, second) == []


@pytest.mark.parametrize(
    "url", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "data:text/html,x"]
)
def test_no_link_leads_elsewhere_in_disguise(database: Database, url: str) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = open_case(session, ada, CaseForm("One"), at=START).room_id
        with pytest.raises(Invalid):
            link(session, ada, room, "entry", "5", url=url, at=START)
