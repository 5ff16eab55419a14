"""Letting people follow rooms: checked against the database as it is now, a thousand of them by one question.

Membership and markings are asked when somebody comes, and again whenever something is given out. A channel may lag the database
by a moment; so each who comes waits until it has caught up with the head that the database names.
"""

import asyncio
import uuid
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from collab_chat.queries.live import Head
from collab_chat.schemas.frames import Subscribe
from collab_chat.schemas.rooms import Standing
from collab_chat.service.live.channel import Channel, Follower, cut
from collab_chat.service.live.frames import frame
from collab_chat.service.live.hub import Hub
from collab_chat.service.live.listeners import Listener
from collab_chat.service.live.reading import open_channel, read_heads, wires_after
from common.i18n import N_, use_locale
from common.i18n import gettext as _

MOST_BEHIND = 5_000  # events; who is further behind takes a snapshot
Asked = tuple[Listener, Subscribe]

log = structlog.get_logger(__name__)


class Admission:
    """Belongs to the hub's event loop."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._asked: list[Asked] = []
        self._busy = False

    def follow(self, listener: Listener, said: Subscribe) -> None:
        """Let somebody follow a room, or say why not: hello or nack follows."""
        self._asked.append((listener, said))
        if not self._busy:
            self._busy = True
            self.hub.spawn(self._admit_all())

    async def _admit_all(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                try:
                    await self._admit(asked)
                except SQLAlchemyError:  # the database is away: they ask again
                    log.exception("rooms.not_admitted")
                    for listener, said in asked:
                        self._refuse(
                            listener,
                            said,
                            "busy",
                            N_("The database does not answer now. Ask again in a moment."),
                        )
        finally:
            self._busy = False

    async def _admit(self, asked: list[Asked]) -> None:
        rooms = {said.room for _listener, said in asked}
        heads: dict[uuid.UUID, Head] = await self.hub.ask(
            partial(read_heads, self.hub.services.database, rooms)
        )
        for room_id, head in heads.items():
            await self._caught_up(room_id, head)
        for listener, said in asked:
            if not listener.ended:
                self._answer(listener, said)

    async def _caught_up(self, room_id: uuid.UUID, head: Head) -> None:
        """See that the room has a channel, which knows all up to the head."""
        hub = self.hub
        channel = hub.channels.get(room_id)
        if channel is not None and channel.epoch != head.epoch:
            hub.restored(channel, head)
            channel = None
        if channel is None:
            channel = await hub.ask(partial(open_channel, hub.services.database, room_id))
            if channel is not None:
                hub.channels[room_id] = channel
                channel.wanted = channel.last + 1  # what was stored while it was being opened
        if channel is not None:
            channel.wanted = max(channel.wanted, head.seq)
            await hub.read(channel)

    def _answer(self, listener: Listener, said: Subscribe) -> None:
        channel = self.hub.channels.get(said.room)
        standing = channel.members.get(listener.person_id) if channel else None
        if channel is None or standing is None:
            self._refuse(listener, said, "not_found", N_("This room does not exist, or you are not in it."))
        elif (said.after or 0) > channel.last and said.epoch in {None, channel.epoch}:
            self._refuse(
                listener, said, "ahead", N_("This room has not come that far: there is no such event.")
            )
        else:
            self._begin(listener, said, channel, standing)

    def _refuse(self, listener: Listener, said: Subscribe, code: str, message: str) -> None:
        with use_locale(listener.locale):
            listener.tell(frame("nack", room=said.room, code=code, message=_(message)))

    def _begin(self, listener: Listener, said: Subscribe, channel: Channel, standing: Standing) -> None:
        self.hub.unfollow(listener, channel.room_id)
        follower = Follower.of(listener, standing, heads_only=said.follow == "head")
        channel.followers[follower] = None
        channel.idle_since = None
        listener.rooms[channel.room_id] = follower
        behind = channel.last - said.after if said.after is not None else 0
        resume = said.epoch in {None, channel.epoch} and behind <= MOST_BEHIND
        listener.tell(
            frame("hello", room=said.room, epoch=channel.epoch, head_seq=channel.last, resume=resume)
        )
        if not resume:
            listener.tell(
                frame("snapshot-needed", room=said.room, epoch=channel.epoch, head_seq=channel.last)
            )
        if follower.heads_only or said.after is None or not resume:
            follower.live = True
        else:
            self._backlog(listener, follower, channel, said.after)
        if not follower.heads_only:
            self.hub.presence.enter(channel.room_id, listener.person_id)
            listener.tell(self.hub.presence.list_frame(channel.room_id), passing=True)

    def _backlog(self, listener: Listener, follower: Follower, channel: Channel, after: int) -> None:
        """Give what is missing: at once where we have it and it is one frame, else piece by piece as it is read."""
        wires = channel.kept_after(after)
        if wires is None or len(cut(wires)) < len(wires):
            self.hub.spawn(self._piecewise(listener, follower, channel, after))
            return
        if wires:
            listener.tell(channel.views(wires).frame_for(follower))
        follower.live = True

    async def _piecewise(self, listener: Listener, follower: Follower, channel: Channel, after: int) -> None:
        while not listener.ended and follower in channel.followers:
            if after >= channel.last:
                follower.live = True  # nothing was awaited since the look: no event lies between
                return
            wires = channel.kept_after(after)
            if wires is None:
                wires = await self.hub.ask(partial(wires_after, self.hub.services.database, channel, after))
            part = cut([wire for wire in wires if wire.seq <= channel.last])
            if not part:
                return
            listener.tell(channel.views(part).frame_for(follower))
            after = part[-1].seq
            await listener.outlet.drained()
            await asyncio.sleep(0)  # others' turn
