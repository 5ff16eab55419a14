"""For networks that let no socket through: the same events, by a stream (Server-Sent Events) or by asking again and again.

Both speak of places in a log as the socket does: `epoch:seq`.
"""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.live import credential_of
from collab_chat.schemas.frames import Subscribe
from collab_chat.service.live.entering import bearer_of
from collab_chat.service.live.frames import Frame
from collab_chat.service.live.listeners import Listener
from collab_chat.service.live.live import live_of
from collab_chat.service.live.outlets import QueueOutlet
from common.accounts.actors import Actor
from common.accounts.secrets import token_hash
from common.accounts.viewer import Viewer
from common.errors import Conflict, NotFound, SignInNeeded
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.json import json_response
from common.web.services import App, Services

router = APIRouter(tags=["Alert room"])
BEAT = 20.0  # seconds between two comments in a silent stream
LONGEST_WAIT = 25  # seconds that a question waits for an answer: proxies cut at 30
Place = Annotated[int | None, Query(ge=0, description="The last event that the client has.")]
Epoch = Annotated[str | None, Query(max_length=16, description="The epoch that it is of.")]


class Following:
    """A listener with a queue, for as long as a request lasts."""

    def __init__(self, services: Services, actor: Actor, request: Request) -> None:
        if actor.person_id is None:
            raise SignInNeeded(_("Sign in to follow the rooms."))
        PERMISSIONS.require(actor, Permission.ENTER)
        self.live = live_of(services)
        self.live.start()
        self.outlet = QueueOutlet()
        bearer = bearer_of(request.headers)
        credential = credential_of(actor, token_hash(bearer) if bearer else None)
        self.listener = Listener(actor, actor.person_id, credential, current_locale(), self.outlet)

    async def begin(self, room_id: uuid.UUID, epoch: str | None, after: int | None) -> dict[str, Any]:
        """Follow, and return the hello. Raises NotFound, Conflict."""
        self.live.hub.attach(self.listener)
        self.live.admission.follow(self.listener, Subscribe(t="sub", room=room_id, epoch=epoch, after=after))
        first = await self.outlet.next(BEAT)
        said: dict[str, Any] = orjson.loads(first.body) if first else {"t": "nack", "code": "busy"}
        if said["t"] == "hello":
            return said
        self.end()
        if said["code"] == "not_found":
            raise NotFound(str(said["message"]))
        raise Conflict(str(said.get("message") or _("The room did not answer in time. Ask again.")))

    def end(self) -> None:
        """Follow no more."""
        self.live.hub.detach(self.listener)


@router.get("/{room_id:uuid}/stream", name="room_stream")
async def stream(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    after: Place = None,
    epoch: Epoch = None,
    last_event_id: Annotated[str, Header(max_length=60)] = "",
) -> Response:
    """Follow a room as Server-Sent Events; `id` is `epoch:seq`, so that a browser resumes by itself."""
    begun, _colon, seq = last_event_id.partition(":")
    if seq.isdigit():
        epoch, after = begun, int(seq)
    following = Following(app, viewer, request)
    hello = await following.begin(room_id, epoch, after)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(following, hello), media_type="text/event-stream", headers=headers)


async def _told(following: Following, hello: dict[str, Any]) -> AsyncIterator[bytes]:
    epoch = str(hello["epoch"])
    try:
        yield _event(Frame(orjson.dumps(hello)), epoch)
        while following.outlet.closed is None:
            one = await following.outlet.next(BEAT)
            yield _event(one, epoch) if one is not None else b": beat\n\n"
    finally:
        following.end()


def _event(one: Frame, epoch: str) -> bytes:
    place = f"id: {epoch}:{one.seq}\n".encode() if one.seq else b""
    return place + b"data: " + one.body + b"\n\n"


@router.get("/{room_id:uuid}/events", name="room_events")
async def events(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    after: Place = None,
    epoch: Epoch = None,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for the first.")] = 0,
) -> Response:
    """Return the events that follow `after`, waiting for the first if there is none yet."""
    following = Following(app, viewer, request)
    hello = await following.begin(room_id, epoch, after)
    found: list[Any] = []
    try:
        left = float(wait)
        clock = following.live.hub.loop
        end = (clock.time() if clock else 0.0) + left
        while hello["resume"] and (one := await following.outlet.next(0.0 if found else left)) is not None:
            if one.seq:
                found += orjson.loads(one.body)["events"]
            left = max(0.0, end - (clock.time() if clock else end))
    finally:
        following.end()
    body = {"room": str(room_id), "epoch": hello["epoch"], "head_seq": hello["head_seq"]}
    last = found[-1]["seq"] if found else after
    return json_response({**body, "snapshot_needed": not hello["resume"], "last": last, "events": found})
