"""Sheets filled blind, objections, the decision, reactions, tasks; and that a rebuilt case is the live one."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.cases import edit_case, grade_case
from collab_chat.actions.deciding import decide, reopen_case
from collab_chat.actions.linking import link
from collab_chat.actions.projecting import PROJECTIONS
from collab_chat.actions.qualifying import cast_vote, lift_objection, raise_objection, shorten_wait
from collab_chat.actions.reacting import (
    Attribution,
    choose_reaction,
    confirm_attribution,
    propose_attribution,
)
from collab_chat.actions.rebuilding import rebuild_room
from collab_chat.actions.reminding import remind
from collab_chat.actions.rooms import add_member
from collab_chat.actions.tasks import TaskForm, add_task, change_task, keep_playbook, start_playbook
from collab_chat.core.consensus import Rule
from collab_chat.core.decisions import record_hash
from collab_chat.models import Case, ConsensusRule, Decision, Event, ReactionTaken, Task, Vote
from collab_chat.queries.qualification import required_of, rule_for, sheets_for
from collab_chat.queries.rooms import standing_in
from collab_chat.queries.tasks import playbooks, tasks_of
from collab_chat.schemas.cases import Abcde, Confidence, Finding, ReactionKind, Sheet, Verdict
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.taxonomy import Criterion
from tests.collab_chat.casework import Work, case_with, decided, evidence, qualifying, sheet
from tests.collab_chat.making import START, organisation, person


def test_nobody_sees_others_sheets_before_casting(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        case = session.get_one(Case, work.room)
        for actor in work.people[:2]:
            cast_vote(session, actor, work.room, sheet(), at=work.at)

        def seen(actor: Actor) -> tuple[int, int]:
            sheets = sheets_for(session, standing_in(session, actor, work.room), case)
            return len(sheets.open), sheets.hidden

        assert seen(work.people[2]) == (0, 2)
        assert seen(work.people[0]) == (2, 0)
        cast_vote(session, work.people[2], work.room, sheet(), at=work.at)
        assert seen(work.people[2]) == (3, 0)
        assert seen(work.guest) == (0, 3)


def test_after_the_decision_everybody_whom_the_marking_lets_sees_all_sheets(database: Database) -> None:
    with database.write() as session:
        work = decided(session)
        case = session.get_one(Case, work.room)
        late = person(session, "Late")
        assert late.person_id
        with pytest.raises(NotFound):
            standing_in(session, late, work.room)
        member = sheets_for(session, standing_in(session, work.people[4], work.room), case)
        guest = sheets_for(session, standing_in(session, work.guest, work.room), case)
        assert (len(member.open), member.hidden) == (5, 0)
        assert (len(guest.open), guest.hidden) == (0, 5)  # AMBER is not for guests


def test_a_changed_sheet_keeps_its_first_verdict(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        actor = work.people[2]
        cast_vote(session, actor, work.room, sheet(Verdict.INCONCLUSIVE, Finding.UNSURE), at=work.at)
        cast_vote(session, actor, work.room, sheet(), at=work.at)
        vote = session.get_one(Vote, (work.room, 1, actor.person_id))
        assert (vote.first_verdict, vote.changes, vote.sheet["verdict"]) == (
            "inconclusive",
            1,
            "disinformation",
        )


def test_a_sheet_must_be_whole_and_agree_with_the_organisations_criteria(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        actor = work.people[2]
        with pytest.raises(Invalid) as refused:
            cast_vote(session, actor, work.room, sheet(found=Finding.UNSURE), at=work.at)
        assert "verdict" in refused.value.fields
        half = sheet().model_copy(update={"answers": {}})
        with pytest.raises(Invalid) as refused:
            cast_vote(session, actor, work.room, half, at=work.at)
        assert set(refused.value.fields) == {"answer-false_or_misleading", "answer-intent_to_harm"}
        elsewhere = sheet(answers={key: {"value": "yes", "evidence": [99]} for key in ("false_or_misleading", "intent_to_harm")})  # fmt: skip
        with pytest.raises(Invalid) as refused:
            cast_vote(session, actor, work.room, elsewhere, at=work.at)
        assert "evidence" in refused.value.fields


def test_evidence_that_one_cannot_read_is_named_as_if_it_were_not_there(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        lead, other = work.people[0], work.people[2]
        secret = evidence(session, work, Marking(Tlp.AMBER_STRICT))
        told = evidence(session, work)

        def naming(*seqs: int) -> Sheet:
            answer = {"value": "yes", "reason": "So", "evidence": seqs}
            return sheet(answers={"false_or_misleading": answer, "intent_to_harm": answer})

        for missing in (secret, told + 1_000):
            with pytest.raises(Invalid) as refused:
                cast_vote(session, other, work.room, naming(told, missing), at=work.at)
            sentence = f"There is no evidence {missing} that you can read."
            assert refused.value.fields == {"evidence": sentence}
        assert session.scalars(select(Vote)).all() == []
        cast_vote(session, other, work.room, naming(told), at=work.at)
        cast_vote(session, lead, work.room, naming(told, secret), at=work.at)


def test_attributions_and_reopening_name_only_evidence_that_one_can_read(database: Database) -> None:
    with database.write() as session:
        work = decided(session)
        second, reviewer = work.people[2], work.people[1]
        secret = evidence(session, work, Marking(Tlp.AMBER_STRICT))
        told = evidence(session, work)
        for missing in (secret, told + 1_000):
            sentence = f"There is no evidence {missing} that you can read."
            said = Attribution("A known network", Confidence.MODERATE, "Same infrastructure", [told, missing])
            with pytest.raises(Invalid) as refused:
                propose_attribution(session, second, work.room, said, at=work.at)
            assert refused.value.fields == {"evidence": sentence}
            with pytest.raises(Invalid) as refused:
                reopen_case(session, reviewer, work.room, "New", evidence=[told, missing], at=work.at)
            assert refused.value.fields == {"evidence": sentence}
        propose_attribution(session, second, work.room, replace(said, evidence=[told]), at=work.at)
        reopen_case(session, reviewer, work.room, "New", evidence=[told], at=work.at)


def test_an_organisation_that_comes_late_is_asked_what_it_requires(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        late = organisation(session, "Latecomers", Criterion.MASSIVE)
        actor = person(session, "Late", Role.MEMBER, late)
        assert actor.person_id
        add_member(session, work.people[0], work.room, actor.person_id, Role.MEMBER, at=work.at)
        case = session.get_one(Case, work.room)
        assert required_of(session, case, late) == (Criterion.MASSIVE,)
        with pytest.raises(Invalid) as refused:
            cast_vote(session, actor, work.room, sheet(), at=work.at)
        assert set(refused.value.fields) == {"answer-massive"}


def test_votes_are_cast_while_a_case_is_being_qualified(database: Database) -> None:
    with database.write() as session:
        early, late = case_with(session), decided(session)
        for work in (early, late):
            with pytest.raises(Conflict):
                cast_vote(session, work.people[2], work.room, sheet(), at=work.at)


def test_the_decision_says_what_is_missing_then_freezes_a_record(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        lead = work.people[0]
        for actor in work.people[:3]:
            cast_vote(session, actor, work.room, sheet(), at=work.at)
        with pytest.raises(Conflict, match="1 more organisation besides"):
            decide(session, lead, work.room, at=work.at)
        cast_vote(session, work.people[3], work.room, sheet(), at=work.at)
        objection = raise_objection(
            session, work.people[4], work.room, "No source", blocking=True, at=work.at
        )
        with pytest.raises(Conflict, match="blocking objection"):
            decide(session, lead, work.room, at=work.later(minutes=20))
        with pytest.raises(Forbidden):
            lift_objection(session, work.people[1], work.room, objection.seq, "Not needed", at=work.at)
        lift_objection(session, lead, work.room, objection.seq, "The source is in the evidence", at=work.at)
        seq = evidence(session, work)
        event = decide(session, lead, work.room, at=work.at)
        kept = session.get_one(Decision, (work.room, 1))
        assert kept.sha256 == record_hash(kept.record) == (event.content or {})["sha256"]
        assert kept.record["evidence"] == [seq]
        assert kept.record["objections"][0]["answer"] == "The source is in the evidence"
        case = session.get_one(Case, work.room)
        assert (case.status, case.verdict, case.qualified_at) == ("qualified", "disinformation", work.at)
        with pytest.raises(Conflict):
            decide(session, lead, work.room, at=work.at)


def test_two_leads_shorten_the_wait(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        for actor in work.people[:4]:
            cast_vote(session, actor, work.room, sheet(), at=work.at)
        for _time in range(2):
            shorten_wait(session, work.people[0], work.room, at=work.at)
        with pytest.raises(Conflict, match="may shorten it"):
            decide(session, work.people[0], work.room, at=work.at)
        shorten_wait(session, work.people[1], work.room, at=work.at)
        decide(session, work.people[0], work.room, at=work.at)


def test_the_rule_of_the_largest_set_of_organisations_holds(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        case = session.get_one(Case, work.room)
        assert rule_for(session, case) == Rule()
        ids = sorted(case.organisations)
        for name, some, least in (("All", [], 4), ("Two", ids[:2], 1), ("Others", [str(uuid.uuid4())], 9)):
            rule = Rule(organisations=least).model_dump(mode="json")
            session.add(ConsensusRule(name=name, organisation_ids=some, rule=rule, at=START))
            session.flush()
        assert rule_for(session, case).organisations == 1


def test_a_reaction_takes_a_qualified_case_on(database: Database) -> None:
    with database.write() as session:
        work = decided(session)
        lead, case = work.people[0], session.get_one(Case, work.room)
        with pytest.raises(Invalid):
            choose_reaction(session, lead, work.room, ReactionKind.CONTAIN, " ", at=work.at)
        choose_reaction(session, lead, work.room, ReactionKind.IGNORE, "Few have seen it", at=work.at)
        assert (case.status, case.decided_at) == ("monitoring", work.at)
        early = case_with(session)
        with pytest.raises(Conflict):
            choose_reaction(session, early.people[0], early.room, ReactionKind.IGNORE, "So", at=work.at)


def test_an_attribution_needs_evidence_confidence_and_a_second_organisation(database: Database) -> None:
    with database.write() as session:
        work = decided(session)
        first, second = work.people[2], work.people[3]
        seq = evidence(session, work)
        with pytest.raises(Invalid) as refused:
            propose_attribution(
                session, first, work.room, Attribution("X", Confidence.LOW, "", []), at=work.at
            )
        assert set(refused.value.fields) == {"confidence", "evidence", "why"}
        said = Attribution("A known network", Confidence.MODERATE, "Same infrastructure", [seq])
        proposal = propose_attribution(session, first, work.room, said, at=work.at)
        with pytest.raises(Forbidden):
            confirm_attribution(session, first, work.room, proposal.seq, at=work.at)
        assert session.scalars(select(ReactionTaken.kind)).all() == ["proposed"]
        confirm_attribution(session, second, work.room, proposal.seq, at=work.at)
        with pytest.raises(Conflict):
            confirm_attribution(session, second, work.room, proposal.seq, at=work.at)
        kinds = session.scalars(select(ReactionTaken.kind).order_by(ReactionTaken.seq)).all()
        assert kinds == ["proposed", "attribution"]


def test_playbooks_start_once_and_give_owners_and_due_times(database: Database) -> None:
    with database.write() as session:
        work = case_with(session)
        lead = work.people[0]
        count = start_playbook(session, lead, work.room, "hack_and_leak", at=work.at)
        tasks = tasks_of(session, standing_in(session, lead, work.room))
        assert len(tasks) == count == 7
        assert (tasks[0].owner_id, tasks[0].due) == (lead.person_id, START + timedelta(minutes=15))
        with pytest.raises(Conflict):
            start_playbook(session, lead, work.room, "hack_and_leak", at=work.at)
        with pytest.raises(NotFound):
            start_playbook(session, lead, work.room, "no_such", at=work.at)
        own = playbooks(session)["hack_and_leak"].model_copy(update={"key": "ours"})
        keep_playbook(session, lead, own, at=work.at)
        assert "ours" in playbooks(session)
        with pytest.raises(Forbidden):
            keep_playbook(session, work.people[2], own, at=work.at)


def test_tasks_are_ticked_off_and_back_on(database: Database) -> None:
    with database.write() as session:
        work = case_with(session, tlp=Tlp.GREEN)
        guest = work.guest
        seq = add_task(session, guest, work.room, TaskForm("Call the newsroom"), at=work.at).seq
        change_task(session, guest, work.room, seq, done=True, at=work.at)
        change_task(session, guest, work.room, seq, done=True, at=work.at)
        task = session.get_one(Task, (work.room, seq))
        assert (task.done_at, task.done_by_id) == (work.at, guest.person_id)
        change_task(session, guest, work.room, seq, done=False, at=work.at)
        assert task.done_at is None
        with pytest.raises(Invalid):
            change_task(session, guest, work.room, seq, form=TaskForm("X", owner=uuid.uuid4()), at=work.at)
        with pytest.raises(NotFound):
            change_task(session, guest, work.room, 999, done=True, at=work.at)
        outsider = person(session, "Eve", Role.ADMIN)
        with pytest.raises(NotFound):
            add_task(session, outsider, work.room, TaskForm("X"), at=work.at)


def test_what_a_guest_may_not_read_is_not_in_their_tasks(database: Database) -> None:
    with database.write() as session:
        work = case_with(session, tlp=Tlp.AMBER)
        seq = add_task(session, work.people[0], work.room, TaskForm("Call the newsroom"), at=work.at).seq
        assert tasks_of(session, standing_in(session, work.guest, work.room)) == []
        with pytest.raises(NotFound):
            change_task(session, work.guest, work.room, seq, done=True, at=work.at)


def test_reminders_are_given_once_by_the_toolkit(database: Database) -> None:
    with database.write() as session:
        work = case_with(session)
        job = operator("job")
        assert remind(session, job, work.room, {}, at=work.later(minutes=30)) == 0
        assert remind(session, job, work.room, {}, at=work.later(minutes=25)) == 1
        assert remind(session, job, work.room, {}, at=work.at) == 0
        assert remind(session, job, work.room, {}, at=work.later(minutes=25)) == 1
        with pytest.raises(Forbidden):
            remind(session, work.people[0], work.room, {}, at=work.at)


REFUSED: dict[str, Callable[[Session, Actor, Work], object]] = {
    "vote": lambda s, a, w: cast_vote(s, a, w.room, sheet(), at=w.at),
    "object": lambda s, a, w: raise_objection(s, a, w.room, "So", blocking=True, at=w.at),
    "lift": lambda s, a, w: lift_objection(s, a, w.room, 1, "So", at=w.at),
    "shorten": lambda s, a, w: shorten_wait(s, a, w.room, at=w.at),
    "decide": lambda s, a, w: decide(s, a, w.room, at=w.at),
    "react": lambda s, a, w: choose_reaction(s, a, w.room, ReactionKind.IGNORE, "So", at=w.at),
    "attribute": lambda s, a, w: propose_attribution(s, a, w.room, Attribution("X", Confidence.HIGH, "So", [1]), at=w.at),
    "agree": lambda s, a, w: confirm_attribution(s, a, w.room, 1, at=w.at),
    "playbook": lambda s, a, w: start_playbook(s, a, w.room, "hack_and_leak", at=w.at),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_neither_guests_nor_outsiders(name: str, database: Database) -> None:
    with database.write() as session:
        work = qualifying(session, tlp=Tlp.GREEN)
        outsider = person(session, "Eve", Role.ADMIN)
        with pytest.raises(Forbidden):
            REFUSED[name](session, work.guest, work)
        with pytest.raises(NotFound):
            REFUSED[name](session, outsider, work)


@pytest.mark.parametrize("name", ["shorten", "decide", "react"])
def test_members_do_not_lead(name: str, database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        with pytest.raises(Forbidden):
            REFUSED[name](session, work.people[3], work)


@pytest.mark.parametrize("name", ["vote", "shorten", "decide", "react", "attribute", "agree"])
def test_the_software_decides_nothing(name: str, database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        with pytest.raises((Forbidden, NotFound)):
            REFUSED[name](session, operator("job"), work)


def rows(session: Session, room_id: uuid.UUID) -> dict[str, list[dict[str, object]]]:
    session.flush()
    session.expire_all()
    found = {}
    for table in PROJECTIONS:
        columns = [one.key for one in table.__mapper__.column_attrs]
        some = session.scalars(select(table).where(table.room_id == room_id))
        plain = [{name: getattr(one, name) for name in columns} for one in some]
        found[table.__name__] = sorted(plain, key=repr)
    return found


def test_a_rebuilt_case_is_the_live_one(database: Database) -> None:
    with database.write() as session:
        work = decided(session)
        lead = work.people[0]
        edit_case(session, lead, work.room, title="Another title", abcde=Abcde(actor="Unknown"), at=work.at)
        grade_case(session, lead, work.room, harm=3, breakout=4, at=work.at)
        link(session, lead, work.room, "account", "x:1", title="An account", at=work.at)
        choose_reaction(
            session, lead, work.room, ReactionKind.REPORT, "Clear breach", text="Dear…", at=work.at
        )
        start_playbook(session, lead, work.room, "health_rumour", at=work.at)
        seq = evidence(session, work)
        said = Attribution("A known network", Confidence.HIGH, "Same infrastructure", [seq])
        proposal = propose_attribution(session, lead, work.room, said, at=work.at)
        confirm_attribution(session, work.people[1], work.room, proposal.seq, at=work.at)
        remind(session, operator("job"), work.room, {seq: work.at}, at=work.later(hours=9))
        reopen_case(session, lead, work.room, "New", evidence=[seq], at=work.at)
        live = rows(session, work.room)
        rebuild_room(session, operator("job"), work.room, at=work.at)
        assert rows(session, work.room) == live
        kinds = set(session.scalars(select(Event.kind).where(Event.room_id == work.room)))
        assert {
            "case.reopened",
            "decision.made",
            "attribution.stated",
            "reminder.given",
            "task.added",
        } <= kinds
