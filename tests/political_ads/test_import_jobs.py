"""Imports as jobs and as searches: confirmed, paused, gone on with, tidied."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from common.accounts.actors import Actor, Role
from common.bus import open_bus
from common.db import Database
from common.errors import Conflict, Invalid, NotFound, TooMany
from common.http import Bounds, HttpClient, Rules
from common.jobs import Job, JobKind, JobRunner, JobState
from common.launch import build_services
from common.settings import Settings
from common.web.services import Services
from political_ads.actions import imports
from political_ads.jobs.imports import JOB_KINDS, keep_house
from political_ads.models import Ad, Import
from political_ads.queries.imports import import_of
from political_ads.service import importing
from political_ads.service.fetching import store_search
from political_ads.service.importing import Said, take_upload, uploads_of
from political_ads.sources.meta_api import MetaLibrary, Search
from tests.common.http.site import in_turn, serving
from tests.conftest import START, StoppedClock, add_person
from tests.political_ads.sources.samples import TABLE, meta_lines
from tests.political_ads.sources.test_meta_api import PATH, error, pages_of

LOCAL = Rules(allow_private=frozenset({"127.0.0.1"}))


@pytest.fixture
def coordinator(database: Database) -> Actor:
    return add_person(database, at=START, role=Role.COORDINATOR)


@pytest.fixture
def services(settings: Settings, clock: StoppedClock) -> Iterator[Services]:
    made = build_services(settings, [])
    made.clock = clock
    yield made
    made.database.close()


def kept(services: Services, content: bytes) -> tuple[str, int]:
    folder = uploads_of(services).folder
    folder.mkdir(parents=True, exist_ok=True)
    name = "ab" * 16
    (folder / name).write_bytes(content)
    return name, len(content)


def run_jobs(services: Services, kinds: Sequence[JobKind] = JOB_KINDS) -> None:
    runner = JobRunner(services.database, open_bus(None), kinds, services=services)
    while runner.run_one("test"):
        pass


def test_a_given_file_is_confirmed_stored_as_a_job_and_let_go(
    services: Services, coordinator: Actor, clock: StoppedClock
) -> None:
    upload, size = kept(services, TABLE.encode())
    record = take_upload(services, coordinator, "mine.csv", upload, size)
    assert record.state == "needs_mapping"
    with services.database.write() as session, pytest.raises(Conflict):
        imports.start(
            session, coordinator, import_of(session, coordinator, record.id), locale="en", at=clock()
        )
    with services.database.write() as session:
        said = Said("table", {"text": "Le message", "page_name": "Annonceur"}, {"source": "table:mine"})
        importing.confirm(services, session, coordinator, record.id, said)
    with services.database.write() as session:
        imports.start(
            session, coordinator, import_of(session, coordinator, record.id), locale="en", at=clock()
        )
    with services.database.write() as session, pytest.raises(Conflict, match="going on"):
        imports.start(
            session, coordinator, import_of(session, coordinator, record.id), locale="en", at=clock()
        )
    run_jobs(services)
    with services.database.read() as session:
        record = import_of(session, coordinator, record.id)
        assert (record.state, record.stored, record.upload) == ("applied", 2, None)
        assert session.scalars(select(Job.state)).all() == [JobState.DONE.value]
    assert not (uploads_of(services).folder / upload).exists()


def test_a_job_is_paused_and_goes_on_without_doubling(
    services: Services, coordinator: Actor, clock: StoppedClock
) -> None:
    upload, size = kept(services, meta_lines(2_200).encode())
    record = take_upload(services, coordinator, "long.jsonl", upload, size)
    with services.database.write() as session:
        job = imports.start(
            session, coordinator, import_of(session, coordinator, record.id), locale="en", at=clock()
        )
        job.wish = "pause"
    run_jobs(services)
    with services.database.read() as session:
        stopped = import_of(session, coordinator, record.id)
        assert (stopped.state, stopped.parts, stopped.rows) == ("paused", 1, 1_000)
    with services.database.write() as session:
        imports.steer(session, coordinator, import_of(session, coordinator, record.id), "resume", at=clock())
    run_jobs(services)
    with services.database.read() as session:
        done = import_of(session, coordinator, record.id)
        assert (done.state, done.rows) == ("applied", 2_200)
        assert session.scalar(select(func.count()).select_from(Ad)) == 2_200


def test_a_file_without_ads_is_not_kept(services: Services, coordinator: Actor) -> None:
    upload, size = kept(services, b"# About\n\nnothing here\n")
    with pytest.raises(Invalid, match="No ads"):
        take_upload(services, coordinator, "README.md", upload, size)
    assert not (uploads_of(services).folder / upload).exists()


def test_old_previews_and_forgotten_files_go(
    services: Services, coordinator: Actor, clock: StoppedClock
) -> None:
    upload, size = kept(services, meta_lines(2).encode())
    record = take_upload(services, coordinator, "some.jsonl", upload, size)
    clock.time = clock() + timedelta(days=3_650)  # the file's own time is this machine's
    keep_house(services)
    with services.database.read() as session, pytest.raises(NotFound):
        import_of(session, coordinator, record.id)
    assert not (uploads_of(services).folder / upload).exists()


def test_a_search_is_stored_page_by_page_and_goes_on_where_it_stopped(
    services: Services, coordinator: Actor
) -> None:
    with serving() as site, HttpClient("tests", rules=LOCAL, bounds=Bounds(rate=1e6)) as http:
        library = MetaLibrary(
            http, "secret", base=site.url("").rstrip("/"), size=10, sleep=lambda _seconds: None
        )
        search = Search(countries=("FR",), terms="lake")
        site.answers[PATH] = in_turn(
            pages_of(25), error(613, X_App_Usage='{"estimated_time_to_regain_access": 90}')
        )
        with pytest.raises(TooMany):
            store_search(services, coordinator, library, search, most=1_000, progress=lambda *_told: None)
        site.answers[PATH] = pages_of(25)
        record = store_search(services, coordinator, library, search, most=5, progress=lambda *_told: None)
        assert (record.state, record.rows) == ("paused", 20)
        record = store_search(
            services, coordinator, library, search, most=1_000, progress=lambda *_told: None
        )
    assert (record.state, record.rows, record.parts) == ("applied", 25, 3)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Ad)) == 25
        assert session.scalar(select(func.count()).select_from(Import)) == 1
