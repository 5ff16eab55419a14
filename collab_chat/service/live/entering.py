"""Who connects: by a sign-in cookie from our own pages, by an API token, or by a ticket that is good once."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer

from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.live import Credential, credential_of, standing_credentials
from common.accounts.actors import ANONYMOUS, Actor
from common.accounts.queries import actor_of_cookie, actor_of_person, actor_of_token
from common.accounts.secrets import token_hash
from common.accounts.viewer import cookie_name
from common.errors import Forbidden, SignInNeeded
from common.i18n import gettext as _
from common.web.services import Services

TICKET_SECONDS = 30
_PURPOSE = "room ticket"


@dataclass(frozen=True, slots=True)
class Entrance:
    """Somebody who may connect, and by what."""

    actor: Actor
    credential: Credential | None


def check_origin(services: Services, scheme: str, headers: Mapping[str, str], *, ticket: bool) -> None:
    """Refuse a socket that another site's page opens: browsers send the cookie along, but also where the page is from.

    What sends no Origin is no browser; it comes with a ticket or a token, never with a cookie alone. Raises Forbidden.
    """
    origin = headers.get("origin")
    if origin is None:
        if not ticket and "authorization" not in headers:
            raise Forbidden(_("Programs connect with an API token or a ticket, not with a browser's cookie."))
        return
    public = "{0.scheme}://{0.netloc}".format(urlsplit(services.settings.public_url))
    own = ("https" if scheme in {"wss", "https"} else "http") + f"://{headers.get('host', '')}"
    if origin not in {public, own}:
        raise Forbidden(_("This connection was opened by another site. Open the room here and try again."))


def cookie_of(services: Services, headers: Mapping[str, str]) -> str | None:
    """Return the sign-in cookie."""
    try:
        held = SimpleCookie(headers.get("cookie", "")).get(cookie_name(services))
    except CookieError:
        return None
    return held.value if held else None


def bearer_of(headers: Mapping[str, str]) -> str | None:
    """Return the API token."""
    scheme, _space, credential = headers.get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else None


def entrance_of(services: Services, headers: Mapping[str, str], ticket: str | None) -> Entrance:
    """Find out who connects; asks the database.

    Raises:
        SignInNeeded: nobody we know. Forbidden: the alert room is not theirs.
    """
    entrance = _by_ticket(services, ticket) if ticket else _by_credential(services, headers)
    if entrance.actor.person_id is None:
        raise SignInNeeded(_("Sign in to follow the rooms."))
    PERMISSIONS.require(entrance.actor, Permission.ENTER)
    return entrance


def _by_credential(services: Services, headers: Mapping[str, str]) -> Entrance:
    token, cookie = bearer_of(headers), cookie_of(services, headers)
    with services.database.read() as session:
        if token is not None:
            actor = actor_of_token(session, token, at=services.clock())
            return Entrance(actor, credential_of(actor, token_hash(token)))
        if cookie is not None:
            actor = actor_of_cookie(session, cookie, at=services.clock())
            return Entrance(actor, credential_of(actor, None))
    return Entrance(ANONYMOUS, None)


def make_ticket(services: Services, actor: Actor, bearer: str | None) -> str:
    """Return a ticket for one connection of this person, good for 30 seconds; it ends with what it was asked by.

    Raises:
        SignInNeeded, Forbidden: the alert room is not theirs.
    """
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to follow the rooms."))
    PERMISSIONS.require(actor, Permission.ENTER)
    by = credential_of(actor, token_hash(bearer) if bearer else None)
    said = [str(actor.person_id), by.kind if by else "", by.key if by else "", secrets.token_urlsafe(16)]
    return URLSafeTimedSerializer(services.settings.secret, _PURPOSE).dumps(said)


def _by_ticket(services: Services, ticket: str) -> Entrance:
    """Return who a ticket lets in, once: its hash is noted where all processes count."""
    refused = SignInNeeded(_("This ticket was used before, or has ended. Ask for another."))
    try:
        said = URLSafeTimedSerializer(services.settings.secret, _PURPOSE).loads(
            ticket, max_age=TICKET_SECONDS
        )
        person_id, kind, key, _nonce = said
        person = uuid.UUID(str(person_id))
    except (BadSignature, ValueError, TypeError) as error:
        raise refused from error
    noted = hashlib.sha256(ticket.encode()).hexdigest()
    if not services.limiter.hit(f"room-ticket:{noted}", 1, 2 * TICKET_SECONDS).allowed:
        raise refused
    credential = Credential(str(kind), str(key)) if kind in {"session", "token"} else None
    with services.database.read() as session:
        if credential and credential not in standing_credentials(session, [credential], at=services.clock()):
            raise refused
        via = "token" if credential and credential.kind == "token" else "session"
        session_id = credential.key if credential and credential.kind == "session" else None
        return Entrance(actor_of_person(session, person, via=via, session_id=session_id), credential)
