"""The way into any of the tool's sockets: whose page opened it, who it is, and how a refusal is told."""

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope, Send

from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.live import Credential
from collab_chat.service.live.entering import Entrance, check_origin, cookie_of, entrance_of
from collab_chat.service.live.listeners import FORBIDDEN, SIGN_IN
from collab_chat.service.live.live import Live
from common.accounts.secrets import token_hash
from common.errors import Forbidden, Problem, SignInNeeded
from common.web.services import Services

_CODES: dict[type[Problem], int] = {SignInNeeded: SIGN_IN, Forbidden: FORBIDDEN}


class WrongOrigin(Forbidden):
    """Another site's page opened the socket: not even the handshake is answered."""


async def enter(services: Services, live: Live, scope: Scope) -> Entrance:
    """Find out who opens a socket.

    Raises:
        WrongOrigin: another site's page. SignInNeeded, Forbidden: nobody we know, or not theirs.
    """
    headers = Headers(scope=scope)
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ticket")
    try:
        check_origin(services, scope["scheme"], headers, ticket=bool(given))
    except Forbidden as problem:
        raise WrongOrigin(problem.message) from problem
    cookie = None if given else cookie_of(services, headers)
    known = live.hub.known.get(Credential("session", token_hash(cookie))) if cookie else None
    if known is not None and not known.ended and "authorization" not in headers:
        PERMISSIONS.require(known.actor, Permission.ENTER)
        return Entrance(known.actor, known.credential)  # looked at within the last second
    ticket = given[0] if given else None
    found: Entrance = await live.hub.ask(lambda: entrance_of(services, headers, ticket))
    return found


async def refuse(scope: Scope, send: Send, problem: Problem) -> None:
    """Say why not: to another site's page by a failed handshake, to our own by a close code, which scripts can read."""
    if not isinstance(problem, WrongOrigin):
        await send({"type": "websocket.accept"})
        code = _CODES.get(type(problem), 1013)
        reason = problem.message.encode()[:120].decode(errors="ignore")
        await send({"type": "websocket.close", "code": code, "reason": reason})
        return
    if "websocket.http.response" in scope.get("extensions", {}):
        kind = (b"content-type", b"text/plain; charset=utf-8")
        await send({"type": "websocket.http.response.start", "status": problem.status, "headers": [kind]})
        await send({"type": "websocket.http.response.body", "body": problem.message.encode()})
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": problem.message[:60]})
