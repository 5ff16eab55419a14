"""What a client may say on the socket: protocol version 1, described in `docs/reference/socket-protocol.md`."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from collab_chat.schemas.events.parts import FileRef, Seq
from collab_chat.schemas.markings import Tlp

VERSION = 1
MOST_NAMED = 500  # people or groups in one frame
MOST_FILES = 20


class ClientFrame(BaseModel):
    """One thing that a client says. Fields that the protocol does not know are refused: a client would rely on them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Subscribe(ClientFrame):
    """Follow a room from `after` on (without: from now on), whole or only its head."""

    t: Literal["sub"]
    room: uuid.UUID
    epoch: Annotated[str, Field(max_length=16)] | None = None
    after: Annotated[int, Field(ge=0)] | None = None
    follow: Literal["events", "head"] = "events"


class Unsubscribe(ClientFrame):
    """Follow a room no more."""

    t: Literal["unsub"]
    room: uuid.UUID


class QuoteRef(ClientFrame):
    """A message of another room (or of this one) that is quoted."""

    room: uuid.UUID
    seq: Seq


People = Annotated[tuple[uuid.UUID, ...], Field(max_length=MOST_NAMED)]
Groups = Annotated[tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=MOST_NAMED)]


class Command(ClientFrame):
    """Something that becomes an event. The same `cid` (UUIDv7, chosen by the client) is stored once."""

    room: uuid.UUID
    cid: uuid.UUID


class Send(Command):
    """Say something. `mentions` and `groups` come beside those that the text names."""

    t: Literal["send"]
    text: str = ""
    thread: Seq | None = None
    tlp: Tlp | None = None
    to: People = ()
    mentions: People = ()
    groups: Groups = ()
    files: Annotated[tuple[FileRef, ...], Field(max_length=MOST_FILES)] = ()
    quote: QuoteRef | None = None


class Edit(Command):
    """Change the words of an own message."""

    t: Literal["edit"]
    message: Seq
    text: str
    mentions: People = ()
    groups: Groups = ()


class Redact(Command):
    """Erase a message."""

    t: Literal["redact"]
    message: Seq
    why: Annotated[str, Field(max_length=2_000)] = ""


class React(Command):
    """Put an emoji on a message, or take it away."""

    t: Literal["react"]
    message: Seq
    emoji: Annotated[str, Field(min_length=1, max_length=16)]
    on: bool = True


class Pin(Command):
    """Pin a message, or unpin it."""

    t: Literal["pin"]
    message: Seq
    on: bool = True


class Read(ClientFrame):
    """One has read the room up to `seq`."""

    t: Literal["read"]
    room: uuid.UUID
    seq: Annotated[int, Field(ge=0)]


class Typing(ClientFrame):
    """One is writing."""

    t: Literal["typing"]
    room: uuid.UUID


class Ping(ClientFrame):
    """Are you there? `n` comes back."""

    t: Literal["ping"]
    n: Annotated[int, Field(ge=0, lt=2**53)] = 0


Writing = Send | Edit | Redact | React | Pin
Said = Annotated[
    Subscribe | Unsubscribe | Send | Edit | Redact | React | Pin | Read | Typing | Ping,
    Field(discriminator="t"),
]
FRAMES: TypeAdapter[Subscribe | Unsubscribe | Send | Edit | Redact | React | Pin | Read | Typing | Ping] = (
    TypeAdapter(Said)
)
