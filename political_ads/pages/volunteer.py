"""Who labels: the account, or a cookie that says nothing but "the same browser as before"."""

import hashlib
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import address_of, limit
from common.web.services import Services
from political_ads.actions.contributors import contributor_of, new_cookie
from political_ads.models import Contributor
from political_ads.queries.contributors import contributor_of_cookie

YEAR = 365 * 24 * 3600
NEW_PER_HOUR = 60  # new cookies for one network address: a school class, not a program
HOUR = 3600.0


@dataclass(frozen=True)
class Volunteer:
    """A contributor as the page knows them. `fresh`: the secret of a cookie that the browser must be given.

    `identity` marks what a browser keeps as theirs; `former` is what it was before they signed in.
    """

    contributor: Contributor
    identity: str
    former: str = ""
    fresh: str = ""
    spent: bool = False  # the cookie became the account's and means nothing any more


def cookie_name(app: Services) -> str:
    """Return the cookie's name; the prefix makes browsers refuse it from elsewhere (RFC 6265bis § 4.1.3)."""
    return "__Host-ads_volunteer" if app.settings.secure else "ads_volunteer"


def volunteer_of(request: Request, app: Services, session: Session, actor: Actor) -> Volunteer:
    """Return who asks, among the contributors; somebody new gets a cookie with the answer (`keep_cookie`)."""
    secret = request.cookies.get(cookie_name(app))
    if actor.person_id is not None:
        before = contributor_of_cookie(session, secret) if secret else None
        former = identity_of(app, before) if before else ""
        contributor = contributor_of(session, actor, secret, at=app.clock())
        return Volunteer(contributor, identity_of(app, contributor), former, spent=secret is not None)
    fresh = ""
    if not secret or contributor_of_cookie(session, secret) is None:  # also one that we never gave
        limit(app.limiter, f"ads-volunteer:{address_of(request)}", NEW_PER_HOUR, HOUR)
        secret = fresh = new_cookie()
    contributor = contributor_of(session, actor, secret, at=app.clock())
    return Volunteer(contributor, identity_of(app, contributor), fresh=fresh)


def identity_of(app: Services, contributor: Contributor) -> str:
    """Return a mark that tells contributors apart and says nothing else: 24 hexadecimal digits."""
    key = app.settings.secret.encode()[: hashlib.blake2b.MAX_KEY_SIZE]
    return hashlib.blake2b(str(contributor.id).encode(), digest_size=12, key=key).hexdigest()


def keep_cookie(response: Response, app: Services, volunteer: Volunteer) -> Response:
    """Give the browser a new volunteer's cookie, or take a spent one away."""
    name, secure = cookie_name(app), app.settings.secure
    if volunteer.fresh:
        response.set_cookie(
            name, volunteer.fresh, max_age=YEAR, path="/", httponly=True, samesite="lax", secure=secure
        )
    elif volunteer.spent:
        response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=secure)
    return response
