"""Signing in and out."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.audit import record
from common.accounts.models import Person, SignIn
from common.accounts.permissions import PERMISSIONS, Permission
from common.accounts.secrets import new_token, password_matches, token_hash
from common.errors import Invalid, NotFound
from common.i18n import gettext as _


def sign_in(session: Session, email: str, password: str, *, browser: str, at: datetime, days: int) -> str:
    """Check an address and a password and return the new cookie's token.

    Raises:
        Invalid: they do not belong together; the answer never says which of the two is wrong.
    """
    person = session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()
    known = person.password_hash if person and person.disabled_at is None else None
    if not password_matches(known, password) or person is None:
        raise Invalid(_("This address and this password do not belong together. Please try again."))
    return open_sign_in(session, person, browser=browser, at=at, days=days)


def open_sign_in(session: Session, person: Person, *, browser: str, at: datetime, days: int) -> str:
    """Sign a person in, in one browser, and return its cookie's token."""
    session.execute(delete(SignIn).where(SignIn.expires_at < at))
    token = new_token()
    session.add(
        SignIn(
            token_hash=token_hash(token),
            person_id=person.id,
            browser=browser[:80],
            created_at=at,
            seen_at=at,
            expires_at=at + timedelta(days=days),
        )
    )
    record(session, Actor(person.id, via="session"), "signed in", str(person.id), tool="accounts", at=at)
    return token


def sign_out(session: Session, actor: Actor, *, at: datetime) -> None:
    """End the sign-in that the actor uses now."""
    if actor.session_id:
        end_sign_in(session, actor, actor.session_id, at=at)


def end_sign_in(session: Session, actor: Actor, session_id: str, *, at: datetime) -> None:
    """End one of the actor's own sign-ins."""
    PERMISSIONS.require(actor, Permission.MANAGE_OWN_ACCOUNT)
    held = session.get(SignIn, session_id)
    if held is None or held.person_id != actor.person_id:
        raise NotFound(_("This sign-in has already ended."))
    session.delete(held)
    session.flush()
    record(session, actor, "signed out", str(actor.person_id), tool="accounts", at=at)
