"""Imports: previewed, stored without doubling, merged with what was changed here, undone."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from common.taxonomy import EntryKind
from encyclopedia.actions import imports
from encyclopedia.actions.entries import delete_entry
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.core.exchange import dump_folder
from encyclopedia.core.import_plan import ImportOptions, Outcome, outcome_counts
from encyclopedia.models import Entry, Import, Page, Revision, Source
from encyclopedia.queries.imports import import_of
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.schemas import ExchangedEntry, Text
from encyclopedia.service import importing
from encyclopedia.sources import reading
from encyclopedia.sources.reading import files_in
from tests.conftest import StoppedClock
from tests.encyclopedia.conftest import actor_with, make_entry
from tests.encyclopedia.importing import MADE_UP, Importer, outcomes
from tests.encyclopedia.sources.given import REAL, needs_real_files, zipped
from tests.encyclopedia.sources.test_mediawiki_xml import HEAD

TOOLS_PAGE = "_pages/en/2-detection/3-tools.md"


@pytest.fixture
def importer(database: Database, tmp_path: Path, clock: StoppedClock) -> Importer:
    return Importer(database, tmp_path, clock)


@pytest.fixture
def made_up() -> dict[str, bytes]:
    return files_in(MADE_UP)


def changed(files: dict[str, bytes], old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in files[TOOLS_PAGE]
    return {**files, TOOLS_PAGE: files[TOOLS_PAGE].replace(old.encode(), new.encode())}


def body(importer: Importer, title: str, field: str = "what") -> str:
    _entry, page = importer.page(title)
    with importer.database.read() as session:
        text = text_of(revision_of(session, operator(), page.revision_id or 0, page=page))
    return text.fields.get(field, "") + text.body


def edit_here(importer: Importer, title: str, old: str, new: str) -> None:
    _entry, page = importer.page(title)
    with importer.database.write() as session:
        own = session.get_one(Page, page.id)
        text = text_of(revision_of(session, operator(), page.revision_id or 0))
        fields = {key: value.replace(old, new) for key, value in text.fields.items()}
        changed = text.model_copy(update={"body": text.body.replace(old, new), "fields": fields})
        assert changed != text
        save_text(session, operator(), own, changed, Edit(importer.clock()))


def test_a_preview_accounts_for_every_file_and_stores_nothing(
    importer: Importer, made_up: dict[str, bytes]
) -> None:
    import_id = importer.open("old.zip", {"old.zip": zipped(made_up)})

    state = importer.state(import_id)
    assert {line.path: line.outcome for line in state.read.files} == {
        "README.md": "passed_over",
        "_pages/en/2-detection/2-practices.md": "empty",
        "_pages/en/2-detection/3-tools.md": "entries",
        "_pages/en/glossary.md": "entries",
        "_pages/en/legal-notice.md": "site",
    }
    assert {line.title: line.outcome for line in state.plan} == {
        "Gauge": Outcome.CREATE,
        "Plumb": Outcome.CREATE,
        "Trap": Outcome.CREATE,
        "Legal notice": Outcome.CREATE,
    }
    with importer.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_entries_carry_licence_attribution_and_a_second_time_changes_nothing(
    importer: Importer, made_up: dict[str, bytes]
) -> None:
    _first, state = importer.bring("old", made_up)
    assert outcomes(state) == {"create": 4}
    entry, _page = importer.page("Gauge")
    assert (entry.licence, entry.attribution[:32]) == ("CC-BY-SA-2.0", "Office of the French Ambassador ")
    with importer.database.read() as session:
        before = session.scalar(select(func.count()).select_from(Revision))

    _second, again = importer.bring("old", made_up)

    assert outcomes(again) == {}
    with importer.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == before


def test_pages_about_the_old_site_are_left_out_when_that_is_wished(
    importer: Importer, made_up: dict[str, bytes]
) -> None:
    _first, state = importer.bring("old", made_up, site_pages=False)

    assert outcome_counts(state.plan) == outcome_counts(state.applied) == {"create": 3, "left_out": 1}

    _second, state = importer.bring("old", made_up)
    assert outcomes(state) == {"create": 1}

    # What came before is left as it is, too.
    notice = "_pages/en/legal-notice.md"
    upstream = {**made_up, notice: made_up[notice] + b"\nOne more sentence.\n"}
    _third, state = importer.bring("old", upstream, site_pages=False)
    assert outcome_counts(state.applied) == {"unchanged": 3, "left_out": 1}
    _fourth, state = importer.bring("old", upstream)
    assert outcome_counts(state.applied) == {"update": 1, "unchanged": 3}


def test_what_changed_there_is_taken_and_what_changed_here_is_kept(
    importer: Importer, made_up: dict[str, bytes], clock: StoppedClock
) -> None:
    importer.bring("old", made_up)
    edit_here(importer, "Gauge", "Second paragraph", "The second paragraph")

    clock.advance(days=1)
    upstream = changed(made_up, "A tool that counts.", "A tool that counts quickly.")
    _second, state = importer.bring("old", upstream)
    assert outcomes(state) == {"merge": 1}
    assert "counts quickly" in body(importer, "Gauge")
    assert "The second paragraph" in body(importer, "Gauge")

    # The base of the third is what was given the second time, not what the merge made of it.
    clock.advance(days=1)
    third = changed(upstream, "counts quickly", "counts very quickly")
    _third, state = importer.bring("old", third)
    assert outcomes(state) == {"merge": 1}
    assert "counts very quickly" in body(importer, "Gauge")
    assert "The second paragraph" in body(importer, "Gauge")


def test_a_clash_is_left_and_listed(importer: Importer, made_up: dict[str, bytes]) -> None:
    importer.bring("old", made_up)
    edit_here(importer, "Plumb", "Plumb finds the vertical.", "Plumb finds what is upright.")
    upstream = changed(made_up, "Plumb finds the vertical.", "Plumb measures angles.")

    _second, state = importer.bring("old", upstream)

    assert outcomes(state) == {"clash": 1}
    (clash,) = (line for line in state.applied if line.outcome is Outcome.CLASH)
    assert "body" in str(clash.note)
    assert "upright" in body(importer, "Plumb")


def test_a_title_that_exists_is_left_unless_wished(importer: Importer, made_up: dict[str, bytes]) -> None:
    with importer.database.write() as session:
        make_entry(session, "Plumb", body="Ours.\n", kind=EntryKind.TOOL)

    _first, state = importer.bring("old", made_up)
    assert outcomes(state) == {"create": 3, "exists": 1}
    assert body(importer, "Plumb") == "Ours.\n"

    number, state = importer.bring("old", made_up, existing=True)
    assert outcomes(state) == {"update": 1}
    assert "vertical" in body(importer, "Plumb")

    importer.undo(number)
    assert body(importer, "Plumb") == "Ours.\n"


def test_undo_takes_back_what_came_and_leaves_what_was_edited_since(
    importer: Importer, made_up: dict[str, bytes]
) -> None:
    number, _state = importer.bring("old", made_up)
    edit_here(importer, "Plumb", "Plumb", "The plumb")

    state = importer.undo(number)

    assert [line.title for line in state.left] == ["Plumb"]
    assert importer.page("Gauge")[0].deleted_at is not None
    assert importer.page("Plumb")[0].deleted_at is None


def test_undo_of_an_update_puts_the_former_text_back_and_the_update_can_come_again(
    importer: Importer, made_up: dict[str, bytes], clock: StoppedClock
) -> None:
    importer.bring("old", made_up)
    before = body(importer, "Gauge")
    clock.advance(days=1)
    upstream = changed(made_up, "A tool that counts.", "A tool that counts quickly.")
    number, _state = importer.bring("old", upstream)

    importer.undo(number)
    assert body(importer, "Gauge") == before

    _again, state = importer.bring("old", upstream)
    assert outcomes(state) == {"update": 1}
    assert "counts quickly" in body(importer, "Gauge")


def test_after_an_undo_the_same_entries_come_back(importer: Importer, made_up: dict[str, bytes]) -> None:
    number, _state = importer.bring("old", made_up)
    entry, _page = importer.page("Gauge")
    importer.undo(number)

    second, state = importer.bring("old", made_up)

    assert outcomes(state) == {"bring_back": 4}
    back, _page = importer.page("Gauge")
    assert (back.id, back.deleted_at) == (entry.id, None)
    importer.undo(second)
    assert importer.page("Gauge")[0].deleted_at is not None


def test_what_somebody_deleted_stays_deleted(importer: Importer, made_up: dict[str, bytes]) -> None:
    importer.bring("old", made_up)
    with importer.database.write() as session:
        entry = session.get_one(Entry, importer.page("Trap")[0].id)
        delete_entry(session, operator(), entry, "not ours", at=importer.clock())

    _second, state = importer.bring("old", made_up)

    assert outcomes(state) == {"deleted": 1}


def test_a_stopped_import_goes_on_without_doubling(
    importer: Importer, made_up: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "STEP", 1)
    number = importer.open("old", made_up)

    def stop(done: int, _total: int, _words: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importer.apply(number, stop)
    assert len(importer.state(number).applied) == 2

    state = importer.apply(number)

    assert len(state.applied) == 4
    assert outcomes(state) == {"create": 4}


def test_a_folder_in_our_own_form_brings_sources_and_updates_what_exists(importer: Importer) -> None:
    text = Text(title="Weighing", body="See [@doe].\n")
    entry = ExchangedEntry("weighing", EntryKind.PRACTICE, texts={"en": text}, slugs={"en": "weighing"})
    files = {path: content.encode() for path, content in dump_folder([entry], []).items()}
    files["sources.yaml"] = b"doe:\n  title: On weighing\n  url: https://doe.example/\n"

    _number, state = importer.bring("ours", files)
    assert (outcomes(state), state.counts["sources added"]) == ({"create": 1}, 1)

    corrected = {**files, "sources.yaml": files["sources.yaml"].replace(b"On weighing", b"On weighing well")}
    _second, state = importer.bring("ours", corrected)
    assert state.counts["sources changed"] == 1
    with importer.database.read() as session:
        assert session.scalars(select(Source.title)).all() == ["On weighing well"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("broken.zip", b"PK\x03\x04 nothing of a zip"),
        ("bomb.zip", zipped({"a.md": b"0" * 30_000_000})),
        ("broken.json", b"{"),
        ("other.json", b'{"a": 1}'),
        ("notes.txt", b"some words"),
        ("page.md", b"# " + b"x" * 5_000_000),
        ("book.xlsx", zipped({"a": b"b"})),
        ("latin.csv", b"\x00\x01\x02,\xff"),
        ("wrong.xml", b"<?xml version='1.0'?><feed/>"),
        ("broken.xml", (HEAD.replace("{version}", "0.11") + "<page><title>x").encode()),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    importer: Importer, name: str, content: bytes
) -> None:
    with pytest.raises(Invalid) as refused:
        importer.open(name, {name: content})

    assert len(refused.value.message) > 10
    with importer.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Import)) == 0


def test_a_page_that_is_too_long_is_refused_alone(importer: Importer, made_up: dict[str, bytes]) -> None:
    files = {**made_up, "_pages/en/long.md": b"word " * 1_000_000}

    _number, state = importer.bring("old", files)

    assert outcomes(state) == {"create": 4}
    (line,) = (line for line in state.read.files if line.outcome == "refused")
    assert (line.path, len(line.notes)) == ("_pages/en/long.md", 1)


def test_only_coordinators_import(importer: Importer, made_up: dict[str, bytes]) -> None:
    reviewer = replace(actor_with(Role.REVIEWER), person_id=uuid.uuid4())
    with pytest.raises(SignInNeeded):
        importer.open("old", made_up, actor_with(None))
    with pytest.raises(Forbidden):
        importer.open("old", made_up, reviewer)
    number = importer.open("old", made_up)
    with importer.database.write() as session:
        record = import_of(session, operator(), number)
        for refused in (
            lambda: imports.start(session, reviewer, record, imports.APPLY, locale="en", at=importer.clock()),
            lambda: imports.credit_import(session, reviewer, record, "", "", ImportOptions()),
            lambda: imports.discard_import(session, reviewer, record),
            lambda: imports.steer(session, reviewer, record, "pause", at=importer.clock()),
            lambda: import_of(session, reviewer, number),
        ):
            with pytest.raises(Forbidden):
                refused()


def test_an_applied_import_is_undone_rather_than_thrown_away(
    importer: Importer, made_up: dict[str, bytes]
) -> None:
    number, _state = importer.bring("old", made_up)
    with importer.database.write() as session:
        record = import_of(session, operator(), number)
        with pytest.raises(Conflict):
            imports.discard_import(session, operator(), record)
        with pytest.raises(Conflict):
            imports.begin(record, imports.APPLY)


def test_files_packed_for_keeping_come_out_as_they_were(made_up: dict[str, bytes]) -> None:
    assert reading.unpack(reading.pack(made_up)) == made_up


@pytest.mark.slow
@needs_real_files
def test_the_encyclopedia_of_2019_comes_whole_and_a_second_time_changes_nothing(importer: Importer) -> None:
    files = files_in(REAL / "ambanum-disencyclopedia")

    number, state = importer.bring("2019", files)

    pages = [line for line in state.read.files if line.outcome != "passed_over"]
    assert len(pages) == 43
    assert len(state.read.files) == len(files)
    assert outcomes(state) == {"create": 135}
    assert state.read.counts["links"] == 208
    assert state.read.counts["in two languages"] == 14

    _second, again = importer.bring("2019", files)
    assert outcomes(again) == {}
    assert again.counts["relations tied"] == 0

    assert importer.undo(number).left == ()
    with importer.database.read() as session:
        assert session.scalar(select(func.count()).where(Entry.deleted_at.is_(None))) == 0
