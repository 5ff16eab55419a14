"""Vocabularies: terms and references as they are imported, what reviewers decide, mappings, and the pages."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Forbidden, Invalid
from common.taxonomy import EntryKind
from encyclopedia.actions import vocabularies as actions
from encyclopedia.models import Crosswalk, Term, TermLink
from encyclopedia.queries.matrix import matrix
from encyclopedia.queries.vocabulary_review import references
from encyclopedia.schemas import Fact, Sheet
from encyclopedia.service.crosswalks import propose
from encyclopedia.service.outside import outside_of
from tests.conftest import StoppedClock
from tests.encyclopedia.conftest import actor_with, make_entry
from tests.encyclopedia.importing import Importer
from tests.encyclopedia.sources.given import REAL, needs_real_files
from tests.encyclopedia.sources.test_disarm import DATA, FRAMEWORK

BOOKS = {"framework.xlsx": FRAMEWORK, "data.xlsx": DATA}
REVIEWER = replace(actor_with(Role.REVIEWER), person_id=uuid.uuid4())
MEMBER = replace(actor_with(Role.MEMBER), person_id=uuid.uuid4())


@pytest.fixture
def importer(database: Database, tmp_path: Path, clock: StoppedClock) -> Importer:
    return Importer(database, tmp_path, clock)


def link_to(importer: Importer, code: str) -> TermLink:
    with importer.database.read() as session:
        return session.scalars(
            select(TermLink).where(TermLink.written_code == code).order_by(TermLink.id)
        ).first()  # type: ignore[return-value]  # it is there


def test_terms_and_references_come_once(importer: Importer) -> None:
    number, state = importer.bring("disarm", BOOKS)
    assert state.vocabulary == {"new": state.counts["terms new"], "changed": 0, "same": 0, "gone": 0}

    _second, again = importer.bring("disarm", BOOKS)

    assert (again.counts["terms new"], again.counts["terms changed"]) == (0, 0)
    assert {again.counts[f"references {what}"] for what in ("new", "changed", "gone")} == {0}
    assert again.counts["references same"] == state.counts["references new"]

    importer.undo(number)
    with importer.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Term)) == 0
        assert session.scalar(select(func.count()).select_from(TermLink)) == 0


def test_the_second_workbook_alone_finds_the_terms_of_the_first(importer: Importer) -> None:
    importer.bring("one", {"framework.xlsx": FRAMEWORK})
    _number, state = importer.bring("other", {"data.xlsx": DATA})

    assert state.read.dead_references == ()


def test_a_reviewer_mends_drops_and_takes_back(importer: Importer, clock: StoppedClock) -> None:
    importer.bring("disarm", BOOKS)
    assert link_to(importer, "T0999").state == "dead"

    with importer.database.write() as session:
        link = session.get_one(TermLink, link_to(importer, "T0999").id)
        with pytest.raises(Invalid):
            actions.mend_reference(session, REVIEWER, link, "T0777", at=clock())
        actions.mend_reference(session, REVIEWER, link, " t0001.002 ", at=clock())
    assert (link_to(importer, "T0999").to_code, link_to(importer, "T0999").state) == ("T0001.002", "mended")

    importer.bring("disarm", BOOKS)  # the decision stands
    assert link_to(importer, "T0999").state == "mended"

    with importer.database.write() as session:
        actions.undecide_reference(
            session, REVIEWER, session.get_one(TermLink, link_to(importer, "T0999").id), at=clock()
        )
    assert (link_to(importer, "T0999").to_code, link_to(importer, "T0999").state) == ("T0999", "dead")

    with importer.database.write() as session:
        actions.drop_reference(
            session, REVIEWER, session.get_one(TermLink, link_to(importer, "T0999").id), at=clock()
        )
    assert link_to(importer, "T0999").state == "dropped"


def test_members_do_not_decide(importer: Importer, clock: StoppedClock) -> None:
    importer.bring("disarm", BOOKS)
    with importer.database.write() as session:
        link = session.get_one(TermLink, link_to(importer, "T0999").id)
        mapping = Crosswalk(from_scheme="a", from_code="1", to_scheme="b", to_code="2", match="close")
        for refused in (
            lambda: actions.mend_reference(session, MEMBER, link, "T0001", at=clock()),
            lambda: actions.drop_reference(session, MEMBER, link, at=clock()),
            lambda: actions.undecide_reference(session, MEMBER, link, at=clock()),
            lambda: actions.keep_proposals(session, MEMBER, []),
            lambda: actions.decide_crosswalk(session, MEMBER, mapping, "reviewed", "exact", at=clock()),
            lambda: actions.create_abcde(session, REVIEWER, at=clock()),
            lambda: references(session, MEMBER, ("dead",)),
        ):
            with pytest.raises(Forbidden):
                refused()


def test_mappings_are_proposed_once_and_judged(importer: Importer, clock: StoppedClock) -> None:
    importer.bring("disarm", BOOKS)
    cluster = b'{"type": "amitt-misinformation-pattern", "values": [{"value": "Paint Walls", "meta": {"external_id": "T0001"}}]}'
    importer.bring("amitt.json", {"amitt.json": cluster})

    with importer.database.write() as session:
        assert propose(session, REVIEWER, "amitt", "disarm") == 1
        assert propose(session, REVIEWER, "amitt", "disarm") == 0
        with pytest.raises(Invalid):
            propose(session, REVIEWER, "amitt", "amitt")
        mapping = session.scalars(select(Crosswalk)).one()
        assert (mapping.match, mapping.state, mapping.score) == ("exact", "proposed", 100.0)
        actions.decide_crosswalk(session, REVIEWER, mapping, "reviewed", "close", at=clock())
        assert (mapping.match, mapping.state, mapping.decided_by) == ("close", "reviewed", "Robin")
        with pytest.raises(Invalid):
            actions.decide_crosswalk(session, REVIEWER, mapping, "reviewed", "akin", at=clock())


def test_the_matrix_shows_links_with_the_practices_that_carry_them(importer: Importer) -> None:
    importer.bring("disarm", BOOKS)
    with importer.database.write() as session:
        sheet = Sheet(
            facts={"countermeasures": (Fact(value="C00001"),), "evidence_strength": (Fact(value="weak"),)}
        )
        entry = make_entry(session, "Washing", kind=EntryKind.PRACTICE, sheet=sheet)
        found = matrix(session, operator(), None)

    assert found.tactic == "TA01"
    assert found.cells == {("T0001", "C00001"): "resolved", ("T0029", "C00001"): "reused"}
    (column,) = found.countermeasures
    assert (list(column.practices), column.strengths) == ([entry.id], {entry.id: "weak"})


def test_the_pages_show_decide_and_give_away(
    app: FastAPI,
    guest: TestClient,
    sign_in_as: Callable[..., TestClient],
    tmp_path: Path,
    clock: StoppedClock,
) -> None:
    empty = guest.get("/en/encyclopedia/vocabularies")
    assert "No vocabulary is here yet" in empty.text
    database = app.state.services.database
    importer = Importer(database, tmp_path, clock)
    importer.uploads = outside_of(app.state.services).uploads
    importer.bring("disarm", BOOKS)
    reviewer = sign_in_as(Role.REVIEWER)

    assert "DISARM Foundation" in guest.get("/en/encyclopedia/vocabularies").text
    assert (
        "Paint Walls"
        in guest.get("/en/encyclopedia/vocabularies/terms?scheme=disarm&q=paint&tactic=TA01").text
    )
    term = guest.get("/en/encyclopedia/vocabularies/terms/disarm/technique/T0001")
    assert "C00001" in term.text
    assert guest.get("/en/encyclopedia/vocabularies/terms/disarm/technique/T1").status_code == 404
    assert "C00001" in guest.get("/en/encyclopedia/vocabularies/matrix").text
    lines = guest.get("/en/encyclopedia/vocabularies/matrix.csv").text.splitlines()
    assert lines[1] == "T0001,Paint Walls,C00001,Wash,resolved,0,"
    assert guest.get("/en/encyclopedia/vocabularies/references").status_code in {401, 403, 303}

    queue = reviewer.get("/en/encyclopedia/vocabularies/references")
    assert "T0999" in queue.text
    link = link_to(importer, "T0999")
    wrong = {"reference": str(link.id), "which": "dead", f"code-{link.id}": "T7"}
    refused = reviewer.post("/en/encyclopedia/vocabularies/references", data=wrong)
    assert (refused.status_code, "is not among the terms" in refused.text) == (422, True)
    answer = reviewer.post(
        "/en/encyclopedia/vocabularies/references",
        data={"reference": str(link.id), "which": "dead", "proposal": "T0001.002"},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert link_to(importer, "T0999").state == "mended"

    assert reviewer.get("/en/encyclopedia/vocabularies/crosswalks").status_code == 200
    assert guest.get("/en/encyclopedia/vocabularies/crosswalks.csv").text.startswith(
        "subject_id,predicate_id"
    )
    coordinator = sign_in_as(Role.COORDINATOR)
    assert "parts are here" in coordinator.post("/en/encyclopedia/vocabularies/abcde").text


@pytest.mark.slow
@needs_real_files
def test_the_real_workbooks_come_with_the_sheets_counts_and_a_second_time_changes_nothing(
    importer: Importer,
) -> None:
    folder = REAL / "disarm" / "DISARM_MASTER_DATA"
    books = {path.name: path.read_bytes() for path in folder.glob("*.xlsx")}

    _number, state = importer.bring("disarm", books)

    with importer.database.read() as session:
        kinds = dict(session.execute(select(Term.kind, func.count()).group_by(Term.kind)).all())
        query = select(TermLink.from_kind, func.count()).where(
            TermLink.state == "dead", TermLink.to_kind == "technique"
        )
        dead = dict(session.execute(query.group_by(TermLink.from_kind)).all())
    assert {kind: kinds[kind] for kind in ("tactic", "technique", "countermeasure", "detection", "incident", "organisation", "tool")} == {
        "tactic": 16, "technique": 391, "countermeasure": 140, "detection": 95, "incident": 129, "organisation": 823, "tool": 151,
    }  # fmt: skip
    assert (dead["countermeasure"], dead["detection"]) == (447, 66)
    assert len(state.read.dead_references) == 785

    _second, again = importer.bring("disarm", books)
    changes = [f"{what} {how}" for what in ("terms", "references") for how in ("new", "changed")]
    assert {again.counts[change] for change in changes} == {0}
