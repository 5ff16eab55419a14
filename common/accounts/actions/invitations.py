"""Invitation links: how people come in, and how they choose a new password."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.accounts.audit import record
from common.accounts.models import Invitation, Person, RoleGrant
from common.accounts.permissions import PERMISSIONS, Permission
from common.accounts.secrets import MAX_PASSWORD, MIN_PASSWORD, hash_password, new_token, token_hash
from common.errors import Conflict, Invalid, NotFound
from common.i18n import gettext as _

FIRST_LINK_HOURS = 24


def first_admin_link(session: Session, *, at: datetime) -> str | None:
    """Return the token of a link for the first admin; None once there is anybody.

    Each start without people draws a new token and ends the earlier ones.
    """
    if session.scalars(select(Person.id).limit(1)).first():
        return None
    for earlier in session.scalars(select(Invitation).where(Invitation.used_at.is_(None))):
        session.delete(earlier)
    return invite(session, operator(), tool=EVERY_TOOL, role=Role.ADMIN, at=at, hours=FIRST_LINK_HOURS)


def invite(  # noqa: PLR0913 - what a link says
    session: Session,
    actor: Actor,
    *,
    tool: str,
    role: Role,
    at: datetime,
    hours: int,
    email: str | None = None,
    person_id: uuid.UUID | None = None,
    organisation_id: uuid.UUID | None = None,
) -> str:
    """Make a link that brings somebody in with a role (or lets `person_id` choose a new password); return its token."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    token = new_token()
    session.add(
        Invitation(
            token_hash=token_hash(token),
            email=email.strip().lower() if email else None,
            person_id=person_id,
            organisation_id=organisation_id,
            tool=tool,
            role=role.value,
            invited_by=actor.person_id,
            created_at=at,
            expires_at=at + timedelta(hours=hours),
        )
    )
    action = "made a password link" if person_id else "invited"
    record(session, actor, action, f"{tool}:{role.value}", tool="accounts", at=at)
    return token


def accept_invitation(
    session: Session, token: str, *, email: str, name: str, password: str, at: datetime
) -> Person:
    """Turn a link into a person (or a new password) and end the link.

    Raises:
        NotFound: the link was used, has ended or never was.
        Invalid: a field cannot be used; `fields` says which.
        Conflict: the address already has an account.
    """
    held = session.get(Invitation, token_hash(token), with_for_update=True)
    if held is None or held.used_at or held.expires_at < at:
        raise NotFound(_("This link has been used or has ended. Ask an admin for a new one."))
    email, name = email.strip().lower(), name.strip()
    check_password(password)
    held.used_at = at
    if held.person_id:
        person = session.get_one(Person, held.person_id)
        person.password_hash = hash_password(password)
        record(
            session,
            Actor(person.id, via="link"),
            "chose a new password",
            str(person.id),
            tool="accounts",
            at=at,
        )
        return person
    _check_person(session, held, email, name)
    person = Person(email=email, name=name, password_hash=hash_password(password), created_at=at)
    person.organisation_id = held.organisation_id
    session.add(person)
    session.flush()
    session.add(RoleGrant(person_id=person.id, tool=held.tool, role=held.role))
    record(
        session,
        Actor(person.id, via="link"),
        "accepted an invitation",
        str(person.id),
        tool="accounts",
        at=at,
    )
    return person


def check_password(password: str) -> None:
    """Refuse passwords that are too short to protect anybody."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        problem = _("Choose a password of at least 12 characters; a short sentence is easy to remember.")
        raise Invalid(_("The password cannot be used."), fields={"password": problem})


def _check_person(session: Session, held: Invitation, email: str, name: str) -> None:
    fields = {}
    if not 3 <= len(email) <= 254 or email.count("@") != 1 or any(c.isspace() for c in email):
        fields["email"] = _("Enter an e-mail address such as name@example.org.")
    elif held.email and held.email != email:
        fields["email"] = _("This link was made for another address.")
    if not 1 <= len(name) <= 120:
        fields["name"] = _("Enter the name that colleagues will see.")
    if fields:
        raise Invalid(_("Some fields need a correction."), fields=fields)
    if session.scalars(select(Person.id).where(Person.email == email)).first():
        raise Conflict(_("This address already has an account. Sign in instead."))
