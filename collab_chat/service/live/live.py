"""The live room's life: begun with the first connection, looked after every second, ended with the application."""

import asyncio
import contextlib
import dataclasses
import uuid
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.schemas.frames import Read
from collab_chat.service.live.admission import Admission
from collab_chat.service.live.frames import Frame, frame
from collab_chat.service.live.hub import Hub
from collab_chat.service.live.listeners import FORBIDDEN, SIGN_IN, Listener
from collab_chat.service.live.presence import TOPIC as EPHEMERAL
from collab_chat.service.live.presence import TYPING_EVERY
from collab_chat.service.live.reading import Look, look, look_at_people
from collab_chat.service.live.writer import Order
from collab_chat.service.transactions import TOPIC
from common.bus import Message, Payload, Subscription
from common.errors import Unavailable
from common.i18n import gettext as _
from common.web.services import Services

LOOK_EVERY = 1.0  # seconds: the safety net under the bus, and how long an ended sign-in keeps its socket
ASK_EVERY = (
    15.0  # seconds between two looks at everybody's sign-in where no account was changed: they run out, too
)
TELL_EVERY = 0.25  # seconds between two tellings of who is here and types
POINTERS_EVERY = 2.0  # seconds between two stored read pointers of the same person and room
IDLE = 60.0  # seconds that a channel without followers is kept
MOST_TYPING = 300  # followers; in larger rooms nobody is told who types

log = structlog.get_logger(__name__)


class Live:
    """What doors of the alert room reach as `live_of(services)`."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.hub = Hub(services)
        self.admission = Admission(self.hub)
        self._subscription: Subscription | None = None
        self._pointers: dict[tuple[uuid.UUID, uuid.UUID], tuple[Listener, Read]] = {}
        self._pointers_at = 0.0
        self._changes: frozenset[int] | None = None  # to accounts, as of the last look
        self._asked_at = 0.0

    def start(self) -> None:
        """Begin on the running loop, with the first connection. Raises Unavailable on another loop than before."""
        loop = asyncio.get_running_loop()
        if self.hub.loop is loop:
            return
        if self.hub.loop is not None and not self.hub.loop.is_closed():
            raise Unavailable(_("The live room is served by another part of this process."))
        if self.hub.loop is not None:  # its loop has ended, and all its connections with it
            self.close()
            self.hub = Hub(self.services)
            self.admission = Admission(self.hub)
        self.hub.loop = loop
        self.hub.writer.start()
        for work in (self._listen(), self._look_out(), self._tell_presence()):
            self.hub.spawn(work)

    def close(self) -> None:
        """End: store what clients sent, then stop. From any thread; the loop may have ended."""
        loop = self.hub.loop
        if loop is None:
            return
        if self._subscription is not None:
            self._subscription.close()
        if not loop.is_closed():
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self.hub.cancel)
        self.hub.writer.stop()
        self.hub.pool.shutdown(wait=True, cancel_futures=True)

    # — what clients say that is no event —

    def typing(self, listener: Listener, room_id: uuid.UUID) -> None:
        """Tell a room that somebody types, at most every two seconds."""
        now = asyncio.get_running_loop().time()
        if room_id in listener.rooms and now - listener.caller.typed.get(room_id, 0.0) >= TYPING_EVERY:
            listener.caller.typed[room_id] = now
            self.hub.presence.typing(room_id, listener.person_id)

    def read(self, listener: Listener, said: Read) -> None:
        """Note how far somebody has read; stored every two seconds, and told to their other windows."""
        key = (said.room, listener.person_id)
        known = self._pointers.get(key)
        if known is None or known[1].seq < said.seq:
            self._pointers[key] = (listener, said)
            self.hub.presence.read(said.room, listener.person_id, said.seq)

    # — loops —

    async def _listen(self) -> None:
        """Hear from all processes; where the bus lost something, the look at the database finds it."""
        subscribe = self.services.bus.subscribe
        self._subscription = await self.hub.ask(lambda: subscribe(TOPIC, EPHEMERAL))
        async for message in self._subscription:
            if message.lagged:
                await self._look_once()
            elif message.topic == TOPIC:
                self.hub.heard(uuid.UUID(str(message.payload["room"])), None, int(message.payload["seq"]))
            else:
                self._ephemeral(message)

    def _ephemeral(self, message: Message) -> None:
        what, room_id = str(message.payload["what"]), uuid.UUID(str(message.payload["room"]))
        people = [uuid.UUID(one) for one in str(message.payload["people"]).split(",")]
        if what == "typing":
            told = frame("eph", what="typing", room=room_id, person=people[0])
            self._pass_on(room_id, told, but=people[0])
        elif what == "read":
            told = frame("eph", what="read", room=room_id, person=people[0], seq=message.payload["seq"])
            caller = self.hub.callers.get(people[0])
            for listener in tuple(caller.listeners) if caller else ():
                listener.tell(told, passing=True)
        elif room_id in self.hub.channels:
            self.hub.presence.take(what, room_id, people)

    def _pass_on(self, room_id: uuid.UUID, told: Frame, but: uuid.UUID | None = None) -> None:
        """Give what passes to those who follow a room whole; in large rooms typing is not told."""
        channel = self.hub.channels.get(room_id)
        if channel is None or (but is not None and len(channel.followers) > MOST_TYPING):
            return
        for follower in tuple(channel.followers):
            if follower.live and not follower.heads_only and follower.person_id != but:
                follower.listener.tell(told, passing=True)

    async def _tell_presence(self) -> None:
        """Tell who came and went, and what read pointers moved to."""
        presence = self.hub.presence
        while True:
            await asyncio.sleep(TELL_EVERY)
            presence.again()
            for room_id, frames in presence.changes():
                for told in frames:
                    self._pass_on(room_id, told)
            self._store_pointers()
            if presence.outgoing:
                outgoing, presence.outgoing = presence.outgoing, []
                await self.hub.ask(partial(self._publish, outgoing))

    def _publish(self, payloads: list[Payload]) -> None:
        for payload in payloads:
            self.services.bus.publish(EPHEMERAL, payload)

    def _store_pointers(self) -> None:
        now = asyncio.get_running_loop().time()
        if not self._pointers or now - self._pointers_at < POINTERS_EVERY:
            return
        self._pointers_at = now
        pointers, self._pointers = self._pointers, {}
        for listener, said in pointers.values():
            self.hub.writer.put(Order(listener.actor, said, listener.locale))

    async def _look_out(self) -> None:
        """Look at the database every second: for what the bus did not tell, and for sign-ins that ended."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self._look_once()
            except SQLAlchemyError as error:  # away for a moment: looked at again in a second
                log.warning("rooms.not_looked", error=type(error).__name__)

    async def _look_once(self) -> None:
        hub = self.hub
        if not hub.callers:
            return
        heads, changes = await hub.ask(
            partial(look, self.services.database, list(hub.channels), self._changes)
        )
        for room_id, head in heads.items():
            hub.heard(room_id, head, head.seq)
        now = asyncio.get_running_loop().time()
        if changes is None or changes != self._changes or now - self._asked_at > ASK_EVERY:
            self._changes, self._asked_at = changes, now
            await self._look_at_people()
        for channel in [one for one in hub.channels.values() if one.idle_since is not None]:
            if not channel.followers and now - (channel.idle_since or now) > IDLE:
                del hub.channels[channel.room_id]

    async def _look_at_people(self) -> None:
        """Close the connections of those who may not stay."""
        listeners = self.hub.listeners()
        credentials = {one.credential for one in listeners if one.credential is not None}
        people = list(self.hub.callers)
        question = partial(
            look_at_people, self.services.database, credentials, people, at=self.services.clock()
        )
        seen = await self.hub.ask(question)
        for listener in listeners:
            _hold(listener, seen)


def _hold(listener: Listener, seen: Look) -> None:
    """Close a connection whose sign-in, token, account or role in the tool has ended; give the others their roles of now."""
    known = seen.people.get(listener.person_id)
    if known is None or (listener.credential is not None and listener.credential not in seen.credentials):
        listener.end(SIGN_IN)
        return
    name, roles = known
    if roles != listener.actor.roles or name != listener.actor.name:
        listener.actor = dataclasses.replace(listener.actor, name=name, roles=roles)
    if not PERMISSIONS.allows(listener.actor, Permission.ENTER):
        listener.end(FORBIDDEN)


def live_of(services: Services) -> Live:
    """Return the application's live room."""
    live: Live = services.extras["collab_chat"]
    return live
