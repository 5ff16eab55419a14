"""The situation report's text: versions hashed into the log, kept after quiet minutes, rebuilt from the log; refusals."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab_chat.actions.rebuilding import rebuild_room
from collab_chat.actions.reports import MOST_ROWS, begin_report, save_report, store_updates, write_report
from collab_chat.actions.rooms import add_member, change_room, create_room
from collab_chat.core.report_document import NAME, BadUpdate, ReportDocument, difference, merged, text_hash
from collab_chat.core.report_markup import report_html, report_typst
from collab_chat.core.y_protocol import (
    AwarenessFrame,
    BadFrame,
    Presence,
    Sync,
    SyncFrame,
    awareness_frame,
    read_frame,
    sync_frame,
)
from collab_chat.jobs.reports import keep_quiet_reports
from collab_chat.models import Event, ReportUpdate, ReportVersion, Room
from collab_chat.queries.after_action import gather
from collab_chat.queries.reports import document_of, last_version, report_access, versions_of
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from common.i18n import use_locale
from tests.collab_chat.casework import case_with
from tests.collab_chat.making import START, organisation, person, room_with

LINES = st.lists(st.sampled_from(["un", "deux 😀", "trois", "", "quatre"]), max_size=12).map("\n".join)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def a_room(session: Session, tlp: Tlp = Tlp.AMBER) -> tuple[Room, Actor, Actor, Actor]:
    """Return a room with a coordinator, a member of another organisation, and a guest."""
    ada = person(session, "Ada", Role.COORDINATOR, organisation(session, "One"))
    ben = person(session, "Ben", Role.MEMBER, organisation(session, "Two"))
    gus = person(session, "Gus", Role.GUEST)
    room = room_with(session, ada, (ben, Role.MEMBER), (gus, Role.GUEST))
    if tlp is not Tlp.AMBER:
        change_room(session, ada, room.id, RoomChanged(tlp=tlp), at=START)
    return room, ada, ben, gus


def typed(session: Session, room: Room, actor: Actor, words: str, **later: float) -> None:
    document = document_of(session, room.id)
    assert document is not None
    update = document.rewrite(document.text + words)
    store_updates(session, actor, room.id, [update], at=START + timedelta(**later))


@given(LINES, LINES)
def test_rewriting_gives_the_text_and_an_update_that_others_can_take(old: str, new: str) -> None:
    mine = ReportDocument()
    mine.rewrite(old)
    theirs = ReportDocument([mine.whole()])
    theirs.apply(mine.rewrite(new))
    assert mine.text == theirs.text == new


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.text("abé😀", max_size=4)), max_size=25),
    st.randoms(),
)
def test_copies_converge_in_whatever_order_updates_come(
    typing: list[tuple[int, int, str]], random: object
) -> None:
    copies = [Doc[Text]() for _each in range(4)]
    updates: list[bytes] = []
    for who, place, words in typing:
        text, before = copies[who].get(NAME, type=Text), copies[who].get_state()
        points = [0]
        for letter in str(text):
            points.append(points[-1] + len(letter.encode()))
        text.insert(points[place % len(points)], words)
        updates.append(copies[who].get_update(before))
    shuffled = list(updates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert ReportDocument(updates).text == ReportDocument([*shuffled, *updates]).text
    if updates:
        assert ReportDocument([merged(updates)]).text == ReportDocument(updates).text


@given(st.binary(max_size=80))
def test_whatever_comes_is_an_update_or_refused(data: bytes) -> None:
    document = ReportDocument()
    document.rewrite("Held.")
    try:
        document.apply(data)
        document.missing(data)
    except BadUpdate:
        pass
    assert "Held." in document.text


@given(st.binary(max_size=60))
def test_whatever_comes_is_a_frame_or_refused(data: bytes) -> None:
    try:
        read_frame(data)
    except BadFrame:
        return


@given(st.integers(0, 2**53), st.integers(0, 2**40), st.binary(max_size=300))
def test_frames_come_back_as_they_were(client: int, clock: int, content: bytes) -> None:
    assert read_frame(sync_frame(Sync.UPDATE, content)) == SyncFrame(Sync.UPDATE, content)
    state = Presence(client, clock, {"cursor": None})
    assert read_frame(awareness_frame([state])) == AwarenessFrame((state,))


def test_markdown_lets_no_html_through() -> None:
    html = report_html(
        "# A\n\n<script>x</script> [a](javascript:x) ![i](http://e/x.png) | a |\n\n<img src=x onerror=y>"
    )
    assert "<h3>A</h3>" in html
    assert not any(tag in html for tag in ("<script", "<img", 'href="javascript'))
    assert report_typst("#let x = 1\n\n*em* `#x`").count('"#let x = 1"') == 1


def test_a_difference_shows_what_was_put_and_taken() -> None:
    assert ("new", "b2") in difference("a\nb\nc", "a\nb2\nc")
    assert ("gone", "b") in difference("a\nb\nc", "a\nb2\nc")
    assert difference("same", "same") == []


def test_a_report_begins_in_the_language_of_who_begins_it(session: Session) -> None:
    room, ada, _ben, _gus = a_room(session)
    with use_locale("en"):
        begin_report(session, ada, room.id, at=START)
        begin_report(session, ada, room.id, at=START)
    document = document_of(session, room.id)
    assert document is not None
    assert document.text.count("## What we know\n") == 1


def test_a_version_is_hashed_into_the_log_and_rebuilt(session: Session) -> None:
    room, ada, _ben, _gus = a_room(session)
    begin_report(session, ada, room.id, at=START)
    typed(session, room, ada, "We know this.")
    version = save_report(session, ada, room.id, at=START)
    event = session.get_one(Event, (room.id, version.seq))
    assert event.content is not None
    assert event.content["sha256"] == version.sha256 == text_hash(version.text)
    kept = (version.number, version.seq, version.text, version.by_id, version.at)
    rebuild_room(session, operator(), room.id, at=START)
    again = session.get_one(ReportVersion, (room.id, 1))
    assert (again.number, again.seq, again.text, again.by_id, again.at) == kept


def test_an_unchanged_report_makes_no_second_version(session: Session) -> None:
    room, ada, ben, _gus = a_room(session)
    begin_report(session, ada, room.id, at=START)
    first = save_report(session, ada, room.id, at=START)
    assert save_report(session, ben, room.id, at=START) is first


def test_many_updates_become_one_that_holds_all(session: Session) -> None:
    room, ada, _ben, _gus = a_room(session)
    begin_report(session, ada, room.id, at=START)
    for number in range(MOST_ROWS + 5):
        typed(session, room, ada, f"{number}\n")
    count = session.scalar(select(func.count()).select_from(ReportUpdate))
    document = document_of(session, room.id)
    assert count is not None
    assert count < 10
    assert document is not None
    assert all(f"\n{number}\n" in document.text for number in range(1, MOST_ROWS + 5))


def test_a_whole_text_is_taken_only_on_what_it_was_made_from(session: Session) -> None:
    room, ada, ben, _gus = a_room(session)
    write_report(session, ada, room.id, "First.\n", based_on=text_hash(""), at=START)
    with pytest.raises(Conflict):
        write_report(session, ben, room.id, "Mine.\n", based_on=text_hash(""), at=START)
    write_report(session, ben, room.id, "First.\nSecond.\n", based_on=text_hash("First."), at=START)
    last = last_version(session, room.id)
    assert last is not None
    assert (last.number, last.text, last.by_id) == (2, "First.\nSecond.", ben.person_id)


def test_quiet_reports_are_kept_once(session: Session, database: Database) -> None:
    room, ada, _ben, _gus = a_room(session)
    begin_report(session, ada, room.id, at=START)
    session.commit()

    class Services:
        def __init__(self, **later: float) -> None:
            self.clock, self.database = (lambda: START + timedelta(**later)), database
            self.bus = type("Bus", (), {"publish": lambda *_args: None})()
            self.extras: dict[str, object] = {}

    keep_quiet_reports(Services(minutes=30))  # type: ignore[arg-type]  # nobody has typed
    assert last_version(session, room.id) is None
    typed(session, room, ada, "Typed.", minutes=31)
    session.commit()
    for minutes, versions in ((35, 0), (42, 1), (60, 1)):
        keep_quiet_reports(Services(minutes=minutes))  # type: ignore[arg-type]
        session.expire_all()
        found = versions_of(session, standing_in(session, ada, room.id))
        session.commit()
        assert len(found) == versions
    last = last_version(session, room.id)
    assert last is not None
    assert last.by_id is None


def test_a_guest_reads_no_report_of_an_amber_room_and_writes_none(session: Session) -> None:
    room, ada, _ben, gus = a_room(session)
    begin_report(session, ada, room.id, at=START)
    for act in (begin_report, save_report):
        with pytest.raises(Forbidden):
            act(session, gus, room.id, at=START)
    with pytest.raises(Forbidden):
        store_updates(session, gus, room.id, [b"\0\0"], at=START)
    with pytest.raises(Forbidden):
        write_report(session, gus, room.id, "x", based_on="", at=START)


def test_amber_strict_is_for_the_organisation_that_opened_the_room(session: Session) -> None:
    room, ada, ben, _gus = a_room(session, Tlp.AMBER_STRICT)
    begin_report(session, ada, room.id, at=START)
    with pytest.raises(Forbidden):
        save_report(session, ben, room.id, at=START)
    save_report(session, operator("job"), room.id, at=START)
    assert len(versions_of(session, standing_in(session, ada, room.id))) == 1
    assert len(versions_of(session, standing_in(session, ben, room.id))) == 0


def kept_from(session: Session, actor: Actor, room: Room) -> bool:
    """Return whether a room's report, live and kept, is closed to somebody who is in the room."""
    kept = versions_of(session, standing_in(session, actor, room.id))
    try:
        report_access(session, actor, room.id)
    except Forbidden:
        assert not kept
        return True
    assert len(kept) == count_versions(session, room)
    return False


def count_versions(session: Session, room: Room) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(ReportVersion).where(ReportVersion.room_id == room.id)
        )
        or 0
    )


def test_widening_a_room_does_not_open_the_report_that_was_begun_before(session: Session) -> None:
    room, ada, ben, gus = a_room(session)
    write_report(session, ada, room.id, "For members.", based_on=text_hash(""), at=START)
    change_room(session, ada, room.id, RoomChanged(tlp=Tlp.GREEN), at=START)
    for number in range(MOST_ROWS + 5):  # so many that they are merged
        typed(session, room, ben, f"{number}\n")
    later = save_report(session, operator("job"), room.id, at=START)
    assert session.get_one(Event, (room.id, later.seq)).tlp == Tlp.AMBER.value
    assert kept_from(session, gus, room)
    assert not kept_from(session, ben, room)
    assert report_access(session, ada, room.id).tlp is Tlp.AMBER
    with pytest.raises(Forbidden, match="TLP:AMBER"):
        store_updates(session, gus, room.id, [b"\0\0"], at=START)
    rebuild_room(session, operator(), room.id, at=START)
    assert kept_from(session, gus, room)
    assert not kept_from(session, ben, room)


def test_a_report_that_was_begun_in_the_widened_room_is_the_rooms(session: Session) -> None:
    room, ada, _ben, gus = a_room(session, Tlp.GREEN)  # it was AMBER before
    begin_report(session, ada, room.id, at=START)
    typed(session, room, ada, "For all of us.")
    save_report(session, ada, room.id, at=START)
    assert not kept_from(session, gus, room)
    change_room(session, ada, room.id, RoomChanged(tlp=Tlp.AMBER), at=START)
    with pytest.raises(Forbidden):
        report_access(session, gus, room.id)
    change_room(session, ada, room.id, RoomChanged(tlp=Tlp.GREEN), at=START)
    with pytest.raises(Forbidden):
        report_access(session, gus, room.id)


def test_the_report_of_one_organisation_stays_with_it(session: Session) -> None:
    room, ada, ben, _gus = a_room(session, Tlp.AMBER_STRICT)
    write_report(session, ada, room.id, "Ours.", based_on=text_hash(""), at=START)
    for tlp in (Tlp.AMBER, Tlp.RED, Tlp.GREEN):
        change_room(session, ada, room.id, RoomChanged(tlp=tlp), at=START)
        typed(session, room, ada, tlp.value)
        save_report(session, operator("job"), room.id, at=START)
        assert kept_from(session, ben, room)
        assert not kept_from(session, ada, room)


def test_who_comes_after_a_red_room_was_widened_does_not_read_its_report(session: Session) -> None:
    room, ada, ben, gus = a_room(session, Tlp.RED)
    write_report(session, ada, room.id, "Among us.", based_on=text_hash(""), at=START)
    change_room(session, ada, room.id, RoomChanged(name="Another name"), at=START)
    cleo = person(session, "Cleo", Role.MEMBER)
    assert cleo.person_id is not None
    add_member(session, ada, room.id, cleo.person_id, Role.MEMBER, at=START)
    assert report_access(session, cleo, room.id).tlp is Tlp.RED
    change_room(session, ada, room.id, RoomChanged(tlp=Tlp.GREEN), at=START)
    dan = person(session, "Dan", Role.MEMBER)
    assert dan.person_id is not None
    add_member(session, ada, room.id, dan.person_id, Role.MEMBER, at=START)
    typed(session, room, ben, "More.")
    last = save_report(session, operator("job"), room.id, at=START)
    event = session.get_one(Event, (room.id, last.seq))
    assert event.tlp == Tlp.RED.value
    assert set(event.readers) == {str(one.person_id) for one in (ada, ben, gus, cleo)}
    assert kept_from(session, dan, room)
    assert not kept_from(session, gus, room)


def test_a_stricter_report_is_left_out_of_what_a_widened_case_gives(session: Session) -> None:
    work = case_with(session, tlp=Tlp.GREEN)
    lead = work.people[0]
    change_room(session, lead, work.room, RoomChanged(tlp=Tlp.AMBER), at=START)
    write_report(session, lead, work.room, "For members.", based_on=text_hash(""), at=START)
    change_room(session, lead, work.room, RoomChanged(tlp=Tlp.GREEN), at=START)
    typed(session, session.get_one(Room, work.room), lead, "More.")
    save_report(session, lead, work.room, at=START)
    mine, guests = (standing_in(session, one, work.room) for one in (lead, work.guest))
    full = gather(session, mine, Tlp.AMBER)
    assert full.report is not None
    assert (full.report.number, full.marking) == (2, Tlp.AMBER)
    assert gather(session, mine, Tlp.GREEN).report is None
    assert gather(session, guests, Tlp.AMBER).report is None


def test_strangers_and_archived_rooms_are_refused(session: Session) -> None:
    room, ada, ben, _gus = a_room(session)
    other = create_room(session, ben_as(ben, Role.REVIEWER), "Other", at=START)
    with pytest.raises(NotFound):
        save_report(session, ada, other.id, at=START)
    with pytest.raises(NotFound):
        save_report(session, ada, room.id, at=START)  # nobody has begun
    with pytest.raises(Invalid):
        write_report(session, ada, room.id, " \n", based_on=text_hash(""), at=START)
    with pytest.raises(TooLarge):
        write_report(session, ada, room.id, "x" * 300_001, based_on=text_hash(""), at=START)
    change_room(session, ada, room.id, RoomChanged(archived=True), at=START)
    with pytest.raises(Conflict):
        begin_report(session, ada, room.id, at=START)


def ben_as(actor: Actor, role: Role) -> Actor:
    return Actor(actor.person_id, actor.name, {"*": role}, via="session")


def test_the_panel_takes_a_form_and_shows_versions(
    app: FastAPI, browser_of: Callable[[Actor], TestClient]
) -> None:
    with app.state.services.database.write() as session:
        room, ada, ben, gus = a_room(session)
        room_id = room.id
    browser, path = browser_of(ada), f"/en/rooms/{room_id}/report"
    headers = {"Origin": "http://testserver"}
    assert browser.get(path).status_code == 200
    saved = browser.post(path, data={"text": "# One\n<b>x</b>", "based_on": text_hash("")}, headers=headers)
    assert saved.status_code == 200
    assert "Version 1" in saved.text
    late = browser_of(ben).post(path, data={"text": "Lost?", "based_on": text_hash("")}, headers=headers)
    assert late.status_code == 409
    assert "Lost?" in late.text
    shown = browser.get(f"{path}/versions/1")
    assert text_hash("# One\n<b>x</b>") in shown.text
    assert "<b>x</b>" not in shown.text
    assert browser.get(f"{path}/versions/9").status_code == 404
    assert browser_of(gus).get(path).status_code == 403
    sentence = "This report bears TLP:AMBER, the strictest marking that this room had since it was begun."
    assert sentence not in browser.get(path).text
    with app.state.services.database.write() as session:
        change_room(session, ada, room_id, RoomChanged(tlp=Tlp.GREEN), at=START)
    assert sentence in browser.get(path).text
    refused = browser_of(gus).get(path)
    assert refused.status_code == 403
    assert "The report bears the marking TLP:AMBER, which keeps it from you." in refused.text
    assert browser_of(gus).get(f"{path}/versions/1").status_code == 404
