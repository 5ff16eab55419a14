"""The socket of a co-written report: binary frames of y-protocols. `core/y_protocol.py` says which, and what we add."""

import asyncio
import uuid
from functools import partial

from starlette.types import Receive, Scope, Send

from collab_chat.core.y_protocol import AwarenessFrame, BadFrame, SyncFrame, read_frame
from collab_chat.live.doorway import enter, refuse
from collab_chat.live.socket import MOST_SOCKETS, close_from_outside
from collab_chat.schemas.frames import Subscribe
from collab_chat.service.live.listeners import FORBIDDEN, MISBEHAVED, TOO_BIG, TOO_MANY, Listener
from collab_chat.service.live.live import live_of
from collab_chat.service.live.report_hub import AGAIN, ReportHub, reports_of
from collab_chat.service.live.report_open import Editor, Refused
from collab_chat.service.live.report_outlet import ReportOutlet
from common.errors import Problem
from common.i18n import gettext as _
from common.i18n import use_locale
from common.web.services import Services

MOST_BYTES = 1024 * 1024  # of one frame; the server's own limit is the same
RATE, BURST = 40.0, 200.0  # frames a second in the long run, and at once; the page sends at most fifteen
ADMISSION = 10.0  # seconds that the room may take to say whether one is in it


class ReportSocket:
    """The ASGI application of the socket's address."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        services: Services = scope["app"].state.services
        room_id: uuid.UUID = scope["path_params"]["room_id"]
        await receive()  # the handshake
        live = live_of(services)
        try:
            live.start()
            entrance = await enter(services, live, scope)
        except Problem as problem:
            await refuse(scope, send, problem)
            return
        outlet = ReportOutlet(send, partial(close_from_outside, send))
        person_id = entrance.actor.person_id
        assert person_id is not None  # noqa: S101 - `enter` lets nobody else in
        listener = Listener(entrance.actor, person_id, entrance.credential, scope.get("locale", "en"), outlet)
        await send({"type": "websocket.accept"})
        live.hub.attach(listener)
        hub, editor = reports_of(services, live), None
        try:
            if len(listener.caller.listeners) > MOST_SOCKETS:
                listener.end(TOO_MANY)
            # The room tells this connection when its person leaves or loses their sign-in; `head`: nobody is shown as present.
            live.admission.follow(listener, Subscribe(t="sub", room=room_id, follow="head"))
            editor = await _entered(hub, listener, outlet, room_id)
            await _serve(hub, listener, editor, receive)
        finally:
            listener.ended = listener.ended or 1005
            if editor is not None:
                hub.leave(editor)
            live.hub.detach(listener)


async def _entered(
    hub: ReportHub, listener: Listener, outlet: ReportOutlet, room_id: uuid.UUID
) -> Editor | None:
    """Let them in, or close and say why."""
    try:
        async with asyncio.timeout(ADMISSION):
            why = await outlet.admitted
    except TimeoutError:
        _end(listener, AGAIN, "")
        return None
    if why or listener.ended:
        _end(listener, FORBIDDEN, why)
        return None
    try:
        return await hub.enter(listener, outlet, room_id)
    except Problem as problem:
        _end(listener, FORBIDDEN, problem.message)
        return None


async def _serve(hub: ReportHub, listener: Listener, editor: Editor | None, receive: Receive) -> None:
    clock = asyncio.get_running_loop().time
    tokens, filled = BURST, clock()
    while (message := await receive())["type"] != "websocket.disconnect":
        if editor is None or listener.ended:
            continue
        now = clock()
        tokens, filled = min(BURST, tokens + (now - filled) * RATE) - 1, now
        data = message.get("bytes")
        with use_locale(listener.locale):
            if data is None or tokens < 0:
                listener.end(MISBEHAVED)
            elif len(data) > MOST_BYTES:
                editor.end(TOO_BIG, _("This is too much at once for the report."))
            else:
                _heard(hub, editor, data)


def _heard(hub: ReportHub, editor: Editor, data: bytes) -> None:
    """Take one frame; one that is none closes the connection that it came by, and no other."""
    try:
        match read_frame(data):
            case SyncFrame(kind, content):
                hub.sync(editor, kind, content)
            case AwarenessFrame(states):
                hub.cursor(editor, states)
    except BadFrame:
        editor.listener.end(MISBEHAVED)
    except Refused as refused:
        editor.end(refused.code, refused.message)


def _end(listener: Listener, code: int, reason: str) -> None:
    if not listener.ended:
        listener.ended = code
        listener.outlet.close(code, reason.encode()[:120].decode(errors="ignore"))
