"""Who is here, who is typing: told through the bus as keys, kept in memory, forgotten when it is not told again."""

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator

from collab_chat.service.live.frames import Frame, frame
from common.bus import Payload

TOPIC = "rooms_eph"
AGAIN = 20.0  # seconds between two tellings that somebody is still here
EXPIRES = 3 * AGAIN  # seconds after which somebody of whom nothing is told has gone
TYPING_EVERY = 2.0  # seconds between two tellings that the same person types
MOST_LISTED = 200  # people; above, readers are given the number only
MOST_SINGLE = 8  # changes told one by one; more: the list
_IDS_A_MESSAGE = 20


class Presence:
    """The people in each room as this process knows them, by what all processes tell."""

    def __init__(self) -> None:
        self._mine: Counter[tuple[uuid.UUID, uuid.UUID]] = Counter()  # (room, person) → connections here
        self._here: dict[uuid.UUID, dict[uuid.UUID, float]] = {}  # room → person → until when
        self._changed: dict[uuid.UUID, dict[uuid.UUID, bool]] = {}  # since the last frames
        self._told_at = 0.0
        self.outgoing: list[Payload] = []

    def enter(self, room: uuid.UUID, person: uuid.UUID) -> None:
        """Somebody follows a room through this process."""
        self._mine[room, person] += 1
        if self._mine[room, person] == 1:
            self._tell("here", room, [person])

    def leave(self, room: uuid.UUID, person: uuid.UUID) -> None:
        """One of their connections follows it no more."""
        self._mine[room, person] -= 1
        if self._mine[room, person] <= 0:
            del self._mine[room, person]
            self._tell("gone", room, [person])

    def typing(self, room: uuid.UUID, person: uuid.UUID) -> None:
        """Somebody types."""
        self._tell("typing", room, [person])

    def read(self, room: uuid.UUID, person: uuid.UUID, seq: int) -> None:
        """Somebody has read up to `seq`: for their other windows."""
        self.outgoing.append({"what": "read", "room": str(room), "people": str(person), "seq": seq})

    def take(self, what: str, room: uuid.UUID, people: Iterable[uuid.UUID]) -> None:
        """Note what a process told."""
        known = self._here.setdefault(room, {})
        for person in people:
            if what == "here":
                if person not in known:
                    self._changed.setdefault(room, {})[person] = True
                known[person] = time.monotonic() + EXPIRES
            elif (room, person) not in self._mine and known.pop(person, None) is not None:
                self._changed.setdefault(room, {})[person] = False

    def list_frame(self, room: uuid.UUID) -> Frame:
        """Return who is in a room."""
        return _list(room, self._here.get(room, {}))

    def changes(self) -> Iterator[tuple[uuid.UUID, list[Frame]]]:
        """Return what is new since the last time, room by room."""
        self._expire()
        changed, self._changed = self._changed, {}
        for room, people in changed.items():
            here = self._here.get(room, {})
            if len(people) > MOST_SINGLE:
                yield room, [_list(room, here)]
            else:
                told = (("presence", person, on) for person, on in people.items())
                yield (
                    room,
                    [
                        frame("eph", what=what, room=room, person=one, on=on, count=len(here))
                        for what, one, on in told
                    ],
                )
            if not here:
                self._here.pop(room, None)

    def again(self) -> None:
        """Tell the others, now and then, who is still here."""
        now = time.monotonic()
        if now - self._told_at < AGAIN:
            return
        self._told_at = now
        rooms: dict[uuid.UUID, list[uuid.UUID]] = {}
        for room, person in self._mine:
            rooms.setdefault(room, []).append(person)
        for room, people in rooms.items():
            self._tell("here", room, people)

    def _expire(self) -> None:
        now = time.monotonic()
        for room, people in self._here.items():
            for person in [one for one, until in people.items() if until < now]:
                del people[person]
                self._changed.setdefault(room, {})[person] = False

    def _tell(self, what: str, room: uuid.UUID, people: list[uuid.UUID]) -> None:
        for start in range(0, len(people), _IDS_A_MESSAGE):
            some = ",".join(str(one) for one in people[start : start + _IDS_A_MESSAGE])
            self.outgoing.append({"what": what, "room": str(room), "people": some})


def _list(room: uuid.UUID, here: Iterable[uuid.UUID]) -> Frame:
    people = list(here)
    if len(people) > MOST_LISTED:
        return frame("eph", what="presence", room=room, count=len(people))
    return frame("eph", what="presence", room=room, people=people, count=len(people))
