"""One room as one process knows it: its members, its last events, who follows it."""

import asyncio
import uuid
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from collab_chat.schemas.events import Kind
from collab_chat.schemas.rooms import Standing
from collab_chat.service.live.frames import FRAME_BYTES, Frame, events_frame
from collab_chat.service.live.wires import Kin, Wire, kin_of, kin_reads, open_to_all, reads
from common.accounts.actors import Role

KEPT_EVENTS = 1_000  # of each room, encoded, for readers who come back
KEPT_BYTES = 2 * 1024 * 1024
KEPT_VIEWS = 16  # whole backlogs: after a restart everybody asks for the same one
# After these what was encoded before may not be given out any more (or may be at last): it is read anew.
_CHANGES_THE_PAST = frozenset(
    {
        Kind.MESSAGE_MARKED.value,
        Kind.MESSAGE_REDACTED.value,
        Kind.MEMBER_FORGOTTEN.value,
        Kind.DECISION_MADE.value,
        Kind.CASE_REOPENED.value,
    }
)
_MEMBERSHIP = {
    Kind.MEMBER_JOINED.value: "joined",
    Kind.MEMBER_CHANGED.value: "changed",
    Kind.MEMBER_LEFT.value: "left",
}


class Reader(Protocol):
    """Somebody connected."""

    person_id: uuid.UUID

    def tell(self, frame: Frame, *, passing: bool = False) -> None:
        """Give a frame."""

    def end(self, code: int) -> None:
        """Close the connection."""


@dataclass(eq=False, slots=True)
class Follower:
    """One connection in one room. Not `live`: its backlog is still being given."""

    listener: Reader
    standing: Standing
    kin: Kin
    person_id: uuid.UUID
    heads_only: bool = False
    live: bool = True

    @classmethod
    def of(cls, listener: Reader, standing: Standing, *, heads_only: bool = False) -> "Follower":
        """Return a follower who is not given anything yet."""
        return cls(listener, standing, kin_of(standing), listener.person_id, heads_only, live=False)


@dataclass(eq=False)
class Channel:
    """A room that somebody follows. `last`: the seq up to which followers were given everything."""

    room_id: uuid.UUID
    epoch: str
    last: int
    members: dict[uuid.UUID, Standing]
    followers: dict[Follower, None] = field(default_factory=dict)
    kept: deque[Wire] = field(default_factory=deque)
    kept_bytes: int = 0
    wanted: int = 0  # the seq up to which we have heard that there is something
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    idle_since: float | None = None
    _views: "OrderedDict[tuple[int, int], Views]" = field(default_factory=OrderedDict)

    @property
    def name(self) -> str:
        """The room's id as text."""
        return str(self.room_id)

    def advance(self, wires: Sequence[Wire]) -> list[uuid.UUID]:
        """Take the next events: keep them, and bring the members up to them. Returns who left."""
        gone: list[uuid.UUID] = []
        for wire in wires:
            if wire.kind in _CHANGES_THE_PAST or self._is_narrowing(wire):
                self.forget()
            if wire.kind in _MEMBERSHIP and wire.content:
                self._apply(wire, gone)
            self.keep(wire)
        self.last = wires[-1].seq
        self._views.clear()
        return [one for one in gone if one not in self.members]

    def _is_narrowing(self, wire: Wire) -> bool:
        """Say whether an edit gave its message a stricter marking: what is kept of it bears the old one."""
        if wire.kind != Kind.MESSAGE_EDITED.value:
            return False
        message = wire.content.get("message")
        return any(
            one.protection.tlp is not wire.protection.tlp
            for one in self.kept
            if one.seq == message or one.content.get("message") == message
        )

    def forget(self) -> None:
        """Drop what is kept; it will be read from the database again."""
        self.kept.clear()
        self.kept_bytes = 0
        self._views.clear()

    def keep(self, wire: Wire) -> None:
        """Keep an event for readers who come back."""
        self.kept.append(wire)
        self.kept_bytes += len(wire.opened)
        while len(self.kept) > KEPT_EVENTS or self.kept_bytes > KEPT_BYTES:
            self.kept_bytes -= len(self.kept.popleft().opened)

    def _apply(self, wire: Wire, gone: list[uuid.UUID]) -> None:
        person = uuid.UUID(str(wire.content["person"]))
        if wire.kind == Kind.MEMBER_LEFT.value:
            self.members.pop(person, None)
            gone.append(person)
            return
        known = self.members.get(person)
        name = str(wire.content.get("name", known.name if known else ""))
        organisation = known.organisation_id if known else None
        if wire.kind == Kind.MEMBER_JOINED.value or "organisation_name" in wire.content:
            said = wire.content.get("organisation")
            organisation = uuid.UUID(str(said)) if said else None
        if wire.kind == Kind.MEMBER_CHANGED.value and known is None:
            return
        role = Role(str(wire.content["role"]))
        self.members[person] = Standing(self.room_id, person, name, role, organisation)
        for follower in self.followers:
            if follower.person_id == person:
                follower.standing = self.members[person]
                follower.kin = kin_of(follower.standing)

    def kept_after(self, after: int) -> list[Wire] | None:
        """Return the events after `after` if all of them are kept."""
        if after >= self.last:
            return []
        if not self.kept or self.kept[0].seq > after + 1:
            return None
        return [wire for wire in self.kept if wire.seq > after]

    def views(self, wires: Sequence[Wire]) -> "Views":
        """Return what different readers are given of these events; kept for the next who asks for the same."""
        key = (wires[0].seq, wires[-1].seq)
        known = self._views.get(key)
        if known is None:
            known = self._views[key] = Views(self.room_id, wires)
            if len(self._views) > KEPT_VIEWS:
                self._views.popitem(last=False)
        return known


class Views:
    """Frames of a run of events, one for each set of events that somebody may read: nearly always one or two in all."""

    __slots__ = ("_named", "_of_kin", "_of_view", "_room_id", "_wires")

    def __init__(self, room_id: uuid.UUID, wires: Sequence[Wire]) -> None:
        self._room_id, self._wires = room_id, wires
        self._named = {person for wire in wires if not open_to_all(wire) for person in wire.named}
        self._of_kin: dict[Kin, tuple[Frame, bool]] = {}  # and whether they read all of it
        self._of_view: dict[tuple[bool, ...], Frame] = {}

    def frame_for(self, follower: Follower) -> Frame:
        """Return a follower's frame."""
        known = self._of_kin.get(follower.kin)
        if known is None:
            view = tuple(kin_reads(wire, self._room_id, follower.kin) for wire in self._wires)
            known = self._of_kin[follower.kin] = (self._seen(view), all(view))
        frame, whole = known
        if whole or follower.person_id not in self._named:
            return frame
        return self._seen(tuple(reads(wire, follower.standing) for wire in self._wires))

    def _seen(self, view: tuple[bool, ...]) -> Frame:
        known = self._of_view.get(view)
        if known is None:
            pairs = zip(self._wires, view, strict=True)
            known = self._of_view[view] = events_frame(
                str(self._room_id),
                (wire.opened if may else wire.closed for wire, may in pairs),
                self._wires[-1].seq,
            )
        return known


def cut(wires: Sequence[Wire]) -> Sequence[Wire]:
    """Return as many of the events as go into one frame; one at least."""
    size = 0
    for index, wire in enumerate(wires):
        size += len(wire.opened) + 1
        if size > FRAME_BYTES and index:
            return wires[:index]
    return wires
