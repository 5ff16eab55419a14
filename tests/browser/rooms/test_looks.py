"""A room at any width, in any light, and on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from collab_chat.actions.appending import Marking
from collab_chat.actions.marking import pin_message, set_reaction
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from tests.browser.conftest import serious_violations
from tests.browser.rooms.hands import Served, connected, room_id, said, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
