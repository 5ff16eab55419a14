"""What several kinds of events are made of."""

import uuid
from typing import Annotated, Literal

from pydantic import Field

from collab_chat.schemas.cases import Line, Shape, Text
from collab_chat.schemas.markings import Tlp

MAX_TEXT = 20_000  # characters of a message
Long = Annotated[str, Field(max_length=MAX_TEXT)]
Seq = Annotated[int, Field(ge=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Via(Shape):
    """What spoke where no person did: a webhook, a feed, a command's answer, an inject."""

    kind: Literal["webhook", "feed", "command", "integration", "signal", "inject", "timer"]
    name: Line


class FileRef(Shape):
    """A file kept by its hash."""

    sha256: Sha256
    name: Line
    media_type: Annotated[str, Field(max_length=100)]
    size: Annotated[int, Field(ge=0)]  # bytes


class Quote(Shape):
    """What was quoted from another room; the message bears at least the quoted one's marking."""

    room: uuid.UUID
    seq: Seq
    text: Long
    author: Line
    tlp: Tlp


class Card(Shape):
    """A link unfolded, of this toolkit's tools only: nothing is fetched from elsewhere."""

    url: Annotated[str, Field(max_length=2_000)]
    tool: Literal["bot_detector", "political_ads", "encyclopedia", "collab_chat"]
    title: Line
    text: Text = ""
    facts: dict[str, str] = Field(default_factory=dict)
