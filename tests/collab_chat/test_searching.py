"""Search: what somebody may read and nothing else, as it stands now, alike on both databases."""

import uuid
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking, append
from collab_chat.actions.cases import CaseForm, edit_case, open_case
from collab_chat.actions.evidence import EvidenceForm, add_evidence
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.actions.projecting import forget_projections, project
from collab_chat.actions.rooms import add_member, founding, leave_room
from collab_chat.core.search_box import read_box
from collab_chat.core.snippets import snippet
from collab_chat.models import Event, Room, Signal
from collab_chat.queries.searching import Results, search
from collab_chat.schemas.cases import Abcde
from collab_chat.schemas.events import EvidenceCaptured, FileRef
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import ANONYMOUS, Actor, Role
from common.db import Database
from common.errors import SignInNeeded
from tests.collab_chat.making import START, organisation, person, room_with


def ask(
    session: Session, actor: Actor, typed: str, room: uuid.UUID | None = None
) -> list[tuple[str, int | None]]:
    return [(one.what, one.seq) for one in search(session, actor, read_box(typed), room_id=room).found]


def text_of(results: Results) -> list[str]:
    return ["".join(f"[{p.text}]" if p.found else p.text for p in one.body) for one in results.found]


def test_messages_are_found_as_they_stand_now(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        seq = post_message(
            session, ada, room.id, Draft("Fausses adresses de bureaux de vote à Évry"), at=START
        ).seq
        assert ask(session, ada, "evry") == [("message", seq)]
        assert ask(session, ada, "bur") == [("message", seq)]  # the beginning of a word
        assert ask(session, ada, '"bureaux de vote"') == [("message", seq)]
        assert ask(session, ada, '"bureaux vote"') == []
        assert text_of(search(session, ada, read_box("ÉVRY adres"))) == [
            "Fausses [adresses] de bureaux de vote à [Évry]"
        ]
        edit_message(session, ada, room.id, seq, "Nothing to see", at=START)
        assert ask(session, ada, "evry") == []
        assert ask(session, ada, "nothing") == [("message", seq)]
        redact_message(session, ada, room.id, seq, "wrong", at=START)
        assert ask(session, ada, "nothing") == []


def test_files_quotes_and_attachments_are_words_too(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        seq = post_message(
            session,
            ada,
            room.id,
            Draft("", attachments=[{"title": "Zebra alert", "text": "see https://a.example/x_y-z?q=1"}]),
            at=START,
        ).seq
        assert ask(session, ada, "zebra") == [("message", seq)]
        assert ask(session, ada, "a.example/x_y-z") == [("message", seq)]


@pytest.mark.parametrize(
    "typed", ["", '"', "'; DROP TABLE x --", "AND OR NOT", "NEAR(", "*", "a*b", "(", "room:", "from:", "title:x", "{title}:x",
              "before:2026-99-99", "has:dragon", "\0", "-x", "^x", "💥", "%", "_", "!!!", "a" * 10_000, "& | ! <->", "\\", "x:*"],
)  # fmt: skip
def test_whatever_is_typed_only_finds_or_does_not(database: Database, typed: str) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        post_message(session, ada, room.id, Draft("Something quite different: dragons"), at=START)
        assert search(session, ada, read_box(typed)).page == 1


def test_filters_narrow(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        north = room_with(session, ada, (ben, Role.MEMBER), name="Team north").id
        south = room_with(session, ada, name="Team south").id
        one = post_message(session, ada, north, Draft("vote here"), at=START).seq
        two = post_message(session, ben, north, Draft("vote https://x.example"), at=START.replace(day=5)).seq
        three = post_message(session, ada, south, Draft("vote there"), at=START.replace(day=9)).seq
        assert ask(session, ada, "vote") == [("message", three), ("message", two), ("message", one)]
        assert ask(session, ada, "vote", north) == [("message", two), ("message", one)]
        assert ask(session, ada, 'vote room:"team south"') == [("message", three)]
        assert ask(session, ada, "vote from:@ben") == [("message", two)]
        assert ask(session, ada, "vote after:2026-11-05") == [("message", three)]
        assert ask(session, ada, "vote before:2026-11-05") == [("message", one)]
        assert ask(session, ada, "has:link") == [("message", two)]
        assert ask(session, ada, "has:file") == []
        assert ask(session, ben, "vote") == [("message", two), ("message", one)]


def test_who_left_finds_nothing_there(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben", Role.ADMIN)
        room = room_with(session, ada, (ben, Role.MEMBER)).id
        post_message(session, ada, room, Draft("vote here"), at=START)
        assert len(ask(session, ben, "vote")) == 1
        leave_room(session, ada, room, ben.person_id, at=START)
        assert ask(session, ben, "vote") == []
        with pytest.raises(SignInNeeded):
            search(session, ANONYMOUS, read_box("vote"))


@pytest.mark.parametrize("tlp", list(Tlp))
@pytest.mark.parametrize("what", ["message", "evidence"])
def test_markings_hold_in_search(database: Database, tlp: Tlp, what: str) -> None:
    with database.write() as session:
        ours, theirs = organisation(session, "Ours"), organisation(session, "Theirs")
        ada, cid = person(session, "Ada", Role.COORDINATOR, ours), person(session, "Cid", Role.MEMBER, ours)
        ben, gus = person(session, "Ben", Role.MEMBER, theirs), person(session, "Gus", Role.GUEST, ours)
        room = room_with(session, ada, (ben, Role.MEMBER), (cid, Role.MEMBER), (gus, Role.GUEST))
        session.get_one(Room, room.id).tlp = Tlp.CLEAR.value
        assert ben.person_id is not None
        marking = Marking(tlp, frozenset({ben.person_id}) if tlp is Tlp.RED else frozenset())
        if what == "message":
            post_message(session, ada, room.id, Draft("dragons", marking=marking), at=START)
        else:
            form = EvidenceForm(url="https://dragons.example", marking=marking)
            add_evidence(session, ada, room.id, form, at=START)
        allowed = {
            Tlp.CLEAR: {"Ada", "Ben", "Cid", "Gus"},
            Tlp.GREEN: {"Ada", "Ben", "Cid", "Gus"},
            Tlp.AMBER: {"Ada", "Ben", "Cid"},
            Tlp.AMBER_STRICT: {"Ada", "Cid"},
            Tlp.RED: {"Ada", "Ben"},
        }[tlp]
        for actor in (ada, ben, cid, gus):
            results = search(session, actor, read_box("dragons"))
            assert len(results.found) == results.count == int(actor.name in allowed), actor.name


def captured(seq: int) -> EvidenceCaptured:
    ref = FileRef(sha256="a" * 64, name="x.warc.gz", media_type="application/gzip", size=1)
    return EvidenceCaptured(
        evidence=seq, status=200, final_url="https://x.example", title="Unicorns vote", text_excerpt="seen at noon",
        at=START, body_sha256="b" * 64, warc=ref,
    )  # fmt: skip


def test_a_rebuilt_room_is_found_alike(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        post_message(session, ada, room.id, Draft("unicorns here"), at=START)
        seq = add_evidence(session, ada, room.id, EvidenceForm(url="https://x.example"), at=START).seq
        append(session, founding(session, ada, room.id), captured(seq), at=START)
        live = ask(session, ada, "unicorns")
        assert len(live) == 2
        assert ask(session, ada, "noon") == [("evidence", seq)]
        forget_projections(session, room.id)
        assert ask(session, ada, "unicorns") == []
        for event in session.scalars(select(Event).where(Event.room_id == room.id).order_by(Event.seq)).all():
            project(session, room, event)
        assert ask(session, ada, "unicorns") == live


def test_cases_and_signals_are_found(database: Database) -> None:
    with database.write() as session:
        ours = organisation(session, "Ours")
        ada, gus = person(session, "Ada", Role.COORDINATOR, ours), person(session, "Gus", Role.GUEST)
        case = open_case(session, ada, CaseForm("Basilisk", "a rumour"), at=START)
        room, number = session.get_one(Room, case.room_id), case.number
        edit_case(session, ada, room.id, abcde=Abcde(actor="Nobody"), at=START)
        assert gus.person_id is not None
        add_member(session, ada, room.id, gus.person_id, Role.GUEST, at=START)
        for tlp in (Tlp.GREEN, Tlp.RED):
            session.add(
                Signal(
                    source="form",
                    title=f"Basilisk {tlp.value}",
                    tlp=tlp.value,
                    first_at=START,
                    last_at=START,
                    raised_at=START,
                )
            )
        session.flush()
        assert sorted(ask(session, ada, "basilisk"), key=str) == [("case", None), ("signal", None)]
        assert ask(session, ada, "nobody") == [("case", None)]
        assert ask(session, ada, f"basilisk room:#{number}") == [("case", None)]
        assert ask(session, gus, "basilisk") == []  # the room is AMBER; guests see no signals
        assert ask(session, ada, "basilisk", room.id) == [("case", None)]
        edit_case(session, ada, room.id, title="Griffin", at=START)
        assert ask(session, ada, f"basilisk room:#{number}") == []
        assert ask(session, ada, "griffin") == [("case", None)]


def test_a_page_is_full_and_there_is_a_next(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        room = room_with(session, ada, (ben, Role.MEMBER)).id
        assert ada.person_id is not None
        for number in range(50):
            marking = Marking(Tlp.RED, frozenset({ada.person_id})) if number % 2 else Marking()
            post_message(session, ada, room, Draft(f"vote {number}", marking=marking), at=START)
        first, second = (search(session, ben, read_box("vote"), page=page) for page in (1, 2))
    assert (len(first.found), len(second.found), first.count) == (20, 5, 25)


Browsers = Callable[[Actor], TestClient]


def test_the_pages_show_marked_words_and_no_markup(app: FastAPI, browser_of: Browsers) -> None:
    with app.state.services.database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada).id
        seq = post_message(session, ada, room, Draft("<img src=x onerror=y> unicorns {page}"), at=START).seq
    browser = browser_of(ada)
    for place in ("/en/rooms/search", f"/en/rooms/{room}/search"):
        assert browser.get(place).status_code == 200
        page = browser.get(place, params={"q": "unicorns"}).text
        assert "&lt;img src=x onerror=y&gt; <mark>unicorns</mark>" in page
        assert f"/rooms/{room}?at={seq}#m{seq}" in page
        assert "Nothing found" in browser.get(place, params={"q": "<script>x</script>"}).text
        assert "<script>x" not in browser.get(place, params={"q": "<script>x</script>"}).text
    part = browser.get(f"/en/rooms/{room}/search", params={"q": "unicorns"}, headers={"HX-Request": "true"})
    assert part.headers["x-room-panel"] == "search"
    assert "<html" not in part.text
    found = browser.get(
        "/api/v1/rooms/search", params={"q": "unicorns"}, headers={"Accept": "application/json"}
    ).json()
    assert found["count"] == 1
    assert "\x02unicorns\x03" in found["found"][0]["marked"]


def test_an_excerpt_of_a_message_has_no_markup(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada).id
        words = (
            "A **false** _polling_ place:\n\n> see `snake_case` [the *minutes*](https://example.org/dossier)"
        )
        post_message(session, ada, room, Draft(words), at=START)

        def excerpt(typed: str) -> tuple[str, list[str]]:
            [found] = search(session, ada, read_box(typed)).found
            return "".join(one.text for one in found.body), [one.text for one in found.body if one.found]

        shown = "A false polling place: see snake_case the minutes"
        assert excerpt("polling") == (shown, ["polling"])
        assert excerpt('"false polling" minut') == (shown, ["false polling", "minutes"])
        assert excerpt("has:link") == (shown, [])
        told, found = excerpt("dossier")  # it stands in the address alone
        assert (found, "(https://example.org/dossier)" in told) == (["dossier"], True)


def test_snippets_are_cut_around_what_was_found() -> None:
    text = "word " * 200 + "the DRAGONS’ lair " + "word " * 200
    pieces = snippet(text, read_box("dragons").terms)
    assert [piece.text for piece in pieces if piece.found] == ["DRAGONS"]
    assert sum(len(piece.text) for piece in pieces) < 240
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"
    assert snippet("x" * 1_000, ())[0].text == "x" * 220
