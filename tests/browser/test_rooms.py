"""Two people in one room: what one says the other sees, edits reach who was away, what was said offline is sent once, all by keys."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import func, select

from collab_chat.actions.appending import Marking
from collab_chat.actions.marking import pin_message, set_reaction
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.actions.rooms import add_member, create_room
from collab_chat.models import Message, ReadPointer, Room
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import Actor, Role
from common.accounts.models import Person
from tests.browser.conftest import serious_violations
from tests.browser.serving import served_toolkit
from tests.collab_chat.making import organisation, person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPECT = 10_000  # milliseconds: shared machines are sometimes slow
FIELD = "[data-composer=main] textarea"


@dataclass
class Served:
    """A served toolkit, its two people and their room."""

    app: FastAPI
    ada: Actor
    ben: Actor
    room: str
    other: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_toolkit(tmp_path_factory.mktemp("rooms"), tools=("collab_chat",)) as app:
        services = app.state.services
        at = services.clock() - timedelta(hours=2)
        with changing(services) as session:
            north, south = organisation(session, "North Desk"), organisation(session, "South Lab")
            ada = person(session, "Ada", Role.COORDINATOR, north)
            ben = person(session, "Ben", Role.REVIEWER, south)
            room = create_room(session, ada, "Vote watch", topic="What is said about voting", at=at)
            other = create_room(session, ada, "Night desk", at=at)
            for one in (room, other):
                assert ben.person_id
                add_member(session, ada, one.id, ben.person_id, Role.REVIEWER, at=at)
            rooms = str(room.id), str(other.id)
        yield Served(app, ada, ben, *rooms)


@pytest.fixture(scope="module")
def address(served: Served) -> str:
    return str(served.app.state.services.settings.public_url)


@pytest.fixture(scope="module")
def signed_in(served: Served, browser: Browser, address: str) -> Callable[[str], StorageState]:
    """Sign Ada or Ben in, by their sign-in cookie."""
    known: dict[str, StorageState] = {}

    def cookies_of(name: str) -> StorageState:
        if name not in known:
            services = served.app.state.services
            actor = served.ada if name == "ada" else served.ben
            with services.database.write() as session:
                who = session.get_one(Person, actor.person_id)
                token = open_sign_in(session, who, browser="test", at=services.clock(), days=14)
            context = browser.new_context(base_url=address)
            context.add_cookies([{"name": "sign_in", "value": token, "url": address}])
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return cookies_of


@pytest.fixture
def room(served: Served) -> str:
    """A fresh room of both for each test; its path."""
    services = served.app.state.services
    with changing(services) as session:
        made = create_room(session, served.ada, "Vote watch", topic="What is said", at=services.clock())
        assert served.ben.person_id
        add_member(session, served.ada, made.id, served.ben.person_id, Role.REVIEWER, at=services.clock())
        return f"/en/rooms/{made.id}"


def connected(page: Page) -> Page:
    expect(page.locator("[data-net]")).to_have_attribute("data-is", "live", timeout=EXPECT)
    return page


def say(page: Page, text: str) -> None:
    page.fill(FIELD, text)
    page.press(FIELD, "Enter")


def said(page: Page, text: str) -> None:
    expect(
        page.locator(".messages > .msg[data-seq]:not(.msg-waiting) .msg-body", has_text=text).first
    ).to_be_visible(timeout=EXPECT)


def messages_in(served: Served, path: str, text: str) -> int:
    with served.app.state.services.database.read() as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(Message)
                .where(Message.room_id == room_id(path), Message.text == text)
            )
            or 0
        )


def room_id(path: str) -> uuid.UUID:
    return uuid.UUID(path.rsplit("/", 1)[1])


def test_two_people_talk(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    say(ada, "Look at **this** @Ben")
    said(ada, "Look at this @Ben")
    said(ben, "Look at this @Ben")
    assert ben.locator(".msg-body strong").inner_text() == "this"
    expect(ben.locator(".mention-me")).to_have_text("@Ben")
    expect(ben.locator("[data-announce]")).to_contain_text("Ada: Look at this", timeout=EXPECT)
    say(ben, "Seen")
    said(ada, "Seen")
    say(ben, "One more")
    said(ada, "One more")
    expect(ada.locator(".msg").last).to_have_class(re.compile("grouped"))
    ben.locator(".msg", has_text="Look at").hover()
    ben.locator("[data-tool=react]").nth(1).click()
    expect(ada.locator(".reaction")).to_contain_text("1", timeout=EXPECT)
    ada.locator(".reaction").click()
    expect(ben.locator(".reaction")).to_contain_text("2", timeout=EXPECT)


def test_an_edit_reaches_who_was_away(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    say(ada, "Stations close at noon")
    said(ben, "Stations close at noon")
    ben.context.set_offline(True)
    expect(ben.locator("[data-net]")).to_have_attribute("data-is", "offline", timeout=EXPECT)
    ada.press(FIELD, "ArrowUp")
    expect(ada.locator("[data-composer-note]")).to_contain_text("editing")
    ada.fill(FIELD, "Stations close at eight")
    ada.press(FIELD, "Enter")
    said(ada, "Stations close at eight")
    ben.context.set_offline(False)
    said(ben, "Stations close at eight")
    expect(ben.locator(".msg-edited:visible")).to_have_count(1)
    expect(ben.locator(".msg", has_text="at noon")).to_have_count(0)


def test_what_is_said_offline_is_sent_once(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    ben.context.set_offline(True)
    expect(ben.locator("[data-net]")).to_have_attribute("data-is", "offline", timeout=EXPECT)
    say(ben, "Written in a tunnel")
    say(ben, "And another")
    expect(ben.locator("[data-net]")).to_contain_text("2 messages wait")
    expect(ben.locator(".msg-waiting")).to_have_count(2)
    ben.context.set_offline(False)
    said(ada, "And another")
    said(ben, "And another")
    expect(ben.locator(".msg-waiting")).to_have_count(0)
    expect(ben.locator("[data-net]")).to_have_text("Connected")
    ben.reload()
    connected(ben)
    assert messages_in(served, room, "Written in a tunnel") == 1
    assert ada.locator(".msg-body", has_text="Written in a tunnel").count() == 1


def test_where_no_socket_is_let_through(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), open_page("/en/rooms/", email="ben")
    ben.route_web_socket(re.compile("/rooms/socket"), lambda socket: socket.close())
    ben.goto(room)
    expect(ben.locator("[data-net]")).to_have_attribute("data-is", "slow", timeout=3 * EXPECT)
    say(ben, "By the slow way")
    said(ada, "By the slow way")
    said(ben, "By the slow way")
    say(ada, "It works")
    said(ben, "It works")


def test_a_reload_loses_neither_draft_nor_unsent(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    ben = connected(open_page(room, email="ben"))
    ben.fill(FIELD, "half a thou")
    ben.wait_for_timeout(400)
    ben.reload()
    expect(ben.locator(FIELD)).to_have_value("half a thou")


def test_without_a_mouse(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    say(ada, "A first one")
    said(ben, "A first one")
    ben.keyboard.press("c")
    expect(ben.locator(FIELD)).to_be_focused()
    ben.keyboard.type("Hello @a")
    expect(ben.locator(".suggestions li").first).to_contain_text("Ada")
    ben.keyboard.press("Enter")
    ben.keyboard.type("and all")
    ben.keyboard.press("Enter")
    said(ada, "Hello @Ada and all")
    ben.locator("[data-scroll]").focus()
    ben.keyboard.press("k")
    ben.keyboard.press("k")
    expect(ben.locator(".msg:focus .msg-body")).to_have_text("A first one")
    ben.keyboard.press("r")
    expect(ben.locator("#panel textarea")).to_be_focused(timeout=EXPECT)
    ben.keyboard.type("An answer in the thread")
    ben.keyboard.press("Enter")
    said(ben, "An answer in the thread")
    expect(ada.locator(".msg-replies:visible")).to_have_text("1 reply", timeout=EXPECT)


def test_editing_reacting_and_going_elsewhere_by_keys(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    say(ada, "A first one")
    said(ben, "A first one")
    say(ben, "Hello @Ada and all")
    said(ben, "Hello @Ada and all")
    ben.locator(".messages .msg", has_text="Hello").focus()
    ben.keyboard.press("e")
    expect(ben.locator(FIELD)).to_have_value("Hello @Ada and all")
    ben.keyboard.press("Escape")
    expect(ben.locator(FIELD)).to_have_value("")
    ben.locator(".messages .msg", has_text="first one").focus()
    ben.keyboard.press("+")
    ben.keyboard.press("ArrowRight")
    ben.keyboard.press("Enter")
    expect(ada.locator(".reaction")).to_have_count(1, timeout=EXPECT)
    ben.keyboard.press("Control+k")
    expect(ben.locator("[data-switch-search]")).to_be_focused()
    ben.keyboard.type("night")
    ben.keyboard.press("Enter")
    expect(ben.locator("h1")).to_have_text("Night desk", timeout=EXPECT)


def test_panels_open_beside_and_come_back(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada"))
    ada.click(".room-tools a[href$='/members']")
    expect(ada.locator("#panel-title")).to_have_text("Members")
    expect(ada.locator("#panel-title")).to_be_focused()
    expect(ada.locator("#panel .member")).to_have_count(2)
    assert ada.url.endswith("/members")
    ada.click(".room-tools a[href$='/settings']")
    expect(ada.locator("#panel-title")).to_have_text("Settings")
    ada.fill("#panel [name=topic]", "Ballots and rumours")
    ada.click("#panel form:first-of-type button[type=submit]")
    expect(ada.locator("#panel .notice")).to_contain_text("The room was changed")
    expect(ada.locator(".room-topic")).to_contain_text("Ballots and rumours", timeout=EXPECT)
    ada.go_back()
    expect(ada.locator("#panel-title")).to_have_text("Members")
    ada.click("[data-panel-close]")
    expect(ada.locator("#panel-title")).to_have_count(0)


def test_a_message_is_removed_and_pinned(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    say(ada, "Keep this")
    say(ada, "Lose this")
    said(ben, "Lose this")
    ada.locator(".messages .msg", has_text="Keep this").focus()
    ada.keyboard.press("m")
    expect(ada.locator("#panel .msg-body")).to_have_text("Keep this", timeout=EXPECT)
    ada.get_by_role("button", name="Pin to the room").click()
    expect(ben.locator(".msg-pin:visible")).to_have_count(1, timeout=EXPECT)
    ada.locator(".messages .msg", has_text="Lose this").focus()
    ada.keyboard.press("m")
    expect(ada.locator("#panel .msg-body")).to_have_text("Lose this", timeout=EXPECT)
    ada.get_by_text("Remove for everybody").click()
    ada.click("#panel .button-danger")
    ada.click("#confirm .button-danger")
    expect(ben.locator(".msg-gone")).to_contain_text("was removed", timeout=EXPECT)
    expect(ben.get_by_text("Lose this")).to_have_count(0)


SLOW = """() => {
  const real = window.fetch
  window.fetch = async (...asked) => {
    window.fetch = real
    const answer = await real(...asked)
    await new Promise((done) => setTimeout(done, 1500))
    return answer
  }
}"""


def test_news_do_not_take_the_place_of_what_was_asked_for(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(f"{room}/tasks", email="ada"))
    ben = connected(open_page(f"{room}/tasks", email="ben"))
    ada.evaluate(SLOW)
    ada.click(
        ".room-tabs [data-part-link=files]"
    )  # slow to come; meanwhile the panel that is shown would be shown anew
    ben.fill("#text-new", "Call the town hall")
    ben.click("#panel form:has(#text-new) button[type=submit]")
    expect(ada.get_by_text("Call the town hall").first).to_be_visible(timeout=EXPECT)
    expect(ada.locator("#panel-title")).to_have_text("Files", timeout=EXPECT)
    ada.wait_for_timeout(1000)
    expect(ada.locator("#panel-title")).to_have_text("Files")


def test_a_late_answer_does_not_take_the_cursor_away(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada"))
    say(ada, "Keep this")
    said(ada, "Keep this")
    ada.locator(".messages .msg", has_text="Keep this").focus()
    ada.keyboard.press("m")
    ada.evaluate(SLOW)
    ada.get_by_role("button", name="Pin to the room").click()
    ada.focus(FIELD)
    ada.keyboard.type("I go on ")
    expect(ada.get_by_role("button", name="Unpin")).to_be_visible(timeout=EXPECT)
    ada.keyboard.type("writing")
    expect(ada.locator(FIELD)).to_have_value("I go on writing")


def test_the_cursor_stays_on_a_message_that_is_drawn_anew(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada"))
    ada.context.set_offline(True)
    say(ada, "Not stored yet")
    ada.locator(".messages .msg", has_text="Not stored yet").focus()
    ada.context.set_offline(False)
    said(ada, "Not stored yet")
    ada.keyboard.press("m")
    expect(ada.get_by_role("button", name="Pin to the room")).to_be_visible(timeout=EXPECT)


def test_without_script(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    page = open_page(room, email="ben", script=False)
    page.fill(FIELD, "Sent by a plain form")
    page.click(".composer-send")
    expect(page.locator(".msg-body").last).to_have_text("Sent by a plain form")
    page.locator(".msg-more").last.click(force=True)
    expect(page.locator("#panel-title")).to_have_text("Message")


def test_reading_moves_the_pointer(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada"))
    say(ada, "Who has read this?")
    said(ada, "Who has read this?")
    ben = connected(open_page(room, email="ben"))
    said(ben, "Who has read this?")
    ben.wait_for_timeout(2_500)
    with served.app.state.services.database.read() as session:
        pointer = session.get(ReadPointer, (room_id(room), served.ben.person_id))
        head = session.get_one(Room, room_id(room)).head_seq
    assert pointer is not None
    assert pointer.seq == head


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 1280, "light"), ("fr", 1280, "dark"), ("en", 390, "dark"), ("fr", 390, "light")],
)
def test_accessible_at_any_width(
    served: Served, room: str, open_page: Callable[..., Page], language: str, width: int, scheme: str
) -> None:
    tell_a_story(served, room)
    path = room.replace("/en/", f"/{language}/")
    for each in (path, f"{path}/members", f"{path}/settings", f"{path}/pins", f"/{language}/rooms/"):
        page = open_page(each, email="ada", width=width, scheme=scheme)
        page.wait_for_timeout(300)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow == 0, each
        assert serious_violations(page) == [], each
        page.context.close()


def tell_a_story(served: Served, path: str) -> None:
    """Put one of each thing into a room."""
    services, at = served.app.state.services, served.app.state.services.clock()
    with changing(services) as session:
        here = room_id(path)
        first = post_message(
            session, served.ada, here, Draft("**Bold** and `code`\n\n- one\n- two\n\n> quoted"), at=at
        )
        post_message(session, served.ben, here, Draft("@Ada https://example.org/"), at=at)
        post_message(session, served.ben, here, Draft("In the thread", thread=first.seq), at=at)
        set_reaction(session, served.ben, here, first.seq, "👀", on=True, at=at)
        pin_message(session, served.ada, here, first.seq, on=True, at=at)
        edit_message(session, served.ada, here, first.seq, "**Bold** and `code`, edited", at=at)
        gone = post_message(session, served.ben, here, Draft("Gone"), at=at)
        redact_message(session, served.ben, here, gone.seq, at=at)
        post_message(session, served.ada, here, Draft("For North", marking=Marking(Tlp.AMBER_STRICT)), at=at)


def test_on_paper_stands_what_was_said_and_nothing_that_is_pressed(
    room: str, open_page: Callable[..., Page]
) -> None:
    page = connected(open_page(room, email="ada"))
    say(page, "Read [the notice](https://example.org/notice), or https://example.org/plain")
    said(page, "Read the notice")
    said(page, "https://example.org/plain")
    page.emulate_media(media="print")
    expect(page.locator(".msg-body", has_text="Read the notice")).to_be_visible()
    for shown in (".room-head h1", ".room-head .tlp", ".msg-time", ".day"):
        expect(page.locator(shown).first).to_be_visible()
    for gone in (".masthead", ".rail", ".composer", ".room-tools", ".room-tabs", ".room-state", ".msg-more"):
        expect(page.locator(gone).first).to_be_hidden()
    behind = "one => getComputedStyle(one, '::after').content"
    assert page.locator(".msg-body a", has_text="the notice").evaluate(behind) != "none"
    assert page.locator(".msg-body a.bare").evaluate(behind) == "none"
    assert page.evaluate("getComputedStyle(document.body).overflow") == "visible"
    page.emulate_media(media="screen")
    page.goto(f"{room}/members")
    page.emulate_media(media="print")
    expect(page.locator(".members")).to_be_visible()
    for gone in (".msg-body", ".panel-body form", ".side .button", ".rail"):
        expect(page.locator(gone).first).to_be_hidden()


def test_players_are_found_by_name_and_play_one_role(open_page: Callable[..., Page]) -> None:
    page = open_page("/en/rooms/exercises", email="ada")
    page.locator("main form:has(input[name=key]) button").first.click()
    page.wait_for_url("**/exercises/*-*")
    assert serious_violations(page) == []
    ben = page.locator("[data-choosing-one]", has_text="Ben")
    page.fill("[data-choosing-filter]", "south")
    expect(page.locator("[data-choosing-one]", has_text="Ada").first).to_be_hidden()
    ben.nth(0).locator("input").check()
    ben.nth(1).locator("input").check()
    expect(page.locator("[data-choosing-one] input:checked")).to_have_count(1)
    page.fill("[data-choosing-filter]", "nobody at all")
    expect(page.locator("[data-choosing-one]:visible")).to_have_count(1)
    expect(page.locator("[data-choosing-found]")).to_have_text("Nobody here is called that.")
    page.locator("main form .form-foot button").click()
    expect(page.locator(".exercise-roles dd").nth(1)).to_have_text("Ben")
