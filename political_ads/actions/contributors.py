"""Contributors: a volunteer as the data knows them, by their account or by a cookie."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid
from common.i18n import gettext as _
from political_ads.actions.joining import join_histories
from political_ads.models import Contributor
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.contributors import (
    contributor_of_cookie,
    contributor_of_person,
    cookie_hash_of,
)

SEEN_EVERY = timedelta(minutes=10)  # how exact `seen_at` is: not every request writes it
MOST_LANGUAGES = 40


def new_cookie() -> str:
    """Return a fresh secret for a volunteer's cookie; only its hash is kept."""
    return secrets.token_urlsafe(32)


def contributor_of(session: Session, actor: Actor, cookie_secret: str | None, *, at: datetime) -> Contributor:
    """Return who this is among the contributors; made where new.

    A person's is found by the account. What was done under the cookie before signing in becomes the person's, once, and the cookie
    means nothing any more: give the browser a new one after signing out. Without an account, the cookie is the identity.

    Raises:
        Invalid: there is neither an account nor a cookie.
    """
    PERMISSIONS.require(actor, Permission.LABEL)
    by_cookie = contributor_of_cookie(session, cookie_secret) if cookie_secret else None
    if actor.person_id is None:
        if not cookie_secret:
            raise Invalid(_("Your browser sent no cookie. Allow cookies for this site, or sign in."))
        return _seen(
            by_cookie or _begin(session, Contributor(cookie_hash=cookie_hash_of(cookie_secret)), at), at
        )
    known = contributor_of_person(session, actor.person_id)
    if by_cookie is None:
        return _seen(known or _begin(session, Contributor(person_id=actor.person_id), at), at)
    by_cookie.cookie_hash = None
    if known is None:
        by_cookie.person_id = actor.person_id
        return _seen(by_cookie, at)
    join_histories(session, actor, known, by_cookie, at=at)
    return _seen(known, at)


def set_preferences(
    session: Session, actor: Actor, contributor: Contributor, *, languages: Sequence[str], country: str
) -> None:
    """Keep which languages' ads somebody wants (none: all), and their country (ISO 3166-1 alpha-2, or empty)."""
    PERMISSIONS.require(actor, Permission.LABEL)
    if len(languages) > MOST_LANGUAGES or any(not 2 <= len(language) <= 10 for language in languages):
        raise Invalid(_("Choose languages from the list."), fields={"languages": _("Choose from the list.")})
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Invalid(_("Choose a country from the list."), fields={"country": _("Choose from the list.")})
    contributor.languages, contributor.country = sorted(set(languages)), country.upper()
    session.flush()


def _begin(session: Session, contributor: Contributor, at: datetime) -> Contributor:
    contributor.languages, contributor.created_at, contributor.seen_at = [], at, at
    contributor.state = "active"
    session.add(contributor)
    session.flush()
    return contributor


def _seen(contributor: Contributor, at: datetime) -> Contributor:
    if at - contributor.seen_at > SEEN_EVERY:
        contributor.seen_at = at
    return contributor
