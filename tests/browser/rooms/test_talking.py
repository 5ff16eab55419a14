"""Two people in one room: what one says reaches the other, once, whatever the line does."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from collab_chat.actions.rooms import add_member, create_room
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.service.transactions import changing
from common.accounts.actors import Role
from tests.browser.rooms.hands import (
    EXPECT,
    FIELD,
    Served,
    attach,
    connected,
    messages_in,
    room_id,
    said,
    say,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


def test_without_script(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    page = open_page(room, email="ben", script=False)
    page.fill(FIELD, "Sent by a plain form")
    page.click(".composer-send")
    expect(page.locator(".msg-body").last).to_have_text("Sent by a plain form")
    page.locator(".msg-more").last.click(force=True)
    expect(page.locator("#panel-title")).to_have_text("Message")


def test_what_could_not_be_fetched_is_fetched_again(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    ben.route("**/stretch?*", lambda route: route.fulfill(status=503), times=1)
    attach(ada, "proof.txt")
    expect(ada.locator("#toasts")).to_contain_text("proof.txt is attached", timeout=EXPECT)
    say(ada, "With the proof")
    said(ben, "With the proof")


def test_more_lines_than_one_question_brings(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    ben = connected(open_page(room, email="ben"))
    ben.context.set_offline(True)
    expect(ben.locator("[data-net]")).to_have_attribute("data-is", "offline", timeout=EXPECT)
    services = served.app.state.services
    with changing(services) as session:
        for number in range(120):
            task = TaskForm(text=f"Call station {number}")
            add_task(session, served.ada, room_id(room), task, at=services.clock())
    ben.context.set_offline(False)
    expect(ben.locator(".line", has_text="Call station 0")).to_have_count(1, timeout=EXPECT)
    expect(ben.locator(".line", has_text="Call station")).to_have_count(120, timeout=EXPECT)


def test_a_room_that_one_is_brought_into_comes_into_the_rail(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    ben = connected(open_page(room, email="ben"))
    services = served.app.state.services
    with changing(services) as session:
        assert served.ben.person_id
        made = create_room(session, served.ada, "Flood watch", at=services.clock())
        add_member(session, served.ada, made.id, served.ben.person_id, Role.MEMBER, at=services.clock())
        new = f"/en/rooms/{made.id}"
    ben.evaluate("dispatchEvent(new Event('focus'))")
    expect(ben.locator(".rail-room", has_text="Flood watch")).to_have_count(1, timeout=EXPECT)
    ada = connected(open_page(new, email="ada"))
    say(ada, "Water at the bridge")
    expect(ben.locator(".rail-unread", has_text="Flood watch")).to_have_count(1, timeout=EXPECT)


def test_who_is_signed_out_is_told_so_and_loses_nothing(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    ben = connected(open_page(room, email="ben"))
    (cookie,) = [one for one in ben.context.cookies() if one["name"] == "sign_in"]
    ben.context.clear_cookies(name="sign_in")
    ben.context.set_offline(True)
    expect(ben.locator("[data-net]")).to_have_attribute("data-is", "offline", timeout=EXPECT)
    ben.context.set_offline(False)
    expect(ben.locator("[data-net]")).to_contain_text("You are signed out.", timeout=EXPECT)
    say(ben, "Am I heard?")
    expect(ben.locator("[data-net]")).to_contain_text("1 message waits")
    ben.context.add_cookies([cookie])  # type: ignore[list-item] # what was given is taken back
    ben.locator("[data-net]").get_by_text("Sign in").click()
    said(connected(ben), "Am I heard?")
    assert messages_in(served, room, "Am I heard?") == 1
