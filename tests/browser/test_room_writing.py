"""What one writes goes where it was meant to, with what belongs to it, or comes back; what others write is shown whole."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from collab_chat.actions.marking import pin_message
from collab_chat.actions.messages import Draft, post_message, redact_message
from collab_chat.actions.rooms import add_member, change_room, create_room
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.models import Message, ReadPointer
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from common.accounts.actors import Role
from tests.browser import test_rooms
from tests.browser.test_rooms import EXPECT, FIELD, Served, connected, messages_in, room_id, said, say
from tests.collab_chat.making import person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
served, address, signed_in, room = (
    test_rooms.served,
    test_rooms.address,
    test_rooms.signed_in,
    test_rooms.room,
)

UPLOAD = "[data-composer=main] [data-composer-upload]"
CHIPS = "[data-composer=main] [data-composer-files]"
SLOW_UPLOAD = """() => {
  const send = XMLHttpRequest.prototype.send
  XMLHttpRequest.prototype.send = function (body) { window.goOn = () => send.call(this, body) }
}"""


def attach(page: Page, name: str) -> None:
    page.set_input_files(UPLOAD, {"name": name, "mimeType": "text/plain", "buffer": name.encode()})


def test_a_file_that_is_still_on_its_way_is_not_left_behind(
    room: str, open_page: Callable[..., Page]
) -> None:
    ada = connected(open_page(room, email="ada"))
    ada.evaluate(SLOW_UPLOAD)
    attach(ada, "list.txt")
    say(ada, "Here is the list")
    expect(ada.locator("#toasts")).to_contain_text("list.txt is still being uploaded")
    expect(ada.locator(FIELD)).to_have_value("Here is the list")
    ada.evaluate("goOn()")
    expect(ada.locator("#toasts")).to_contain_text("list.txt is attached", timeout=EXPECT)
    ada.press(FIELD, "Enter")
    expect(ada.locator(".messages .msg", has_text="Here is the list").locator(".msg-file")).to_have_count(
        1, timeout=EXPECT
    )
    expect(ada.locator(f"{CHIPS} li")).to_have_count(0)


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


def test_a_draft_comes_back_with_its_marking(room: str, open_page: Callable[..., Page]) -> None:
    ada, ben = connected(open_page(room, email="ada")), connected(open_page(room, email="ben"))
    ada.select_option("[data-composer=main] [data-composer-tlp]", "red")
    ada.get_by_label("Ben").check()
    ada.fill(FIELD, "For Ben alone")
    ada.wait_for_timeout(400)
    ada.reload()
    connected(ada)
    expect(ada.locator(FIELD)).to_have_value("For Ben alone")
    expect(ada.locator("[data-composer=main] [data-composer-tlp]")).to_have_value("red")
    expect(ada.get_by_label("Ben")).to_be_checked()
    ada.press(FIELD, "Enter")
    said(ben, "For Ben alone")
    expect(ben.locator(".messages .msg", has_text="For Ben alone").locator(".tlp-red")).to_have_count(1)


def test_in_a_red_room_too_a_message_is_for_who_is_chosen(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    services, here = served.app.state.services, room_id(room)
    with changing(services) as session:
        cy = person(session, f"Cy {room[-4:]}", Role.REVIEWER).person_id
        assert cy
        add_member(session, served.ada, here, cy, Role.REVIEWER, at=services.clock())
        change_room(session, served.ada, here, RoomChanged(tlp=Tlp.RED), at=services.clock())
    ada = connected(open_page(room, email="ada"))
    marking = ada.locator("[data-composer=main] [data-composer-tlp]")

    def to_ben(text: str) -> None:
        ada.get_by_text("For whom, where it is TLP:RED").click()
        ada.get_by_label("Ben").check()
        say(ada, text)
        said(ada, text)
        with services.database.read() as session:
            (message,) = session.scalars(select(Message).where(Message.room_id == here, Message.text == text))
            assert message.tlp == "red"
            assert str(cy) not in message.readers, text

    to_ben("For Ben")
    expect(ada.get_by_label("Ben")).not_to_be_checked()
    ada.fill(FIELD, "Still")
    with changing(services) as session:
        change_room(session, served.ada, here, RoomChanged(tlp=Tlp.AMBER), at=services.clock())
    expect(marking.locator("option").first).to_have_text("TLP:AMBER", timeout=EXPECT)
    expect(marking).to_have_value("red")
    to_ben("Still for Ben")
    expect(marking).to_have_value("amber")


def test_what_was_not_taken_can_be_written_anew(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada"))
    ada.select_option("[data-composer=main] [data-composer-tlp]", "red")
    say(ada, "For whom?")
    refused = ada.locator(".msg-refused")
    expect(refused).to_contain_text("Not sent", timeout=EXPECT)
    refused.get_by_role("button", name="Edit").click()
    expect(refused).to_have_count(0)
    expect(ada.locator(FIELD)).to_have_value("For whom?")
    ada.get_by_label("Ben").check()
    ada.press(FIELD, "Enter")
    said(ada, "For whom?")


def test_an_edit_that_is_not_taken_is_not_lost(
    served: Served, room: str, open_page: Callable[..., Page]
) -> None:
    ben = connected(open_page(room, email="ben"))
    say(ben, "Stations close at noon")
    said(ben, "Stations close at noon")
    ben.context.set_offline(True)
    expect(ben.locator("[data-net]")).to_have_attribute("data-is", "offline", timeout=EXPECT)
    ben.press(FIELD, "ArrowUp")
    ben.fill(FIELD, "Stations close at eight, says the town hall")
    ben.press(FIELD, "Enter")
    expect(ben.locator("[data-net]")).to_contain_text("1 message waits")
    services = served.app.state.services
    seq = int(ben.locator(".messages .msg", has_text="at noon").get_attribute("data-seq") or 0)
    with changing(services) as session:
        redact_message(session, served.ben, room_id(room), seq, at=services.clock())
    ben.context.set_offline(False)
    expect(ben.locator(FIELD)).to_have_value("Stations close at eight, says the town hall", timeout=EXPECT)
    expect(ben.locator("#toasts")).to_contain_text("Not sent")


def test_what_is_too_long_is_not_cut_in_silence(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada"))
    ada.fill(FIELD, "Read: ")
    ada.locator(FIELD).evaluate("""(field) => {
      const data = new DataTransfer()
      data.setData('text/plain', 'x'.repeat(20_000))
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    }""")
    expect(ada.locator("#toasts")).to_contain_text("at most 20000 characters")
    expect(ada.locator(FIELD)).to_have_value("Read: ")


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
    for _page in range(2):
        ben.locator(".older a").first.click()
        ben.wait_for_timeout(500)
    expect(ben.locator(".new-line + .msg")).to_contain_text("Station 0", timeout=EXPECT)


def read_up_to(served: Served, path: str) -> int:
    with served.app.state.services.database.read() as session:
        pointer = session.get(ReadPointer, (room_id(path), served.ben.person_id))
        return pointer.seq if pointer else 0


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


def test_what_is_pinned_says_its_day(served: Served, room: str, open_page: Callable[..., Page]) -> None:
    services = served.app.state.services
    before = services.clock() - timedelta(days=9)
    with changing(services) as session:
        old = post_message(session, served.ada, room_id(room), Draft("Said long ago"), at=before)
        pin_message(session, served.ada, room_id(room), old.seq, on=True, at=services.clock())
    ada = connected(open_page(f"{room}/pins", email="ada"))
    expect(ada.locator("#panel .msg-time")).to_contain_text(before.strftime("%b"))


def test_what_is_shown_is_told_to_screen_readers(room: str, open_page: Callable[..., Page]) -> None:
    ada = connected(open_page(room, email="ada", width=390))
    ada.click(".room-tools a[href$='/members']")
    expect(ada.locator("#panel-title")).to_have_text("Members")
    expect(ada.locator("[data-show=panel]")).to_have_attribute("aria-current", "true")
    expect(ada.locator("[data-show=talk]")).not_to_have_attribute("aria-current", re.compile(""))
    expect(ada.locator(".room-tools a[href$='/members']")).to_have_attribute("aria-current", "true")


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


def connected_at(page: Page, path: str) -> Page:
    page.goto(path)
    return connected(page)


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
