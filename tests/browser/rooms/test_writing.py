"""What is written in a room: nothing is lost, and a marking is sent as it is shown."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from collab_chat.actions.messages import redact_message
from collab_chat.actions.rooms import add_member, change_room
from collab_chat.models import Message
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from common.accounts.actors import Role
from tests.browser.rooms.hands import EXPECT, FIELD, Served, attach, connected, room_id, said, say
from tests.collab_chat.making import person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


CHIPS = "[data-composer=main] [data-composer-files]"


SLOW_UPLOAD = """() => {
  const send = XMLHttpRequest.prototype.send
  XMLHttpRequest.prototype.send = function (body) { window.goOn = () => send.call(this, body) }
}"""


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
