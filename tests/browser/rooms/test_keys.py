"""A room without a mouse, and what is told to who does not see it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.rooms.hands import EXPECT, FIELD, connected, said, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


def test_the_cursor_stays_on_a_message_that_is_drawn_anew(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada"))
    ada.context.set_offline(True)
    say(ada, "Not stored yet")
    ada.locator(".messages .msg", has_text="Not stored yet").focus()
    ada.context.set_offline(False)
    said(ada, "Not stored yet")
    ada.keyboard.press("m")
    expect(ada.get_by_role("button", name="Pin to the room")).to_be_visible(timeout=EXPECT)


def test_what_is_shown_is_told_to_screen_readers(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada", width=390))
    ada.click(".room-tools a[href$='/members']")
    expect(ada.locator("#panel-title")).to_have_text("Members")
    expect(ada.locator("[data-show=panel]")).to_have_attribute("aria-current", "true")
    expect(ada.locator("[data-show=talk]")).not_to_have_attribute("aria-current", re.compile(""))
    expect(ada.locator(".room-tools a[href$='/members']")).to_have_attribute("aria-current", "true")
