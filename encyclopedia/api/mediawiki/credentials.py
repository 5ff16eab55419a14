"""How programs sign in (bot passwords), and the tokens that go with what they write.

A bot password is one of a person's API tokens. Signing in with it sets a cookie for this API alone: it opens nothing else, and
ends with the token. Nothing is stored for it.
"""

import hashlib
import hmac
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import ANONYMOUS, Actor
from common.accounts.models import ApiToken, Person
from common.accounts.queries import actor_of_person
from common.accounts.secrets import token_hash

COOKIE = "encyclopedia_program"
SUFFIX = "+\\"  # as MediaWiki's: what a broken proxy mangles is noticed
LOGIN_HOURS = 2  # that a token for signing in holds, at least one of them


def sign(secret: str, *parts: str) -> str:
    """Return a MAC of some parts (HMAC-SHA-256, 160 bits in hexadecimal)."""
    message = "\x00".join(("encyclopedia/mediawiki", *parts)).encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:40]


def csrf_token(secret: str, kind: str, credential: str) -> str:
    """Return the token of a kind for a credential; nobody's is the bare suffix, as in MediaWiki."""
    return (sign(secret, "token", kind, credential) if credential else "") + SUFFIX


def login_tokens(secret: str, at: datetime) -> list[str]:
    """Return the tokens for signing in that hold now, the newest first."""
    hours = [at - timedelta(hours=number) for number in range(LOGIN_HOURS)]
    return [sign(secret, "login", f"{hour:%Y%m%d%H}") + SUFFIX for hour in hours]


def same(given: str, expected: str) -> bool:
    """Compare two secrets in the same time, wherever they differ."""
    return hmac.compare_digest(given.encode(), expected.encode())


def person_of_password(session: Session, name: str, password: str, *, at: datetime) -> ApiToken | None:
    """Return the API token that a password is, if it belongs to who is named: ``Robin@anything`` or ``robin@example.org@anything``."""
    held = session.scalars(select(ApiToken).where(ApiToken.token_hash == token_hash(password))).one_or_none()
    if held is None or held.expires_at < at:
        return None
    person = session.get(Person, held.person_id)
    if person is None or person.disabled_at is not None:
        return None
    called = {name.casefold(), name.rpartition("@")[0].casefold()}
    return held if {person.name.casefold(), person.email.casefold()} & called else None


def cookie_of(secret: str, held: ApiToken, *, until: datetime) -> str:
    """Return the cookie for somebody who signed in with a token."""
    ends = str(int(min(until, held.expires_at).timestamp()))
    return f"{held.id.hex}.{ends}.{sign(secret, 'cookie', held.id.hex, ends)}"


def actor_of_cookie(session: Session, secret: str, cookie: str, *, at: datetime) -> Actor:
    """Return who holds a cookie; ANONYMOUS where it, or its token, has ended."""
    number, _dot, rest = cookie.partition(".")
    ends, _dot, mac = rest.partition(".")
    if not same(mac, sign(secret, "cookie", number, ends)) or int(ends) < at.timestamp():
        return ANONYMOUS
    held = session.get(ApiToken, uuid.UUID(hex=number))
    if held is None or held.expires_at < at:
        return ANONYMOUS
    actor = actor_of_person(session, held.person_id, via="token")
    return replace(actor, session_id=None)
