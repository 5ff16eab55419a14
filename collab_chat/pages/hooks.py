"""Where programs outside post: incoming webhooks in the Slack shape. What is answered, and with which words, is Slack's.

No page of ours and no language: the addresses stand outside both. Whoever knows an address may post to it, and do nothing else.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from collab_chat.core.slack import InvalidPayload, read_message, read_payload
from collab_chat.service.hooks import bring_in, known_hook
from collab_chat.service.responses import TokenOver, take_response
from common.errors import Conflict
from common.web.services import App, Services

router = APIRouter(prefix="/hooks", include_in_schema=False)
MOST_BODY = 256_000  # bytes; Slack's own messages have 40,000 characters at most
A_MINUTE, MOST_A_MINUTE = 60, 60
LONGEST_TOKEN = 2_000


@router.post("/{token}", name="room_hook")
async def receive(request: Request, app: App, token: str) -> Response:
    """Take a message in. The answer's body is exactly `ok`, or one of Slack's words for what went wrong."""
    body = await _body(request)
    if body is None:
        return PlainTextResponse("payload_too_large", 413)
    return await run_in_threadpool(_take, app, token, body, request.headers.get("content-type", ""))


@router.post("/responses/{token}", name="room_response")
async def respond(request: Request, app: App, token: str) -> Response:
    """Take a later answer of an integration to a command (`response_url`): half an hour long, five times."""
    body = await _body(request)
    if body is None:
        return PlainTextResponse("payload_too_large", 413)
    try:
        await run_in_threadpool(
            take_response, app, token[:LONGEST_TOKEN], body, request.headers.get("content-type", "")
        )
    except TokenOver:
        return PlainTextResponse("expired_url", 404)
    except ValueError:
        return PlainTextResponse("invalid_payload", 400)
    except Conflict:
        return PlainTextResponse("channel_is_archived", 410)
    return PlainTextResponse("ok")


def _take(app: Services, token: str, body: bytes, content_type: str) -> Response:
    hook = known_hook(app, token[:LONGEST_TOKEN])
    if hook is None:
        return PlainTextResponse("invalid_token", 403)
    if hook.revoked_at is not None:
        return PlainTextResponse("no_service", 404)
    decision = app.limiter.hit(f"room-hook:{hook.id}", MOST_A_MINUTE, A_MINUTE)
    if not decision.allowed:
        wait = str(max(1, round(decision.retry_after)))
        return PlainTextResponse("rate_limited", 429, {"Retry-After": wait})
    try:
        bring_in(app, token, read_message(read_payload(body, content_type)))
    except InvalidPayload:
        return PlainTextResponse("invalid_payload", 400)
    except Conflict:
        return PlainTextResponse("channel_is_archived", 410)
    return PlainTextResponse("ok")


async def _body(request: Request) -> bytes | None:
    """Return the body, or None where it is larger than is taken; no more of it is read then."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BODY:
            return None
    return bytes(body)
