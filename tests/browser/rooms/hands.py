"""What people do in a room, by hand."""

import uuid
from dataclasses import dataclass

from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from collab_chat.models import Message
from common.accounts.actors import Actor

EXPECT = 10_000  # milliseconds: shared machines are sometimes slow


FIELD = "[data-composer=main] textarea"
UPLOAD = "[data-composer=main] [data-composer-upload]"


@dataclass
class Served:
    """A served toolkit, its two people and their room."""

    app: FastAPI
    ada: Actor
    ben: Actor
    room: str
    other: str


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


def attach(page: Page, name: str) -> None:
    page.set_input_files(UPLOAD, {"name": name, "mimeType": "text/plain", "buffer": name.encode()})
