"""The rooms' socket, below the framework: one coroutine for each connection. `docs/reference/socket-protocol.md` describes it."""

import asyncio
import contextlib
import secrets
from functools import partial

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from collab_chat.live.doorway import enter, refuse
from collab_chat.live.understanding import Misunderstood, echo_of, understood
from collab_chat.schemas.frames import VERSION, Ping, Read, Subscribe, Typing, Unsubscribe, Writing
from collab_chat.service.live.entering import Entrance
from collab_chat.service.live.frames import Frame, frame
from collab_chat.service.live.listeners import MISBEHAVED, TOO_BIG, TOO_MANY, Listener
from collab_chat.service.live.live import Live, live_of
from collab_chat.service.live.outlets import AsgiOutlet, LinkOutlet, Outlet
from collab_chat.service.live.writer import BUSY, Accepted, Order, Outcome
from common.errors import Problem
from common.i18n import gettext as _
from common.i18n import use_locale
from common.web.locales import locale_of
from common.web.services import Services
from common.web.sockets import HEARTBEAT, link_of

MOST_BYTES = 96 * 1024  # of one frame: 20,000 characters of four bytes each fit
MOST_ROOMS = 200  # on one socket
MOST_SOCKETS = 40  # of one person in one process
MOST_WRONG = 10  # frames in a row that are not understood
AWAY = (500, 5_000)  # milliseconds after which clients come back when the server stops, drawn for each


class RoomSocket:
    """The ASGI application of the socket's address."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        services: Services = scope["app"].state.services
        await receive()  # the handshake
        live = live_of(services)
        scope["locale"] = locale_of(Headers(scope=scope), services.settings.default_locale)
        try:
            with use_locale(scope["locale"]):
                live.start()
                entrance = await enter(services, live, scope)
        except Problem as problem:
            await refuse(scope, send, problem)
            return
        listener = _listener(scope, send, entrance)
        scope["headers"] = []  # a kilobyte for each socket that nobody looks at any more
        await send({"type": "websocket.accept"})
        live.hub.attach(listener)
        try:
            _welcome(listener)
            while (message := await receive())["type"] != "websocket.disconnect":
                _heard(live, listener, message.get("text"))
        finally:
            listener.ended = listener.ended or 1005
            live.hub.detach(listener)


def _listener(scope: Scope, send: Send, entrance: Entrance) -> Listener:
    link = link_of(scope)
    closer = partial(close_from_outside, send)
    outlet: Outlet = AsgiOutlet(send, closer) if link is None else LinkOutlet(link, closer)
    if link is not None:
        link.parting = _parting
    person_id = entrance.actor.person_id
    assert person_id is not None  # noqa: S101 - `enter` lets nobody else in
    return Listener(entrance.actor, person_id, entrance.credential, scope["locale"], outlet)


def close_from_outside(send: Send, code: int, reason: str) -> None:
    """Close a socket from outside its coroutine, which then sees it end."""

    async def close() -> None:
        with contextlib.suppress(OSError, RuntimeError):  # it is closed already
            await send({"type": "websocket.close", "code": code, "reason": reason})

    task = asyncio.get_running_loop().create_task(close())
    _CLOSING.add(task)
    task.add_done_callback(_CLOSING.discard)


_CLOSING: set["asyncio.Task[None]"] = set()  # held, or they could be collected while they wait


def _parting() -> bytes:
    least, most = AWAY
    return frame("reconnect", after_ms=least + secrets.randbelow(most - least)).wire


def _welcome(listener: Listener) -> None:
    if len(listener.caller.listeners) > MOST_SOCKETS:
        listener.end(TOO_MANY)
        return
    listener.tell(frame("welcome", v=VERSION, person=listener.person_id, heartbeat=HEARTBEAT))


def _heard(live: Live, listener: Listener, text: str | None) -> None:
    """Take one frame; whatever is wrong with it is answered in a sentence, and touches nobody else."""
    if listener.ended:
        return
    wait = listener.caller.spend(asyncio.get_running_loop().time())
    if text is not None and (len(text) > MOST_BYTES or len(text.encode()) > MOST_BYTES):
        listener.end(TOO_BIG)
        return
    with use_locale(listener.locale):
        if wait:
            message = _("That was too much at once. Please wait a moment.")
            echo = echo_of(text or "")
            listener.tell(nack(echo, "slow_down", message, retry_after=wait))
            return
        try:
            if text is None:
                raise Misunderstood("unknown_frame", _("The protocol has no binary frames."), {})
            said = understood(text)
        except Misunderstood as error:
            listener.tell(nack(error.echo, error.code, error.message))
            listener.wrong += 1
            if listener.wrong >= MOST_WRONG:
                listener.end(MISBEHAVED)
            return
        listener.wrong = 0
        _do(live, listener, said)


def _do(
    live: Live, listener: Listener, said: Subscribe | Unsubscribe | Writing | Read | Typing | Ping
) -> None:
    match said:
        case Subscribe():
            if len(listener.rooms) >= MOST_ROOMS and said.room not in listener.rooms:
                message = _("One connection follows at most %(most)s rooms.") % {"most": MOST_ROOMS}
                listener.tell(nack({"room": str(said.room)}, "too_many_rooms", message))
                return
            live.admission.follow(listener, said)
        case Unsubscribe():
            live.hub.unfollow(listener, said.room)
        case Read():
            live.read(listener, said)
        case Typing():
            live.typing(listener, said.room)
        case Ping():
            listener.tell(frame("pong", n=said.n))
        case _:
            _order(live, listener, said)


def _order(live: Live, listener: Listener, said: Writing) -> None:
    answer = partial(_answer, listener, str(said.room), str(said.cid))
    if not live.hub.order(Order(listener.actor, said, listener.locale, answer)):
        echo = {"room": str(said.room), "cid": str(said.cid)}
        listener.tell(nack(echo, "busy", _(BUSY), retry_after=1.0))


def _answer(listener: Listener, room: str, cid: str, outcome: Outcome) -> None:
    if isinstance(outcome, Accepted):
        listener.tell(frame("ack", room=room, cid=cid, seq=outcome.seq, at=outcome.at))
        return
    echo = {"room": room, "cid": cid}
    listener.tell(nack(echo, outcome.code, outcome.message, retry_after=outcome.retry_after))


def nack(echo: dict[str, str], code: str, message: str, *, retry_after: float | None = None) -> Frame:
    """Return a refusal; `retry_after` in seconds, told in milliseconds."""
    when = {} if retry_after is None else {"retry_after_ms": round(retry_after * 1000) + 1}
    return frame("nack", **echo, code=code, message=message, **when)
