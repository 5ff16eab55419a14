"""Imports end to end: nothing twice, nothing lost, every row accounted for, and only coordinators."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from common.accounts.actors import Actor, Role
from common.db import Database
from common.errors import Conflict, Forbidden
from common.http import Rules
from political_ads.actions import imports
from political_ads.actions.storing import check_sum, keep_part
from political_ads.models import Ad, Advertiser, Creative, Import
from political_ads.queries.imports import import_of
from political_ads.service import importing
from political_ads.service.importing import Said, bring_in_file, look
from political_ads.sources.readers import read
from tests.conftest import START, StoppedClock, add_person
from tests.political_ads.sources import samples
from tests.political_ads.sources.samples import META, META_REPORT, TABLE, meta_lines, written

LOCAL = Rules(allow_private=frozenset({"127.0.0.1"}))


@pytest.fixture
def coordinator(database: Database) -> Actor:
    return add_person(database, at=START, role=Role.COORDINATOR)


@pytest.fixture
def bring(database: Database, coordinator: Actor, clock: StoppedClock) -> Any:
    def run(path: Path, said: Said = Said(), actor: Actor = coordinator) -> Import:  # noqa: B008 - never changed
        clock.advance(minutes=1)
        return bring_in_file(database, actor, path, said, clock=clock, progress=lambda *_told: None)

    return run


def sum_of(record: Import) -> tuple[int, int, int, int, int, int]:
    check_sum(record)
    return record.rows, record.stored, record.grouped, record.updated, record.unchanged, record.refused


def test_rows_are_stored_grouped_and_refused_and_a_second_time_changes_nothing(
    bring: Any, database: Database, tmp_path: Path
) -> None:
    text = meta_lines(20) + '\n{"broken\n' + json.dumps({**META, "id": "3"})
    path = written(tmp_path, text, "some.jsonl")
    first = bring(path)
    assert sum_of(first) == (22, 11, 9, 0, 0, 2)
    assert first.preview["reasons"] == {
        "This is not valid JSON (Unterminated string starting at).": 1,
        "The same id stands on line … already.": 1,
    }
    assert sum_of(bring(path)) == (22, 0, 0, 0, 20, 2)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Ad)) == 20
        assert session.scalar(select(func.count()).select_from(Creative)) == 11
        assert session.scalar(select(func.count()).where(Ad.creative_id.is_(None))) == 0


def test_changed_numbers_are_brought_up_to_date_and_nothing_known_is_forgotten(
    bring: Any, database: Database, tmp_path: Path
) -> None:
    bring(written(tmp_path, meta_lines(4), "before.jsonl"))
    more = {"spend": {"lower_bound": "500", "upper_bound": "599"}, "bylines": "", "new_field": "x"}
    after = bring(written(tmp_path, meta_lines(4, **more), "after.jsonl"))
    assert sum_of(after) == (4, 0, 0, 4, 0, 0)
    with database.read() as session:
        ad = session.scalars(select(Ad).where(Ad.external_id == "0").options(undefer(Ad.extra))).one()
        assert (ad.spend_low, ad.paid_for_by, ad.extra["new_field"]) == (500, "Friends of the Lake", "x")
        assert ad.imported_at < ad.updated_at
        creative = session.get_one(Creative, ad.creative_id)
        assert creative.spend_low == 500


def test_texts_stay_as_volunteers_saw_them(bring: Any, database: Database, tmp_path: Path) -> None:
    bring(written(tmp_path, json.dumps(META), "before.jsonl"))
    changed = {**META, "ad_creative_bodies": ["Quite another text than the one before."], "currency": "USD"}
    assert sum_of(bring(written(tmp_path, json.dumps(changed), "after.jsonl"))) == (1, 0, 0, 1, 0, 0)
    with database.read() as session:
        ad = session.scalars(select(Ad)).one()
        assert (ad.text, ad.currency) == (META["ad_creative_bodies"][0], "USD")


def test_totals_of_advertisers_are_kept_and_found_again(
    bring: Any, database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, META_REPORT, "FR_month_2024-07.csv")
    assert sum_of(bring(path)) == (6, 5, 0, 0, 0, 1)
    assert sum_of(bring(path)) == (6, 0, 0, 0, 5, 1)
    newer = written(tmp_path / "..", META_REPORT.replace("1234,12", "2000,13"), "FR_month_2024-07.csv")
    assert sum_of(bring(newer)) == (6, 0, 0, 1, 4, 1)
    with database.read() as session:
        assert set(session.scalars(select(Advertiser.spend_low).where(Advertiser.page_id == "1"))) == {
            2000,
            0,
        }


@pytest.mark.parametrize("key", samples.ALL)
def test_every_format_is_stored_and_adds_up(bring: Any, tmp_path: Path, key: str) -> None:
    text, taken = samples.ALL[key]
    record = bring(written(tmp_path, text, f"{key}.dat"))
    assert record.format == key
    assert record.stored + record.grouped == taken
    check_sum(record)


class PowerCut(Exception):
    """The machine stops."""


def test_an_import_that_was_cut_off_goes_on_after_its_last_part(
    bring: Any, database: Database, coordinator: Actor, clock: StoppedClock, tmp_path: Path
) -> None:
    path = written(tmp_path, meta_lines(2_500), "long.jsonl")

    def cut(record: Import, _done: int, _total: int) -> None:
        if record.parts == 2:
            raise PowerCut

    with pytest.raises(PowerCut):
        bring_in_file(database, coordinator, path, Said(), clock=clock, progress=cut)
    record = bring(path)
    assert record.parts == 3
    assert sum_of(record)[0] == 2_500
    assert record.stored + record.grouped == 2_500
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Import)) == 1
        assert session.scalar(select(func.count()).select_from(Ad)) == 2_500


def test_a_part_that_fails_leaves_nothing_behind(
    database: Database, coordinator: Actor, tmp_path: Path
) -> None:
    part = next(iter(read(written(tmp_path, meta_lines(10)))))
    with database.write() as session:
        given = imports.NewImport("x", "meta_ads")
        record = imports.open_import(session, coordinator, given, state="applying", at=START)
    with pytest.raises(PowerCut), database.write() as session:
        keep_part(session, coordinator, import_of(session, coordinator, record.id), part, at=START)
        raise PowerCut
    with database.read() as session:
        assert import_of(session, coordinator, record.id).parts == 0
        assert session.scalar(select(func.count()).select_from(Ad)) == 0


def test_a_preview_tells_what_would_come_and_stores_nothing(
    bring: Any, database: Database, tmp_path: Path
) -> None:
    bring(written(tmp_path, meta_lines(3), "some.jsonl"))
    with database.read() as session:
        told = look(session, written(tmp_path, meta_lines(5) + "\n{]", "more.jsonl"), "more.jsonl", Said())
    assert (told["rows"], told["new"], told["known"], told["refused"], told["whole"]) == (6, 2, 3, 1, True)
    assert told["shown"][0]["page_name"] == "Friends of the Lake"
    assert json.dumps(told)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Ad)) == 3


def test_ids_of_two_tables_are_not_mixed_up(bring: Any, database: Database, tmp_path: Path) -> None:
    rows = "id,text,page_name\n1,Vote for the {} on Sunday,Somebody\n"
    for word in ("bridge", "harbour"):
        assert sum_of(bring(written(tmp_path, rows.format(word), f"{word}.csv")))[1] == 1
    with database.read() as session:
        assert set(session.scalars(select(Ad.source))) == {"table:bridge", "table:harbour"}


def test_a_table_in_doubt_waits_for_a_person(bring: Any, tmp_path: Path) -> None:
    path = written(tmp_path, TABLE, "mine.csv")
    with pytest.raises(Conflict, match="Le message"):
        bring(path)
    said = importing.with_proposed(path, Said(None, {"text": "Le message"}, {"platform": "facebook"}))
    record = bring(path, said)
    assert sum_of(record) == (2, 2, 0, 0, 0, 0)
    assert record.mapping is not None
    assert record.mapping["columns"]["countries"] == "Pays"


@pytest.fixture
def record(database: Database, coordinator: Actor) -> Import:
    with database.write() as session:
        given = imports.NewImport("x", "meta_ads")
        return imports.open_import(session, coordinator, given, state="previewed", at=START)


def test_a_reviewer_may_not_import(database: Database, record: Import, tmp_path: Path) -> None:
    reviewer = add_person(database, at=START, role=Role.REVIEWER)
    part = next(iter(read(written(tmp_path, json.dumps(META)))))
    with database.write() as session:
        refused: list[Callable[[], object]] = [
            lambda: imports.open_import(
                session, reviewer, imports.NewImport("x", "y"), state="previewed", at=START
            ),
            lambda: imports.confirm_mapping(reviewer, record, {}, {}),
            lambda: imports.start(session, reviewer, record, locale="en", at=START),
            lambda: imports.begin(reviewer, record),
            lambda: imports.finish(session, reviewer, record, at=START),
            lambda: imports.keep_stop(reviewer, record, "paused"),
            lambda: imports.discard(session, reviewer, record),
            lambda: imports.discard_old(session, reviewer, at=START, kept_for=timedelta(0)),
            lambda: imports.steer(session, reviewer, record, "pause", at=START),
            lambda: keep_part(session, reviewer, record, part, at=START),
            lambda: import_of(session, reviewer, record.id),
        ]
        for act in refused:
            with pytest.raises(Forbidden):
                act()


def test_what_is_stored_cannot_be_thrown_away(
    bring: Any, database: Database, coordinator: Actor, tmp_path: Path
) -> None:
    done = bring(written(tmp_path, meta_lines(1)))
    with database.write() as session:
        with pytest.raises(Conflict):
            imports.discard(session, coordinator, import_of(session, coordinator, done.id))
        with pytest.raises(Conflict):
            imports.begin(coordinator, import_of(session, coordinator, done.id))
        with pytest.raises(Conflict):
            imports.steer(session, coordinator, import_of(session, coordinator, done.id), "pause", at=START)
