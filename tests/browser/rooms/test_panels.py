"""The panel beside the conversation."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from collab_chat.actions.marking import pin_message
from collab_chat.actions.messages import Draft, post_message
from collab_chat.service.transactions import changing
from tests.browser.conftest import serious_violations
from tests.browser.rooms.hands import EXPECT, FIELD, Served, connected, room_id, said, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


SLOW = """() => {
  const real = window.fetch
  window.fetch = async (...asked) => {
    window.fetch = real
    const answer = await real(...asked)
    await new Promise((done) => setTimeout(done, 1500))
    return answer
  }
}"""


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


def test_what_is_pinned_says_its_day(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    services = served.app.state.services
    before = services.clock() - timedelta(days=9)
    with changing(services) as session:
        old = post_message(session, served.ada, room_id(room), Draft("Said long ago"), at=before)
        pin_message(session, served.ada, room_id(room), old.seq, on=True, at=services.clock())
    ada = connected(open_page(f"{room}/pins", email="ada"))
    expect(ada.locator("#panel .msg-time")).to_contain_text(before.strftime("%b"))
