"""What a well-behaved client keeps of a room: it applies an event only in its turn, and asks where one is missing."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from collab_chat.core.markings import may_read
from collab_chat.models import Event, Message
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing


@dataclass(frozen=True)
class Told:
    """An event as a reader gets it; the content is None where it is sealed or erased."""

    seq: int
    kind: str
    author: uuid.UUID | None
    organisation: uuid.UUID | None
    content: dict[str, Any] | None
    sealed: bool

    @classmethod
    def of(cls, event: Event, sealed: set[int]) -> "Told":
        closed = event.seq in sealed
        content = None if closed else event.content
        return cls(event.seq, event.kind, event.author_id, event.organisation_id, content, closed)


@dataclass
class Said:
    """A message as the client shows it; `text` None: not for this reader."""

    text: str | None
    thread: int | None
    author: uuid.UUID | None
    organisation: uuid.UUID | None
    pinned: bool = False
    edited: bool = False
    redacted: bool = False
    reactions: set[tuple[uuid.UUID | None, str]] = field(default_factory=set)

    def shown(self) -> tuple[object, ...]:
        """What must be the same for all who may read it."""
        reactions = frozenset(self.reactions)
        return self.text, self.thread, self.pinned, self.edited, self.redacted, reactions


@dataclass
class Reader:
    """The client of one person in one room. `wanted`: messages that a new marking opened, to be asked for."""

    standing: Standing
    last: int = 0
    messages: dict[int, Said] = field(default_factory=dict)
    wanted: set[int] = field(default_factory=set)

    def take(self, events: Iterable[Told]) -> bool:
        """Apply what comes in its turn, drop what came before; return False at a gap, having asked for what follows `last`."""
        for event in events:
            if event.seq > self.last + 1:
                return False
            if event.seq == self.last + 1:
                self._apply(event)
                self.last = event.seq
        return True

    def _apply(self, event: Told) -> None:
        if event.kind == "message.posted":
            content = event.content or {}
            text = None if event.sealed else content.get("text", "")
            self.messages[event.seq] = Said(text, content.get("thread"), event.author, event.organisation)
        elif event.content is not None and "message" in event.content:
            self._change(event, event.content, self.messages[event.content["message"]])

    def _change(self, event: Told, content: dict[str, Any], said: Said) -> None:
        match event.kind:
            case "message.edited":
                said.text, said.edited = content["text"], True
            case "message.redacted":
                said.text, said.redacted, said.pinned, said.edited = "", True, False, False
                said.thread = content.get("thread")
                said.reactions.clear()
            case "message.pinned":
                said.pinned = content["pinned"]
            case "message.marked":
                self._mark(content, said)
            case "reaction.set":
                mark = (event.author, content["emoji"])
                (said.reactions.add if content["on"] else said.reactions.discard)(mark)

    def _mark(self, content: dict[str, Any], said: Said) -> None:
        mine = may_read(
            self.standing,
            Tlp(content["tlp"]),
            author=said.author,
            organisation=said.organisation,
            readers=content["to"],
        )
        if not mine:
            said.text = None
            self.wanted.discard(content["message"])  # a later marking took back what an earlier one opened
        else:
            self.wanted.add(content["message"])

    def learn(self, message: Message, reactions: set[tuple[uuid.UUID | None, str]]) -> None:
        """Take a message that was asked for, as it stands."""
        self.messages[message.seq] = Said(
            message.text,
            message.thread_seq,
            message.author_id,
            message.organisation_id,
            message.pinned,
            message.edited_seq is not None,
            message.redacted_seq is not None,
            set(reactions),
        )
