"""Evidence: captured once and for all, readable to whom it is marked for, checkable against the log."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from collab_chat.actions.appending import Marking
from collab_chat.actions.evidence import (
    EvidenceForm,
    add_evidence,
    capture_again,
    note_capture,
    note_given_up,
)
from collab_chat.actions.files import keep_upload
from collab_chat.actions.projecting import forget_projections, project
from collab_chat.jobs import capturing
from collab_chat.models import Event, Evidence, File, Room
from collab_chat.queries.evidence import CAPTURE, evidence_for, evidence_in, given_up
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import EvidenceFailed, FileRef
from collab_chat.schemas.markings import Tlp
from collab_chat.service.capturing import capture, check
from collab_chat.service.files import kept_files
from collab_chat.sources.captures import Captures
from common.accounts.actors import Actor, Role, operator
from common.bus.memory import MemoryBus
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.http import Bounds
from common.jobs import Job, JobKind, JobRunner, JobState
from common.jobs.queue import LEASE, MAX_ATTEMPTS, take
from common.settings import Settings
from tests.collab_chat.comparing import assert_rebuilt_is_live
from tests.collab_chat.making import START, organisation, person, room_with
from tests.collab_chat.site import LOCAL, site

TIGHT = Bounds(total=3.0, read=2.0, attempts=1, body=1_000_000, rate=1e6)


@pytest.fixture
def services(database: Database, tmp_path: Path) -> SimpleNamespace:
    settings = Settings(_env_file=None, data_dir=tmp_path, rooms_chromium="none")
    return SimpleNamespace(
        settings=settings, database=database, bus=MemoryBus(), clock=lambda: START, extras={}
    )


@pytest.fixture
def captures() -> Iterator[Captures]:
    made = Captures("http://tests", rules=LOCAL, bounds=TIGHT)
    yield made
    made.close()


def added(database: Database, url: str, marking: Marking | None = None) -> tuple[Actor, uuid.UUID, int]:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        form = EvidenceForm(url=url, marking=marking or Marking())
        return ada, room.id, add_evidence(session, ada, room.id, form, at=START).seq


def test_a_page_is_captured_kept_and_checked(services, captures, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    with site() as (url, seen):
        ada, room, seq = added(database, f"{url}/hop?utm_source=x")
        with database.read() as session:
            job = session.scalars(select(Job).where(Job.kind == CAPTURE)).one()
            assert job.payload == {"room": str(room), "evidence": seq}
        assert capture(services, room, seq, captures=captures)
        assert [path.partition("?")[0] for path in seen] == ["/hop", "/page"]
    with database.read() as session:
        found = evidence_for(session, standing_in(session, ada, room), seq)
    assert found.row.state == "captured"
    assert found.capture is not None
    assert found.capture.title == "Polling place & time"
    assert found.capture.text_excerpt == "Été\nThe polling place has moved."
    assert found.capture.final_url.endswith("/page")
    assert check(services, found.capture)
    assert "No picture: no Chromium is installed here." in found.capture.notes
    place = kept_files(services).path(found.capture.warc.sha256)
    assert place is not None
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    assert not check(services, found.capture)


def test_a_second_capture_overwrites_nothing(services, captures, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    with site() as (url, _seen):
        ada, room, seq = added(database, f"{url}/page")
        with database.write() as session, pytest.raises(Conflict):
            capture_again(session, ada, room, seq, at=START)  # the first one waits
        capture(services, room, seq, captures=captures)
        with database.write() as session:
            session.query(Job).delete()
        with database.write() as session:
            capture_again(session, ada, room, seq, at=START)
        capture(services, room, seq, captures=captures)
        with database.read() as session:
            found = evidence_for(session, standing_in(session, ada, room), seq)
            events = session.scalars(select(Event.kind).order_by(Event.seq)).all()
    assert found.row.captures == 2
    assert [one.captured is not None for one in found.history] == [True, True]
    assert events[-3:] == ["evidence.added", "evidence.captured", "evidence.captured"]
    assert all(kept_files(services).path(one.captured.warc.sha256) for one in found.history if one.captured)


def test_a_page_that_is_gone_is_evidence_too(services, captures, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    with site() as (url, _seen):
        ada, room, seq = added(database, f"{url}/nothing")
        assert capture(services, room, seq, captures=captures)
        with database.read() as session:
            found = evidence_for(session, standing_in(session, ada, room), seq)
    assert found.capture is not None
    assert (found.capture.status, found.capture.title) == (404, "Gone")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("huge", "larger than"),
        ("bomb", "larger than"),
        ("slow", "too long"),
        ("loop", "without end"),
        ("inward", "not be used"),
        ("metadata", "not on the public internet"),
        ("file", "http"),
        ("headers", "broke off"),
    ],
)
def test_a_bomb_is_refused_with_a_sentence(  # type: ignore[no-untyped-def]  # fixtures
    services, captures, database: Database, path: str, says: str
) -> None:
    with site() as (url, seen):
        ada, room, seq = added(database, f"{url}/{path}")
        assert not capture(services, room, seq, captures=captures)
        assert "/secret" not in seen
        with database.read() as session:
            found = evidence_for(session, standing_in(session, ada, room), seq)
    assert found.row.state == "failed"
    assert says in found.row.why
    assert not list(kept_files(services).folder.glob("*"))


def test_this_machine_is_not_captured(services, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    with site() as (url, seen):
        ada, room, seq = added(database, f"{url}/page")
        strict = Captures("http://tests")
        assert not capture(services, room, seq, captures=strict)
        strict.close()
        assert seen == []
        with database.read() as session:
            assert evidence_for(session, standing_in(session, ada, room), seq).row.state == "failed"


def test_rebuilt_evidence_is_live_evidence(services, captures, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    def rows() -> list[dict[str, object]]:
        with database.read() as session:
            return [
                {key: getattr(row, key) for key in Evidence.__table__.columns.keys()}  # noqa: SIM118 - not a dict
                for row in session.scalars(select(Evidence).order_by(Evidence.seq))
            ]

    with site() as (url, _seen):
        _ada, room_id, seq = added(database, f"{url}/page")
        capture(services, room_id, seq, captures=captures)
        live = rows()
    with database.write() as session:
        forget_projections(session, room_id)
        room = session.get_one(Room, room_id)
        for event in session.scalars(select(Event).order_by(Event.seq)).all():
            project(session, room, event)
    assert rows() == live


def test_an_upload_is_evidence(database: Database) -> None:
    ref = FileRef(sha256=hashlib.sha256(b"x").hexdigest(), name="a.txt", media_type="text/plain", size=1)
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        room = room_with(session, ada, (ben, Role.MEMBER))
        keep_upload(session, ada, room.id, ref, at=START)
        with pytest.raises(NotFound):  # not sent: Ada's alone
            add_evidence(session, ben, room.id, EvidenceForm(file=ref), at=START)
        lied = ref.model_copy(update={"size": 5, "media_type": "text/html"})
        event = add_evidence(session, ada, room.id, EvidenceForm(file=lied), at=START)
        row = session.get_one(Evidence, (room.id, event.seq))
        assert row.file == ref.model_dump(mode="json")
        assert row.state == "kept"
        assert session.get_one(File, (ref.sha256, room.id)).seq == event.seq
        with pytest.raises(Invalid):
            capture_again(session, ada, room.id, event.seq, at=START)


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "file:///etc/passwd", "http://a:b@example.org/", "ftp://example.org/", "http://",
     "https://example.org/" + "x" * 3_000, "https://a.example/ https://b.example/", "nothing", "http://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(database: Database, url: str) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        with pytest.raises(Invalid) as refused:
            add_evidence(session, ada, room.id, EvidenceForm(url=url), at=START)
        assert "url" in refused.value.fields


def test_one_page_is_one_piece_of_evidence(database: Database) -> None:
    ada, room, seq = added(database, "https://www.example.org/a?fbclid=1&b=2")
    with database.write() as session, pytest.raises(Conflict, match=str(seq)):
        add_evidence(session, ada, room, EvidenceForm(url="example.org/a/?b=2&utm_medium=x"), at=START)


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_guests_and_strangers_add_no_evidence(database: Database, role: Role | None) -> None:
    with database.write() as session:
        ada, eve = person(session, "Ada", Role.COORDINATOR), person(session, "Eve", Role.MEMBER)
        room = room_with(session, ada, *([(eve, role)] if role else []))
        seq = add_evidence(session, ada, room.id, EvidenceForm(url="https://example.org"), at=START).seq
        refusal = Forbidden if role else NotFound
        with pytest.raises(refusal):
            add_evidence(session, eve, room.id, EvidenceForm(url="https://example.net"), at=START)
        with pytest.raises(refusal):
            capture_again(session, eve, room.id, seq, at=START)
        row = session.get_one(Evidence, (room.id, seq))
        with pytest.raises(Forbidden):
            note_capture(session, ada, row, EvidenceFailed(evidence=seq, why="because"), at=START)


def test_markings_hold_for_evidence_and_its_captures(services, captures, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    with site() as (url, _seen), database.write() as session:
        ours, theirs = organisation(session, "Ours"), organisation(session, "Theirs")
        ada, ben = person(session, "Ada", Role.COORDINATOR, ours), person(session, "Ben", Role.MEMBER, theirs)
        cid, gus = person(session, "Cid", Role.MEMBER, ours), person(session, "Gus", Role.GUEST)
        room = room_with(session, ada, (ben, Role.MEMBER), (cid, Role.MEMBER), (gus, Role.GUEST))
        session.get_one(Room, room.id).tlp = Tlp.GREEN.value
        assert ben.person_id is not None
        marked = {
            Tlp.GREEN: Marking(Tlp.GREEN),
            Tlp.AMBER: Marking(Tlp.AMBER),
            Tlp.AMBER_STRICT: Marking(Tlp.AMBER_STRICT),
            Tlp.RED: Marking(Tlp.RED, frozenset({ben.person_id})),
        }
        seqs = {}
        for tlp, marking in marked.items():
            form = EvidenceForm(url=f"{url}/page?{tlp.value}", marking=marking)
            seqs[add_evidence(session, ada, room.id, form, at=START).seq] = tlp
        with pytest.raises(Invalid):
            add_evidence(
                session,
                ada,
                room.id,
                EvidenceForm(url="https://a.example", marking=Marking(Tlp.RED)),
                at=START,
            )
        room_id = room.id
        session.commit()
        for seq in seqs:
            capture(services, room_id, seq, captures=captures)
        for actor, readable in (
            (ada, set(marked)),
            (cid, {Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT}),
            (ben, {Tlp.GREEN, Tlp.AMBER, Tlp.RED}),
            (gus, {Tlp.GREEN}),
        ):
            standing = standing_in(session, actor, room_id)
            assert {Tlp(one.row.tlp) for one in evidence_in(session, standing)} == readable, actor.name
            for seq, tlp in seqs.items():
                if tlp not in readable:
                    with pytest.raises(NotFound):
                        evidence_for(session, standing, seq)
    with database.read() as session:
        captured = session.scalars(select(Event).where(Event.kind == "evidence.captured")).all()
        for event in captured:
            stored = session.get_one(Evidence, (room_id, (event.content or {})["evidence"]))
            assert event.tlp == stored.tlp
            assert event.organisation_id == stored.organisation_id
            assert event.author_id is None
            assert set(stored.readers) <= set(event.readers)
            assert stored.tlp != Tlp.RED.value or str(ada.person_id) in event.readers


def test_a_capture_in_a_room_turned_red_is_for_the_readers_of_its_evidence(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR, organisation(session, "Ours"))
        ben = person(session, "Ben", Role.MEMBER, organisation(session, "Theirs"))
        alone = person(session, "Alone", Role.MEMBER)
        room = room_with(session, ada, (ben, Role.MEMBER), (alone, Role.MEMBER))
        form = EvidenceForm(url="https://example.org/a", marking=Marking(Tlp.AMBER_STRICT))
        other = EvidenceForm(url="https://example.org/b", marking=Marking(Tlp.AMBER_STRICT))
        seqs = [
            (add_evidence(session, ada, room.id, form, at=START).seq, ada),
            (add_evidence(session, alone, room.id, other, at=START).seq, alone),
        ]
        session.get_one(Room, room.id).tlp = Tlp.RED.value
        for seq, whose in seqs:
            row = session.get_one(Evidence, (room.id, seq))
            event = note_capture(
                session, operator("job"), row, EvidenceFailed(evidence=seq, why="gone"), at=START
            )
            assert (event.tlp, event.readers) == ("red", [str(whose.person_id)])


def test_the_job_captures_and_says_how_far_it_is(app, guest) -> None:  # type: ignore[no-untyped-def]  # fixtures
    services = app.state.services
    with site() as (url, seen):
        ada, room, seq = added(services.database, f"{url}/page")
        runner = JobRunner(services.database, services.bus, capturing.JOB_KINDS, services=services)
        assert runner.run_one("w")
        assert seen == []  # the usual rules: this machine is no public site
    with services.database.read() as session:
        job = session.scalars(select(Job)).one()
        assert (job.state, job.result) == ("done", {"captured": False})
        found = evidence_for(session, standing_in(session, ada, room), seq)
    assert (found.row.state, found.going) == ("failed", None)
    assert found.row.why


def broken_off(services: SimpleNamespace) -> None:
    """Run the job that waits, and let it break off."""

    def run(_context: object, _payload: object) -> dict[str, object]:
        raise RuntimeError("no space left on the disk")

    runner = JobRunner(services.database, services.bus, [JobKind(CAPTURE, run)], services=services)  # type: ignore[arg-type]  # a job that only breaks
    assert runner.run_one("w")


def given_up_by_its_workers(services: SimpleNamespace) -> None:
    """Let three workers die with the job that waits, and a fourth one look at it."""
    with services.database.write() as session:
        for attempt in range(MAX_ATTEMPTS + 1):
            job = take(session, kinds=[CAPTURE], worker=f"w{attempt}", at=START + 2 * attempt * LEASE)
            assert (job is None) == (attempt == MAX_ATTEMPTS)


@pytest.mark.parametrize("ends", [broken_off, given_up_by_its_workers])
def test_a_capture_that_was_given_up_says_so_once_and_can_be_tried_again(
    services, database: Database, ends
) -> None:  # type: ignore[no-untyped-def]  # fixtures
    ada, room, seq = added(database, "https://www.example.org/a")
    ends(services)
    for _look in range(2):  # whichever process looks, and whenever: also after a restart
        capturing.tell_given_up(services)
    with database.read() as session:
        found = evidence_for(session, standing_in(session, ada, room), seq)
        assert (found.row.state, found.going) == ("failed", None)
        assert "broke off" in found.row.why
        assert [one.failed is not None for one in found.history] == [True]
        assert session.scalars(select(Job.state)).all() == [JobState.DONE.value]
        assert session.scalars(select(Job.error)).one()
    with database.write() as session:
        capture_again(session, ada, room, seq, at=START)
    assert_rebuilt_is_live(database, room)


def test_a_capture_that_was_kept_before_its_job_broke_off_is_no_failure(  # type: ignore[no-untyped-def]  # fixtures
    services, captures, database: Database
) -> None:
    with site() as (url, _seen):
        ada, room, seq = added(database, f"{url}/page")
        capture(services, room, seq, captures=captures)
    broken_off(services)
    capturing.tell_given_up(services)
    with database.read() as session:
        assert not given_up(session)
        found = evidence_for(session, standing_in(session, ada, room), seq)
    assert [one.captured is not None for one in found.history] == [True]


def test_an_archived_room_is_told_when_it_is_open_again(services, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    _ada, room, seq = added(database, "https://www.example.org/a")
    broken_off(services)
    with database.write() as session:
        session.get_one(Room, room).archived = True
    capturing.tell_given_up(services)
    with database.write() as session:
        assert session.get_one(Evidence, (room, seq)).state == "waiting"
        session.get_one(Room, room).archived = False
    capturing.tell_given_up(services)
    with database.read() as session:
        assert session.get_one(Evidence, (room, seq)).state == "failed"


def test_only_the_toolkit_says_that_a_capture_was_given_up(services, database: Database) -> None:  # type: ignore[no-untyped-def]  # fixtures
    ada, _room, _seq = added(database, "https://www.example.org/a")
    with database.write() as session:
        job = session.scalars(select(Job)).one()
        with pytest.raises(Forbidden):
            note_given_up(session, ada, job.id, at=START)
        assert note_given_up(session, operator("job"), job.id, at=START) is None, "it still waits"


def test_the_pulse_looks_for_captures_that_were_given_up(app, guest) -> None:  # type: ignore[no-untyped-def]  # fixtures
    services = app.state.services
    ada, room, seq = added(services.database, "https://www.example.org/a")
    broken_off(services)
    capturing.pulse(services)
    with services.database.read() as session:
        assert evidence_for(session, standing_in(session, ada, room), seq).row.state == "failed"
