"""What people say, and what they do with it."""

import uuid
from typing import Annotated, Any

from pydantic import Field

from collab_chat.schemas.cases import Shape, Text
from collab_chat.schemas.events.parts import Card, FileRef, Long, Quote, Seq, Via
from collab_chat.schemas.markings import Tlp


class MessagePosted(Shape):
    """A message, or a reply in the thread that `thread` began. `mentions` are people; roles and here are in `groups`."""

    text: Long
    thread: Seq | None = None
    mentions: tuple[uuid.UUID, ...] = ()
    groups: tuple[Annotated[str, Field(max_length=20)], ...] = ()
    files: tuple[FileRef, ...] = ()
    quote: Quote | None = None
    via: Via | None = None
    attachments: tuple[dict[str, Any], ...] = ()  # of integrations, checked by `core/integrations`


class MessageEdited(Shape):
    """New words for a message (or for one that an integration updated)."""

    message: Seq
    text: Long
    mentions: tuple[uuid.UUID, ...] = ()
    groups: tuple[Annotated[str, Field(max_length=20)], ...] = ()
    attachments: tuple[dict[str, Any], ...] | None = None


class MessageRedacted(Shape):
    """A message's words and files are erased, and those of its edits; the chain still verifies.

    `thread`: where it stood, which is no secret and must survive. `events`: all whose contents are erased with it.
    """

    message: Seq
    thread: Seq | None = None
    events: tuple[Seq, ...]
    why: Text = ""


class MessagePinned(Shape):
    """A message was pinned, or is not any more."""

    message: Seq
    pinned: bool


class MessageMarked(Shape):
    """A message's marking was changed. Narrowing takes it from readers at once; `to` names the readers of RED."""

    message: Seq
    tlp: Tlp
    to: tuple[uuid.UUID, ...] = ()


class MessageCarded(Shape):
    """Links in a message were unfolded."""

    message: Seq
    cards: tuple[Card, ...]


class ReactionSet(Shape):
    """An emoji on a message, put or taken away."""

    message: Seq
    emoji: Annotated[str, Field(min_length=1, max_length=16)]
    on: bool
