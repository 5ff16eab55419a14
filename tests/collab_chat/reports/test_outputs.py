"""What comes out of a case: each form is valid, bears its marking, and holds only what its taker and its readers may have."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pymisp
import pytest
import stix2  # type: ignore[import-untyped]  # it brings no types
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking, append
from collab_chat.actions.deciding import decide
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.outputs import take_output
from collab_chat.actions.qualifying import cast_vote
from collab_chat.actions.reacting import choose_reaction
from collab_chat.actions.reports import write_report
from collab_chat.core.outputs.after_action import write_json, write_markdown, write_pdf
from collab_chat.core.outputs.case_file import CaseFile
from collab_chat.core.outputs.case_study import write_case_study
from collab_chat.core.outputs.claim_review import write_claim_review
from collab_chat.core.outputs.misp import write_misp
from collab_chat.core.outputs.stix import TLP_EXTENSION, write_stix
from collab_chat.core.report_document import text_hash
from collab_chat.queries.after_action import gather, reaches
from collab_chat.queries.reports import document_of
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.cases import Finding, ReactionKind, Verdict
from collab_chat.schemas.events import EvidenceAdded, FileRef
from collab_chat.schemas.markings import Tlp
from collab_chat.sources.disarm import techniques
from collab_chat.views.after_action import Place, case_file
from common.accounts.actors import Actor
from common.accounts.models import AuditEntry
from common.db import Database
from common.errors import Conflict, Forbidden, NotFound
from tests.collab_chat.casework import Work, qualifying, sheet

AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
PLACE = Place("https://rooms.example/rooms/1", "https://rooms.example", AT)
DIGEST = "ab" * 32


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what is written is tested here, what is read elsewhere."""
    return sqlite_url


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def full_case(session: Session, tlp: Tlp = Tlp.GREEN) -> Work:
    """Return a case with everything in it: evidence of two markings, a decision with dissent, a reaction, a report."""
    work = qualifying(session, tlp=tlp)
    standing = standing_in(session, work.people[0], work.room)
    append(session, standing, EvidenceAdded(kind="url", url="https://example.org/post?a=1", note="The post"), at=work.at)  # fmt: skip
    file = FileRef(sha256=DIGEST, name="screen.png", media_type="image/png", size=12)
    append(session, standing, EvidenceAdded(kind="file", file=file), at=work.at, marking=Marking(Tlp.AMBER))
    append(session, standing, EvidenceAdded(kind="url", url="https://example.org/secret"), at=work.at, marking=Marking(Tlp.AMBER_STRICT))  # fmt: skip
    found = sheet(techniques=("T0002", "T0049.003"), reliability="B", credibility=2)
    for actor in work.people[:4]:
        cast_vote(session, actor, work.room, found, at=work.at)
    cast_vote(session, work.people[4], work.room, sheet(Verdict.SATIRE_OR_OPINION, Finding.NO, reason="It jokes"), at=work.at)  # fmt: skip
    decide(session, work.people[0], work.room, at=work.later(minutes=15))
    choose_reaction(session, work.people[0], work.room, ReactionKind.FACT_CHECK, why="Many ask", text="The place is open.", at=work.later(minutes=5))  # fmt: skip
    write_report(session, work.people[0], work.room, "# Report\n\nAll | of <b>it</b>.\n", based_on=begun(session, work), at=work.later(minutes=1))  # fmt: skip
    return work


def begun(session: Session, work: Work) -> str:
    from collab_chat.actions.reports import begin_report  # noqa: PLC0415 - beside its only use

    begin_report(session, work.people[0], work.room, at=work.at)
    found = document_of(session, work.room)
    assert found is not None
    return text_hash(found.text)


def taken(session: Session, work: Work, actor: Actor | None = None, audience: Tlp | None = None) -> CaseFile:
    standing = standing_in(session, actor or work.people[0], work.room)
    return case_file(gather(session, standing, audience), PLACE)


def test_stix_is_valid_but_for_the_declared_extension(session: Session) -> None:
    content = write_stix(taken(session, full_case(session)), techniques())
    bundle = stix2.parse(content, allow_custom=False)
    kinds = {one["type"] for one in bundle.objects}
    assert kinds >= {
        "report", "incident", "opinion", "note", "observed-data", "url", "identity", "relationship", "attack-pattern", "grouping", "marking-definition",
    }  # fmt: skip
    extensions = {key for one in json.loads(content)["objects"] for key in one.get("extensions", {})}
    assert extensions == {TLP_EXTENSION}


def test_every_stix_reference_leads_to_an_object(session: Session) -> None:
    objects = json.loads(write_stix(taken(session, full_case(session), audience=Tlp.AMBER), techniques()))[
        "objects"
    ]
    known = {one["id"] for one in objects}
    named = {value for one in objects for key, value in one.items() if key.endswith("_ref")}
    named |= {
        value for one in objects for key, values in one.items() if key.endswith("_refs") for value in values
    }
    assert named <= known
    assert len(known) == len(objects)


def test_a_second_export_is_the_same(session: Session) -> None:
    work = full_case(session)
    assert write_stix(taken(session, work), techniques()) == write_stix(taken(session, work), techniques())
    assert write_misp(taken(session, work), techniques()) == write_misp(taken(session, work), techniques())


def test_stix_names_no_person_and_each_organisations_opinion(session: Session) -> None:
    work = full_case(session)
    content = write_stix(taken(session, work, audience=Tlp.AMBER), techniques()).decode()
    opinions = [one for one in json.loads(content)["objects"] if one["type"] == "opinion"]
    assert sorted(one["opinion"] for one in opinions) == ["agree"] * 4 + ["disagree"]
    assert all(f'"{person.name}"' not in content for person in work.people)


def test_misp_loads_with_its_tags(session: Session) -> None:
    content = write_misp(taken(session, full_case(session), audience=Tlp.AMBER), techniques())
    event = pymisp.MISPEvent()
    event.from_json(content.decode())
    tags = {tag.name for tag in event.tags}
    assert 'misp-galaxy:disarm-techniques="Facilitate State Propaganda"' in tags
    assert {"tlp:amber", 'admiralty-scale:source-reliability="b"', 'admiralty-scale:information-credibility="2"'} <= tags  # fmt: skip
    values = {one.value: one for one in event.attributes}
    assert values["https://example.org/post?a=1"].type == "url"
    assert values[DIGEST].type == "sha256"
    assert not any(one.to_ids for one in event.attributes)


def test_a_claim_review_is_a_draft_and_needs_a_verdict(session: Session) -> None:
    made = json.loads(write_claim_review(taken(session, full_case(session))))
    assert (made["@context"], made["@type"]) == ("https://schema.org", "ClaimReview")
    assert made["reviewRating"]["ratingValue"] == 1
    assert made["claimReviewed"].startswith("[")
    assert {one["@type"] for one in made["author"]} == {"Organization"}
    with pytest.raises(Conflict):
        write_claim_review(taken(session, qualifying(session)))


def test_the_report_says_who_saw_it_otherwise(session: Session) -> None:
    work = full_case(session)
    case = taken(session, work, audience=Tlp.AMBER)
    text = write_markdown(case)
    assert "It jokes" in text
    assert "4 of 5" in text
    assert case.log.hash in text
    assert case.rounds[0].sha256 in text
    assert DIGEST in text
    assert "TLP:AMBER" in text
    assert work.people[4].name in text
    assert write_pdf(case).startswith(b"%PDF")
    assert json.loads(write_json(case))["case"]["number"] == case.number


def test_a_wider_audience_gets_less_and_is_told_how_much(session: Session) -> None:
    work = full_case(session)
    wide, narrow = taken(session, work, audience=Tlp.GREEN), taken(session, work, audience=Tlp.AMBER_STRICT)
    assert (wide.left_out, narrow.left_out) == (2, 0)
    assert DIGEST not in write_markdown(wide)
    assert "example.org/secret" in write_markdown(narrow)
    assert (wide.marking, narrow.marking) == (Tlp.GREEN, Tlp.AMBER_STRICT)
    assert "2 things bear a narrower marking" in write_markdown(wide)
    assert all(person.name not in write_markdown(wide) for person in work.people)


@pytest.mark.parametrize(
    "write",
    [
        lambda case: write_markdown(case),
        lambda case: write_json(case).decode(),
        lambda case: write_stix(case, techniques()).decode(),
        lambda case: write_misp(case, techniques()).decode(),
        lambda case: write_claim_review(case).decode(),
        lambda case: write_case_study(case, techniques()),
    ],
)
@pytest.mark.parametrize("audience", [Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT])
def test_every_output_bears_its_marking_and_nothing_narrower(
    session: Session, write: Callable[[CaseFile], str], audience: Tlp
) -> None:
    text = write(taken(session, full_case(session), audience=audience))
    assert audience.label.lower() in text.lower()
    if audience is not Tlp.AMBER_STRICT:
        assert "example.org/secret" not in text
    if audience is Tlp.GREEN:
        assert DIGEST not in text


def test_nothing_leaves_to_a_wider_audience_than_the_cases(session: Session) -> None:
    with pytest.raises(Conflict, match="TLP:AMBER"):
        taken(session, full_case(session, Tlp.AMBER), audience=Tlp.GREEN)


def test_who_may_not_read_it_does_not_take_it_out(session: Session) -> None:
    work = full_case(session)
    other = taken(session, work, work.people[3], Tlp.AMBER_STRICT)
    assert other.kept_back == 1
    assert "example.org/secret" not in write_markdown(other)
    post_message(session, work.people[0], work.room, Draft("For one", marking=Marking(Tlp.RED, frozenset({work.people[1].person_id or uuid.UUID(int=0)}))), at=work.at)  # fmt: skip
    counts = {one.audience: one for one in reaches(session, standing_in(session, work.people[3], work.room))}
    assert counts[Tlp.RED].kept_back == 2


def test_undecided_votes_stay_sealed(session: Session) -> None:
    work = qualifying(session, tlp=Tlp.GREEN)
    cast_vote(session, work.people[1], work.room, sheet(reason="Sealed reason"), at=work.at)
    case = taken(session, work, work.people[1])
    assert [(one.sheets, one.verdict) for one in case.rounds] == [(1, None)]
    assert "Sealed reason" not in write_json(case).decode()


def test_a_guest_and_a_stranger_take_nothing(session: Session) -> None:
    work = full_case(session)
    with pytest.raises(Forbidden):
        take_output(session, work.guest, work.room, "stix.json", None, at=AT)
    stranger = qualifying(session).people[0]
    with pytest.raises(NotFound):
        take_output(session, stranger, work.room, "stix.json", None, at=AT)


def test_an_exercise_says_so_everywhere(session: Session) -> None:
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    case = replace(taken(session, full_case(session)), exercise=True)
    assert "EXERCISE" in write_markdown(case)
    assert json.loads(write_stix(case, techniques()))["objects"][-1]["name"].startswith("EXERCISE")
    assert b'"exercise"' in write_misp(case, techniques())


@pytest.mark.parametrize("name", ["after-action.pdf", "after-action.md", "after-action.json", "stix.json", "misp.json", "claim-review.json", "case-study.md"])  # fmt: skip
def test_each_file_comes_from_its_door_and_is_noted(
    app: FastAPI, browser_of: Callable[[Actor], TestClient], name: str
) -> None:
    services = app.state.services
    with services.database.write() as session:
        work = full_case(session)
    for prefix in ("/en/rooms", "/en/api/v1/rooms"):
        answer = browser_of(work.people[0]).get(f"{prefix}/{work.room}/outputs/{name}")
        assert answer.status_code == 200, answer.text
        assert "tlp-green" in answer.headers["content-disposition"]
    with services.database.read() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "room_output_taken")).all()
    assert [one.details["what"] for one in noted] == [name, name]


def test_the_pages_show_what_can_be_had(app: FastAPI, browser_of: Callable[[Actor], TestClient]) -> None:
    with app.state.services.database.write() as session:
        work = full_case(session)
    browser = browser_of(work.people[0])
    panel = browser.get(f"/en/rooms/{work.room}/outputs")
    assert panel.status_code == 200
    assert "2 narrower ones are left out" in panel.text
    report = browser.get(f"/en/rooms/{work.room}/after-action?audience=amber")
    assert report.status_code == 200
    assert "It jokes" in report.text
    assert browser.get(f"/en/rooms/{work.room}/after-action?audience=clear").status_code == 409
    assert browser.get(f"/en/rooms/{work.room}/outputs/nothing.txt").status_code == 404
    assert browser_of(work.guest).get(f"/en/rooms/{work.room}/outputs/stix.json").status_code == 403
