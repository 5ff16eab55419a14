"""A client of the socket protocol, without the socket: the rules of docs/reference/socket-protocol.md and nothing else.

Give it what arrives (`take`), send what it returns. `state` is what a person would see; a property test compares it with the log.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass
class RoomClient:
    """One room as one client knows it."""

    room: str
    epoch: str | None = None
    last: int = 0
    events: list[Frame] = field(default_factory=list)  # applied, in order
    waiting: dict[str, Frame] = field(default_factory=dict)  # cid → frame that no ack answered yet
    acked: dict[str, int] = field(default_factory=dict)  # cid → seq
    refused: dict[str, Frame] = field(default_factory=dict)  # cid → nack
    needs_snapshot: bool = False
    gone: bool = False
    asked_from: int | None = None  # where we asked to go on after a gap

    def connect(self) -> list[Frame]:
        """Return what is said on a new connection: go on after `last`, then everything that no ack answered."""
        self.asked_from = self.last
        begin: Frame = {"t": "sub", "room": self.room, "after": self.last}
        if self.epoch is not None:
            begin["epoch"] = self.epoch
        return [begin, *self.waiting.values()]

    def say(self, t: str, cid: str | None = None, **fields: Any) -> Frame:
        """Return a frame that becomes an event, and keep it until it is answered."""
        cid = cid or str(uuid.uuid4())
        said = {"t": t, "room": self.room, "cid": cid, **fields}
        self.waiting[cid] = said
        return said

    def take(self, frame: Mapping[str, Any]) -> list[Frame]:
        """Take what arrived; return what is to be said to it."""
        if frame.get("room") != self.room:
            return []
        match frame["t"]:
            case "hello":
                self._hello(frame)
            case "snapshot-needed":
                self.needs_snapshot = True
            case "events":
                return self._apply(frame["events"])
            case "ack":
                self.waiting.pop(frame["cid"], None)
                self.acked[frame["cid"]] = frame["seq"]
            case "nack":
                self._nack(frame)
            case "gone":
                self.gone = True
        return []

    def begin_anew(self, epoch: str, as_of_seq: int) -> list[Frame]:
        """Begin from a snapshot: what was applied before is thrown away."""
        self.epoch, self.last, self.needs_snapshot = epoch, as_of_seq, False
        self.events.clear()
        return [self.connect()[0]]

    def _hello(self, frame: Mapping[str, Any]) -> None:
        if self.epoch is not None and self.epoch != frame["epoch"]:
            self.needs_snapshot = True
        elif self.epoch is None:
            self.epoch = frame["epoch"]

    def _apply(self, events: Iterable[Frame]) -> list[Frame]:
        if self.needs_snapshot:
            return []
        for event in events:
            if event["seq"] <= self.last:
                continue  # a duplicate
            if event["seq"] > self.last + 1:
                if self.asked_from == self.last:
                    return []  # asked already
                return [self.connect()[0]]
            self.events.append(event)
            self.last, self.asked_from = event["seq"], None
            if event.get("cid") in self.waiting and event["author"] is not None:
                self.waiting.pop(event["cid"])
                self.acked[event["cid"]] = event["seq"]
        return []

    def _nack(self, frame: Mapping[str, Any]) -> None:
        cid = frame.get("cid")
        if cid in self.waiting and "retry_after_ms" not in frame:
            self.waiting.pop(cid)
            self.refused[cid] = dict(frame)

    @property
    def state(self) -> dict[int, dict[str, Any]]:
        """The messages as a person sees them: text, whether it was edited or redacted, reactions, pinned."""
        return state_of(self.events)


def state_of(events: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return the messages that a run of events makes."""
    messages: dict[int, dict[str, Any]] = {}
    for event in events:
        content = event["content"]
        if event["kind"] == "message.posted":
            text = content["text"] if content else None
            messages[event["seq"]] = {"text": text, "edited": False, "redacted": False, "pinned": False, "reactions": set()}  # fmt: skip
        elif content and "message" in content and content["message"] in messages:
            _change(messages[content["message"]], event, content)
    return messages


def _change(message: dict[str, Any], event: Mapping[str, Any], content: Mapping[str, Any]) -> None:
    match event["kind"]:
        case "message.edited":
            message.update(text=content["text"], edited=True)
        case "message.redacted":
            message.update(text=None, redacted=True, edited=False, pinned=False, reactions=set())
        case "message.pinned":
            message["pinned"] = content["pinned"]
        case "reaction.set":
            mark = (event["author"], content["emoji"])
            (message["reactions"].add if content["on"] else message["reactions"].discard)(mark)
