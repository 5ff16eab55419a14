"""Who is asking: found once per request, from the sign-in cookie or from an API token."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from common.accounts.actors import Actor, Role
from common.accounts.queries import (
    SEEN_EVERY,
    actor_of_cookie,
    actor_of_person,
    actor_of_token,
    touch_sign_in,
    touch_token,
)
from common.accounts.secrets import token_hash
from common.errors import SignInNeeded, TooMany
from common.i18n import gettext as _
from common.limits import Limiter
from common.peers import read_statement
from common.web.services import App, Services


def cookie_name(services: Services) -> str:
    """Return the sign-in cookie's name; the prefix makes browsers refuse it from elsewhere (RFC 6265bis § 4.1.3)."""
    return "__Host-sign_in" if services.settings.secure else "sign_in"


async def identify(request: Request, app: App) -> Actor:
    """Find out who asks, and keep it in `request.state.actor`; only who shows a credential costs a trip to the database.

    Raises:
        SignInNeeded: a token was given, and it does not hold.
    """
    if "authorization" in request.headers or cookie_name(app) in request.cookies:
        actor = await run_in_threadpool(_find, request, app)
    else:
        actor = _guest(app)
    request.state.actor = actor
    return actor


def _guest(app: Services) -> Actor:
    return Actor(roles=dict.fromkeys(app.settings.open_tools, Role.GUEST))


def _find(request: Request, app: Services) -> Actor:
    scheme, _space, credential = request.headers.get("authorization", "").partition(" ")
    credential = credential.strip()
    if scheme.lower() == "bearer" and not request.url.path.endswith("/metrics"):
        return _of_token(app, credential)
    if scheme.lower() == "peer":
        return _of_peer(app, credential)
    cookie = request.cookies.get(cookie_name(app))
    if cookie:
        with app.database.read() as session:
            actor = actor_of_cookie(session, cookie, at=app.clock())
        if actor.is_signed_in:
            _touch(app, actor)
            return actor
    return _guest(app)


def _of_token(app: Services, token: str) -> Actor:
    """Return the person whose program asks, and note now and then that the token is in use."""
    with app.database.read() as session:
        actor = actor_of_token(session, token, at=app.clock())
    if not actor.is_signed_in:
        raise SignInNeeded(_("This API token has ended or was revoked. Make a new one on your account page."))
    if app.limiter.hit(f"token:{token_hash(token)}", 1, SEEN_EVERY.total_seconds()).allowed:
        with app.database.write() as session:
            touch_token(session, token, at=app.clock())
    return actor


def _of_peer(app: Services, credential: str) -> Actor:
    """Return the person that another tool asks for."""
    statement = read_statement(app.settings.secret, credential)
    if statement is None:
        raise SignInNeeded(_("The request of another tool could not be verified."))
    with app.database.read() as session:
        return actor_of_person(session, statement.person_id, via="peer")


def _touch(app: Services, actor: Actor) -> None:
    """Move the sign-in's end, seldom: a page view need not write."""
    if (
        actor.session_id
        and app.limiter.hit(f"seen:{actor.session_id}", 1, SEEN_EVERY.total_seconds()).allowed
    ):
        with app.database.write() as session:
            touch_sign_in(session, actor.session_id, at=app.clock(), days=app.settings.session_days)


def address_of(request: Request) -> str:
    """Return the asker's network address, for rate limits only; it is never stored or logged."""
    return request.client.host if request.client else "unknown"


def limit(limiter: Limiter, key: str, times: int, seconds: float) -> None:
    """Count one more; raises `TooMany` above `times` in `seconds`."""
    decision = limiter.hit(key, times, seconds)
    if not decision.allowed:
        raise TooMany(
            _("Too many tries from here. Please wait a little and try again."),
            retry_after=decision.retry_after,
        )


Viewer = Annotated[Actor, Depends(identify)]
