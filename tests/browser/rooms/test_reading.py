"""What is new, what is old, and how far one has read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from collab_chat.actions.messages import Draft, post_message, redact_message
from collab_chat.models import ReadPointer, Room
from collab_chat.service.transactions import changing
from tests.browser.rooms.hands import EXPECT, Served, attach, connected, room_id, said, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


def read_up_to(served: Served, path: str) -> int:
    with served.app.state.services.database.read() as session:
        pointer = session.get(ReadPointer, (room_id(path), served.ben.person_id))
        return pointer.seq if pointer else 0


def connected_at(page: Page, path: str) -> Page:
    page.goto(path)
    return connected(page)


def test_a_file_that_comes_while_one_reads_above_is_counted(
    room: str, open_page: Callable[..., Page]
) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    say(ada, "\n".join(f"Station {number}" for number in range(80)))
    said(ben, "Station 79")
    ben.locator("[data-scroll]").evaluate("box => { box.scrollTop = 0 }")
    attach(ada, "list.txt")
    expect(ada.locator("#toasts")).to_contain_text("list.txt is attached", timeout=EXPECT)
    say(ada, "The list")
    expect(ben.locator("[data-to-end]")).to_have_text("1 new message", timeout=EXPECT)
    expect(ben.locator(".new-line + .msg")).to_contain_text("The list")


def test_what_follows_a_commands_answer_stands_below_it(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    say(ada, "Before")
    said(ada, "Before")
    say(ada, "/help")
    expect(ada.locator(".whisper")).to_have_count(1, timeout=EXPECT)
    say(ben, "After")
    said(ada, "After")
    say(ada, "Mine")
    said(ada, "Mine")
    expect(ada.locator(".whisper + .msg")).to_contain_text("After")
    expect(ada.locator(".messages > li").last).to_contain_text("Mine")


def test_many_new_messages_are_begun_where_they_begin(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    services = served.app.state.services
    ben = connected(open_page(room, email="ben"))
    say(ben, "I go to lunch")
    said(ben, "I go to lunch")
    last = int(ben.locator(".messages > [data-seq]").last.get_attribute("data-seq") or 0)
    ben.wait_for_timeout(2_500)  # until it is told that this was read
    ben.goto("/en/rooms/")
    with changing(services) as session:
        for number in range(120):
            post_message(session, served.ada, room_id(room), Draft(f"Station {number}"), at=services.clock())
    ben.goto(room)
    connected(ben)
    ben.wait_for_timeout(2_500)
    expect(ben.locator(".new-line")).to_be_in_viewport()
    assert read_up_to(served, room) <= last, "what stands below what is shown is not read"
    older = ben.locator("[data-older]")
    for _try in range(
        20
    ):  # they come by the link, and by themselves as one nears the top: it may go under the hand
        if older.is_hidden():
            break
        older.locator("a").evaluate("link => link.click()")
        ben.wait_for_timeout(300)
    expect(ben.locator(".new-line + .msg")).to_contain_text("Station 0", timeout=EXPECT)


def test_who_reads_what_is_old_can_read_on_and_write(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    services = served.app.state.services
    with changing(services) as session:
        for number in range(120):
            post_message(session, served.ada, room_id(room), Draft(f"Station {number}."), at=services.clock())
    ben = connected(open_page(f"{room}?at=10#m10", email="ben"))
    expect(ben.locator(".msg", has_text="Station 80.")).to_have_count(0)
    ben.get_by_role("link", name="Later messages").click()
    expect(ben.locator(".msg", has_text="Station 80.")).to_have_count(1, timeout=EXPECT)
    say(connected(ben), "I have read all that")
    said(ben, "I have read all that")
    assert ben.url.endswith(room)


def test_a_second_message_in_a_row_can_be_reached_by_touch(
    served: Served, room: str, open_page: Callable[..., Page], address: str
) -> None:
    ada = connected(open_page(room, email="ada"))
    for text in ("One", "Two"):
        say(ada, text)
        said(ada, text)
    browser = ada.context.browser
    assert browser
    phone = browser.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        storage_state=ada.context.storage_state(),
    )
    page = connected_at(phone.new_page(), room)
    grouped = page.locator(".msg.grouped", has_text="Two")
    grouped.locator(".msg-body").tap()
    expect(grouped.locator(".msg-more")).to_have_css("opacity", "1")
    phone.close()


def test_a_removed_reply_counts_no_more(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    services, here = served.app.state.services, room_id(room)
    with changing(services) as session:
        begun = post_message(session, served.ada, here, Draft("Who calls?"), at=services.clock()).seq
        for text in ("I do", "I, too"):
            last = post_message(session, served.ben, here, Draft(text, thread=begun), at=services.clock()).seq
    ada = connected(open_page(room, email="ada"))
    expect(ada.locator(".msg-replies:visible")).to_have_text("2 replies")
    with changing(services) as session:
        redact_message(session, served.ben, here, last, at=services.clock())
    expect(ada.locator(".msg-replies:visible")).to_have_text("1 reply", timeout=EXPECT)
