"""The heart of the live room, one for each process: who follows which room, and what they are given when it grows.

The database is the truth. A room's channel knows up to where its followers were given everything; told by the bus, by our own writer
or by the look at the database every second that there is more, it gives out what follows, in order, once. Nothing here waits
for a reader.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import structlog

from collab_chat.queries.live import Credential, Head
from collab_chat.service.live.channel import Channel, cut
from collab_chat.service.live.frames import frame
from collab_chat.service.live.listeners import MEMBERSHIP, Caller, Listener
from collab_chat.service.live.presence import Presence
from collab_chat.service.live.reading import wires_after
from collab_chat.service.live.wires import Wire
from collab_chat.service.live.writer import Order, Writer, Written
from common.i18n import gettext as _
from common.i18n import use_locale
from common.web.services import Services

log = structlog.get_logger(__name__)


class Hub:
    """All methods but `close` belong to the event loop on which it was started."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.channels: dict[uuid.UUID, Channel] = {}
        self.callers: dict[uuid.UUID, Caller] = {}
        self.known: dict[Credential, Listener] = {}  # whose sign-ins are looked at every second
        self.presence = Presence()
        self.writer = Writer(services, self._written)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.pool = ThreadPoolExecutor(2, "rooms-reader")
        self._tasks: set[asyncio.Task[None]] = set()

    # — connections —

    def attach(self, listener: Listener) -> None:
        """Take in a connection."""
        caller = self.callers.setdefault(listener.person_id, listener.caller)
        listener.caller = caller
        caller.listeners.add(listener)
        if listener.credential is not None:
            self.known[listener.credential] = listener

    def detach(self, listener: Listener) -> None:
        """Forget a connection."""
        for room_id in list(listener.rooms):
            self.unfollow(listener, room_id)
        listener.caller.listeners.discard(listener)
        if not listener.caller.listeners:
            self.callers.pop(listener.person_id, None)
        if listener.credential is not None and self.known.get(listener.credential) is listener:
            del self.known[listener.credential]

    def listeners(self) -> list[Listener]:
        """Return all connections."""
        return [one for caller in self.callers.values() for one in caller.listeners]

    def spawn(self, work: Any) -> None:
        """Run a coroutine beside, and keep hold of it."""
        assert self.loop is not None  # noqa: S101 - started before anybody is attached
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("rooms.task_failed", exc_info=error)

    def cancel(self) -> None:
        """End all that runs beside."""
        for task in tuple(self._tasks):
            task.cancel()

    async def ask(self, question: Callable[[], Any]) -> Any:
        """Ask the database in a thread of our own: pages that are busy do not hold up the rooms."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, question)

    # — following: `admission` lets people in —

    def unfollow(self, listener: Listener, room_id: uuid.UUID) -> None:
        """Let somebody follow a room no more."""
        follower = listener.rooms.pop(room_id, None)
        channel = self.channels.get(room_id)
        if follower is None or channel is None:
            return
        channel.followers.pop(follower, None)
        if not follower.heads_only:
            self.presence.leave(room_id, listener.person_id)
        if not channel.followers and self.loop is not None:
            channel.idle_since = self.loop.time()

    # — growing —

    def order(self, order: Order) -> bool:
        """Have something stored; False where too much waits."""
        return self.writer.put(order)

    def _written(self, written: Written) -> None:
        """Take what the writer stored; called in its thread."""
        if self.loop is not None and not self.loop.is_closed():
            with contextlib.suppress(
                RuntimeError
            ):  # the loop ended meanwhile: clients ask again by their cid
                self.loop.call_soon_threadsafe(self._tell_written, written)

    def _tell_written(self, written: Written) -> None:
        for order, outcome in written.outcomes:
            if order.done is not None:
                order.done(outcome)
        for room_id, wires in written.wires.items():
            if (channel := self.channels.get(room_id)) is not None:
                self.grow(channel, wires)

    def heard(self, room_id: uuid.UUID, head: Head | None, seq: int) -> None:
        """Learn that a room has grown to `seq`."""
        channel = self.channels.get(room_id)
        if channel is None:
            return
        if head is not None and head.epoch != channel.epoch:
            self.restored(channel, head)
        elif seq > max(channel.last, channel.wanted):
            channel.wanted = seq
            self.spawn(self.read(channel))

    def restored(self, channel: Channel, head: Head) -> None:
        """Let everybody begin anew with a room whose log was restored: they come back and take a snapshot."""
        self.channels.pop(channel.room_id, None)
        log.warning("rooms.new_epoch", room=channel.name, epoch=head.epoch)
        told = frame("snapshot-needed", room=channel.room_id, epoch=head.epoch, head_seq=head.seq)
        for follower in tuple(channel.followers):
            follower.listener.tell(told)
            follower.listener.end(MEMBERSHIP)

    async def read(self, channel: Channel) -> None:
        """Read what the channel misses, up to what is wanted; one question at a time for each."""
        async with channel.reading:
            while channel.last < channel.wanted:
                last = channel.last
                wires = await self.ask(partial(wires_after, self.services.database, channel, last))
                self.grow(channel, wires)
                if channel.last == last:  # there is no more than that
                    channel.wanted = last

    def grow(self, channel: Channel, wires: Sequence[Wire]) -> None:
        """Give out what is new. Who left is shown out before it is given to anybody."""
        new = [wire for wire in wires if wire.seq > channel.last]
        if not new:
            return
        if new[0].seq != channel.last + 1:
            self.heard(channel.room_id, None, new[-1].seq)
            return
        for person_id in channel.advance(new):
            self._expel(channel, person_id)
        head = frame("head", room=channel.room_id, head_seq=channel.last)
        while new:
            part = cut(new)
            views = channel.views(part)
            for follower in tuple(channel.followers):
                if follower.live:
                    follower.listener.tell(head if follower.heads_only else views.frame_for(follower))
            new = new[len(part) :]

    def _expel(self, channel: Channel, person_id: uuid.UUID) -> None:
        caller = self.callers.get(person_id)
        for listener in tuple(caller.listeners) if caller else ():
            if channel.room_id in listener.rooms:
                with use_locale(listener.locale):
                    message = _("You are no longer in this room.")
                listener.tell(frame("gone", room=channel.room_id, message=message))
                self.unfollow(listener, channel.room_id)
                listener.end(MEMBERSHIP)
