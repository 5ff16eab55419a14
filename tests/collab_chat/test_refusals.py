"""Every action refuses who may not: strangers to the room, guests, members, people without a role in the tool. New ones must be listed."""

# ruff: noqa: ARG005 - all acts have one shape, whether they need the room or not
import ast
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from collab_chat import actions
from collab_chat.actions import (
    cases,
    deciding,
    evidence,
    exercises,
    feeds,
    files,
    forgetting,
    hooks,
    invitations,
    linking,
    log_exports,
    marking,
    messages,
    notices,
    outputs,
    qualifying,
    reach,
    reacting,
    reading,
    rebuilding,
    reminding,
    reports,
    rooms,
    rules,
    signals,
    slash_commands,
    speaking,
    tasks,
)
from collab_chat.core.consensus import Rule
from collab_chat.models import Room
from collab_chat.schemas.cases import CaseStatus, Confidence, ReactionKind
from collab_chat.schemas.events import FileRef, RoomChanged, Via
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import SignalForm
from common.accounts.actors import ANONYMOUS, Actor, Role
from common.db import Database
from common.errors import Forbidden, NotFound, Problem, SignInNeeded
from tests.collab_chat.casework import qualifying as begun
from tests.collab_chat.casework import sheet
from tests.collab_chat.making import START, person

Act = Callable[[Session, Actor, uuid.UUID], object]
NOBODY = uuid.UUID(int=7)
THING: Any = SimpleNamespace()  # whoever is refused is refused before it is looked at
FILE = FileRef(sha256="ab" * 32, name="a.txt", media_type="text/plain", size=1)
MOMENT: dict[str, Any] = {"at": START}
SAID = reacting.Attribution("An actor", Confidence.HIGH, "why", (1,))
WORDS = speaking.Words("x", Via(kind="webhook", name="x"))

# What a guest of the room may do: whoever is not in it may not.
OF_EVERYBODY: dict[str, Act] = {
    "messages.post_message": lambda s, a, r: messages.post_message(s, a, r, messages.Draft("x"), **MOMENT),
    "messages.edit_message": lambda s, a, r: messages.edit_message(s, a, r, 1, "x", **MOMENT),
    "messages.redact_message": lambda s, a, r: messages.redact_message(s, a, r, 1, **MOMENT),
    "marking.set_reaction": lambda s, a, r: marking.set_reaction(s, a, r, 1, "👍", on=True, **MOMENT),
    "marking.mark_message": lambda s, a, r: marking.mark_message(s, a, r, 1, Tlp.RED, **MOMENT),
    "reading.move_pointer": lambda s, a, r: reading.move_pointer(s, a, r, 1, **MOMENT),
    "reports.begin_report": lambda s, a, r: reports.begin_report(s, a, r, **MOMENT),
    "reports.store_updates": lambda s, a, r: reports.store_updates(s, a, r, [b""], **MOMENT),
    "reports.save_report": lambda s, a, r: reports.save_report(s, a, r, **MOMENT),
    "reports.write_report": lambda s, a, r: reports.write_report(s, a, r, "x", based_on="", **MOMENT),
    "rooms.leave_room": lambda s, a, r: rooms.leave_room(s, a, r, **MOMENT),
    "tasks.add_task": lambda s, a, r: tasks.add_task(s, a, r, tasks.TaskForm("x"), **MOMENT),
    "tasks.change_task": lambda s, a, r: tasks.change_task(s, a, r, 1, done=True, **MOMENT),
    "messages.card_message": lambda s, a, r: messages.card_message(s, a, r, 1, [], **MOMENT),
}
# What takes more than a guest's role in the room.
NOT_OF_GUESTS: dict[str, Act] = {
    "cases.edit_case": lambda s, a, r: cases.edit_case(s, a, r, title="x", **MOMENT),
    "cases.move_case": lambda s, a, r: cases.move_case(s, a, r, CaseStatus.CLOSED, **MOMENT),
    "evidence.add_evidence": lambda s, a, r: evidence.add_evidence(
        s, a, r, evidence.EvidenceForm(url="https://example.org"), **MOMENT
    ),
    "evidence.capture_again": lambda s, a, r: evidence.capture_again(s, a, r, 1, **MOMENT),
    "files.keep_upload": lambda s, a, r: files.keep_upload(s, a, r, FILE, **MOMENT),
    "files.drop_upload": lambda s, a, r: files.drop_upload(s, a, r, FILE.sha256),
    "linking.link": lambda s, a, r: linking.link(s, a, r, "url", "https://example.org", **MOMENT),
    "linking.unlink": lambda s, a, r: linking.unlink(s, a, r, "url", "x", **MOMENT),
    "log_exports.take_log": lambda s, a, r: log_exports.take_log(s, a, r, **MOMENT),
    "marking.pin_message": lambda s, a, r: marking.pin_message(s, a, r, 1, on=True, **MOMENT),
    "outputs.take_output": lambda s, a, r: outputs.take_output(s, a, r, "x", None, **MOMENT),
    "qualifying.cast_vote": lambda s, a, r: qualifying.cast_vote(s, a, r, sheet(), **MOMENT),
    "qualifying.raise_objection": lambda s, a, r: qualifying.raise_objection(
        s, a, r, "x", blocking=True, **MOMENT
    ),
    "qualifying.lift_objection": lambda s, a, r: qualifying.lift_objection(s, a, r, 1, "x", **MOMENT),
    "reacting.propose_attribution": lambda s, a, r: reacting.propose_attribution(s, a, r, SAID, **MOMENT),
    "reacting.confirm_attribution": lambda s, a, r: reacting.confirm_attribution(s, a, r, 1, **MOMENT),
    "tasks.start_playbook": lambda s, a, r: tasks.start_playbook(s, a, r, "health_rumour", **MOMENT),
}
# What takes more than a member's.
NOT_OF_MEMBERS: dict[str, Act] = {
    "cases.grade_case": lambda s, a, r: cases.grade_case(s, a, r, harm=1, breakout=1, **MOMENT),
    "cases.staff_case": lambda s, a, r: cases.staff_case(s, a, r, lead=None, scribe=None, **MOMENT),
    "cases.involve_organisation": lambda s, a, r: cases.involve_organisation(s, a, r, NOBODY, **MOMENT),
    "deciding.decide": lambda s, a, r: deciding.decide(s, a, r, **MOMENT),
    "deciding.reopen_case": lambda s, a, r: deciding.reopen_case(s, a, r, "x", **MOMENT),
    "forgetting.forget_member": lambda s, a, r: forgetting.forget_member(s, a, r, NOBODY, **MOMENT),
    "invitations.invite": lambda s, a, r: invitations.invite(s, a, r, Role.GUEST, **MOMENT),
    "invitations.revoke_invitation": lambda s, a, r: invitations.revoke_invitation(s, a, r, "x", **MOMENT),
    "linking.join_case": lambda s, a, r: linking.join_case(
        s, a, r, NOBODY, CaseStatus.MERGED, why="x", **MOMENT
    ),
    "qualifying.shorten_wait": lambda s, a, r: qualifying.shorten_wait(s, a, r, **MOMENT),
    "reacting.choose_reaction": lambda s, a, r: reacting.choose_reaction(
        s, a, r, ReactionKind.IGNORE, "x", **MOMENT
    ),
    "rooms.change_room": lambda s, a, r: rooms.change_room(s, a, r, RoomChanged(name="x"), **MOMENT),
    "rooms.add_member": lambda s, a, r: rooms.add_member(s, a, r, NOBODY, Role.GUEST, **MOMENT),
    "rooms.change_role": lambda s, a, r: rooms.change_role(s, a, r, NOBODY, Role.GUEST, **MOMENT),
}
# Outside rooms: what takes more than a guest's role in the tool.
OF_MEMBERS_OF_THE_TOOL: dict[str, Act] = {
    "cases.open_case": lambda s, a, r: cases.open_case(s, a, cases.CaseForm("x"), **MOMENT),
    "rooms.create_room": lambda s, a, r: rooms.create_room(s, a, "x", **MOMENT),
    "rooms.join_open_room": lambda s, a, r: rooms.join_open_room(s, a, r, **MOMENT),
    "signals.raise_signal": lambda s, a, r: signals.raise_signal(s, a, SignalForm(title="x"), **MOMENT),
    "signals.take_signal": lambda s, a, r: signals.take_signal(s, a, NOBODY, r, **MOMENT),
    "signals.dismiss_signal": lambda s, a, r: signals.dismiss_signal(s, a, NOBODY, "x", **MOMENT),
    "signals.reopen_signal": lambda s, a, r: signals.reopen_signal(s, a, NOBODY, **MOMENT),
}
# What takes a coordinator's.
OF_COORDINATORS: dict[str, Act] = {
    "exercises.prepare_exercise": lambda s, a, r: exercises.prepare_exercise(s, a, THING, "en", **MOMENT),
    "exercises.start_exercise": lambda s, a, r: exercises.start_exercise(s, a, NOBODY, {}, speed=1, **MOMENT),
    "exercises.pause_exercise": lambda s, a, r: exercises.pause_exercise(s, a, NOBODY, **MOMENT),
    "exercises.resume_exercise": lambda s, a, r: exercises.resume_exercise(s, a, NOBODY, **MOMENT),
    "exercises.set_speed": lambda s, a, r: exercises.set_speed(s, a, NOBODY, 1, **MOMENT),
    "exercises.skip_ahead": lambda s, a, r: exercises.skip_ahead(s, a, NOBODY, **MOMENT),
    "exercises.end_exercise": lambda s, a, r: exercises.end_exercise(s, a, NOBODY, **MOMENT),
    "feeds.add_feed": lambda s, a, r: feeds.add_feed(
        s, a, feeds.FeedForm("https://x.example", "x", 15, ()), **MOMENT
    ),
    "feeds.pause_feed": lambda s, a, r: feeds.pause_feed(s, a, NOBODY, paused=True, **MOMENT),
    "feeds.remove_feed": lambda s, a, r: feeds.remove_feed(s, a, NOBODY, **MOMENT),
    "hooks.make_hook": lambda s, a, r: hooks.make_hook(s, a, "x", room_id=None, signals=True, **MOMENT),
    "hooks.revoke_hook": lambda s, a, r: hooks.revoke_hook(s, a, NOBODY, **MOMENT),
    "reach.load_figures": lambda s, a, r: reach.load_figures(s, a, (), **MOMENT),
    "rules.keep_rule": lambda s, a, r: rules.keep_rule(s, a, "x", (), Rule(), **MOMENT),
    "rules.drop_rule": lambda s, a, r: rules.drop_rule(s, a, 1, **MOMENT),
    "slash_commands.add_slash_command": lambda s, a, r: slash_commands.add_slash_command(
        s, a, "x", "https://x.example", **MOMENT
    ),
    "slash_commands.revoke_slash_command": lambda s, a, r: slash_commands.revoke_slash_command(
        s, a, NOBODY, **MOMENT
    ),
    "tasks.keep_playbook": lambda s, a, r: tasks.keep_playbook(s, a, THING, **MOMENT),
    "tasks.drop_playbook": lambda s, a, r: tasks.drop_playbook(s, a, "x", **MOMENT),
}
# What the toolkit alone does: no coordinator may.
OF_THE_TOOLKIT: dict[str, Act] = {
    "evidence.note_capture": lambda s, a, r: evidence.note_capture(s, a, THING, THING, **MOMENT),
    "evidence.note_given_up": lambda s, a, r: evidence.note_given_up(s, a, NOBODY, **MOMENT),
    "exercises.play_due": lambda s, a, r: exercises.play_due(s, a, NOBODY, THING, **MOMENT),
    "feeds.claim_feed": lambda s, a, r: feeds.claim_feed(s, a, NOBODY, **MOMENT),
    "feeds.keep_poll": lambda s, a, r: feeds.keep_poll(s, a, NOBODY, THING, **MOMENT),
    "files.sweep_unused": lambda s, a, r: files.sweep_unused(s, a, START),
    "hooks.count_use": lambda s, a, r: hooks.count_use(s, a, THING, **MOMENT),
    "notices.look_through": lambda s, a, r: notices.look_through(s, a, r, THING, **MOMENT),
    "notices.claim_due": lambda s, a, r: notices.claim_due(s, a, **MOMENT),
    "notices.note_sent": lambda s, a, r: notices.note_sent(s, a, NOBODY, **MOMENT),
    "notices.note_failed": lambda s, a, r: notices.note_failed(s, a, NOBODY, "x", **MOMENT),
    "notices.forget_old_notices": lambda s, a, r: notices.forget_old_notices(s, a, before=START),
    "rebuilding.rebuild_room": lambda s, a, r: rebuilding.rebuild_room(s, a, r, **MOMENT),
    "rooms.move_member": lambda s, a, r: rooms.move_member(s, a, NOBODY, **MOMENT),
    "reminding.remind": lambda s, a, r: reminding.remind(s, a, r, {}, **MOMENT),
    "speaking.speak": lambda s, a, r: speaking.speak(s, a, r, WORDS, **MOMENT),
    "speaking.update_message": lambda s, a, r: speaking.update_message(s, a, THING, THING, **MOMENT),
    "speaking.forget_old_buttons": lambda s, a, r: speaking.forget_old_buttons(s, a, **MOMENT),
}
# One's own, for everybody with a role in the tool.
OF_ONESELF: dict[str, Act] = {
    "invitations.accept_invitation": lambda s, a, r: invitations.accept_invitation(s, a, "x", **MOMENT),
    "rooms.enter_invited": lambda s, a, r: rooms.enter_invited(s, a, r, Role.GUEST, **MOMENT),
    "notices.choose": lambda s, a, r: notices.choose(s, a, THING, THING),
    "notices.keep_browser": lambda s, a, r: notices.keep_browser(s, a, "x", {}, **MOMENT),
    "notices.drop_browser": lambda s, a, r: notices.drop_browser(s, a, NOBODY),
    "notices.ask_for_test": lambda s, a, r: notices.ask_for_test(s, a, THING, **MOMENT),
}
IN_ROOMS = {**OF_EVERYBODY, **NOT_OF_GUESTS, **NOT_OF_MEMBERS}
ALL = {**IN_ROOMS, **OF_MEMBERS_OF_THE_TOOL, **OF_COORDINATORS, **OF_THE_TOOLKIT, **OF_ONESELF}
# Steps that other actions are made of; they ask for nothing themselves, or are asked with the actions that use them.
STEPS = {
    "appending.standing_held", "leading.in_case", "leading.leading", "messages.begun", "rooms.founding",
}  # fmt: skip


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: refusals come before any question to it."""
    return sqlite_url


def in_the_package() -> Iterator[str]:
    """Give the functions of the actions that take an actor."""
    for file in sorted(Path(actions.__path__[0]).glob("*.py")):
        for one in ast.parse(file.read_text()).body:
            takes = {given.arg for given in one.args.args} if isinstance(one, ast.FunctionDef) else set()
            if isinstance(one, ast.FunctionDef) and "actor" in takes and not one.name.startswith("_"):
                yield f"{file.stem}.{one.name}"


def refused(session: Session, act: Act, actor: Actor, room: uuid.UUID, *kinds: type[Problem]) -> None:
    head = session.get_one(Room, room).head_seq
    with pytest.raises(kinds):
        act(session, actor, room)
    session.flush()
    assert session.get_one(Room, room).head_seq == head


def test_every_action_is_listed() -> None:
    assert set(in_the_package()) - STEPS == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_who_is_not_signed_in_may_do_nothing(database: Database, name: str) -> None:
    with database.write() as session:
        refused(session, ALL[name], ANONYMOUS, begun(session).room, SignInNeeded, Forbidden)


@pytest.mark.parametrize("name", IN_ROOMS)
def test_an_administrator_who_is_not_in_the_room_may_do_nothing_there(database: Database, name: str) -> None:
    with database.write() as session:
        refused(session, IN_ROOMS[name], person(session, "Eve", Role.ADMIN), begun(session).room, NotFound)


@pytest.mark.parametrize("name", [*NOT_OF_GUESTS, *NOT_OF_MEMBERS])
def test_a_guest_of_the_room_may_not(database: Database, name: str) -> None:
    with database.write() as session:
        work = begun(session, tlp=Tlp.GREEN)
        missing = (NotFound,) if name == "marking.pin_message" else ()  # which message, is asked first
        refused(session, IN_ROOMS[name], work.guest, work.room, Forbidden, *missing)


@pytest.mark.parametrize("name", NOT_OF_MEMBERS)
def test_a_member_of_the_room_may_not(database: Database, name: str) -> None:
    with database.write() as session:
        work = begun(session)
        refused(session, IN_ROOMS[name], work.people[2], work.room, Forbidden)


@pytest.mark.parametrize("name", [*OF_MEMBERS_OF_THE_TOOL, *OF_COORDINATORS, *OF_THE_TOOLKIT])
def test_a_guest_of_the_tool_may_not(database: Database, name: str) -> None:
    with database.write() as session:
        work = begun(session)
        refused(session, ALL[name], work.guest, work.room, Forbidden)


@pytest.mark.parametrize("name", OF_COORDINATORS)
def test_a_reviewer_of_the_tool_may_not(database: Database, name: str) -> None:
    with database.write() as session:
        work = begun(session)
        refused(session, ALL[name], work.people[1], work.room, Forbidden)


@pytest.mark.parametrize("name", OF_THE_TOOLKIT)
def test_a_coordinator_may_not_act_as_the_toolkit(database: Database, name: str) -> None:
    with database.write() as session:
        work = begun(session)
        refused(session, ALL[name], work.people[0], work.room, Forbidden)
