"""The only code that reads people, sign-ins, tokens and the audit trail."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from common.accounts.actors import ANONYMOUS, Actor, Role
from common.accounts.models import ApiToken, AuditEntry, Invitation, Organisation, Person, RoleGrant, SignIn
from common.accounts.permissions import PERMISSIONS, Permission
from common.accounts.secrets import token_hash

SEEN_EVERY = timedelta(minutes=10)  # a page view need not write each time


def actor_of_cookie(session: Session, token: str, *, at: datetime) -> Actor:
    """Return who holds a sign-in cookie; ANONYMOUS where it has ended."""
    held = session.get(SignIn, token_hash(token))
    if held is None or held.expires_at < at:
        return ANONYMOUS
    return actor_of_person(session, held.person_id, via="session", session_id=held.token_hash)


def actor_of_token(session: Session, token: str, *, at: datetime) -> Actor:
    """Return who holds an API token; ANONYMOUS where it has ended."""
    held = session.scalars(select(ApiToken).where(ApiToken.token_hash == token_hash(token))).one_or_none()
    if held is None or held.expires_at < at:
        return ANONYMOUS
    return actor_of_person(session, held.person_id, via="token")


def actor_of_person(
    session: Session, person_id: uuid.UUID, *, via: str, session_id: str | None = None
) -> Actor:
    """Return a person as an actor; ANONYMOUS where the account is closed."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        return ANONYMOUS
    grants = session.scalars(select(RoleGrant).where(RoleGrant.person_id == person_id)).all()
    return Actor(person.id, person.name, {g.tool: Role(g.role) for g in grants}, via, session_id)


def touch_token(session: Session, token: str, *, at: datetime) -> None:
    """Note that an API token is in use."""
    session.execute(update(ApiToken).where(ApiToken.token_hash == token_hash(token)).values(used_at=at))


def touch_sign_in(session: Session, session_id: str, *, at: datetime, days: int) -> None:
    """Note that a sign-in is in use, and move its end."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == session_id, SignIn.seen_at < at - SEEN_EVERY)
        .values(seen_at=at, expires_at=at + timedelta(days=days))
    )


def person_of(session: Session, actor: Actor) -> Person:
    """Return the actor's own record."""
    PERMISSIONS.require(actor, Permission.MANAGE_OWN_ACCOUNT)
    return session.get_one(Person, actor.person_id)


def sign_ins_of(session: Session, actor: Actor) -> Sequence[SignIn]:
    """Return where the actor is signed in, last used first."""
    query = select(SignIn).where(SignIn.person_id == actor.person_id).order_by(SignIn.seen_at.desc())
    return session.scalars(query).all()


def tokens_of(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """Return the actor's API tokens, newest first."""
    query = select(ApiToken).where(ApiToken.person_id == actor.person_id).order_by(ApiToken.created_at.desc())
    return session.scalars(query).all()


def people(session: Session, actor: Actor, *, search: str = "", limit: int, offset: int) -> Sequence[Person]:
    """Return people by name."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    query = select(Person).order_by(Person.name, Person.id).limit(limit).offset(offset)
    if search:
        pattern = f"%{search.replace('%', '').replace('_', '')}%"
        query = query.where(Person.name.ilike(pattern) | Person.email.ilike(pattern))
    return session.scalars(query).all()


def grants_of(session: Session, person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Role]]:
    """Return the roles of several people at once."""
    found: dict[uuid.UUID, dict[str, Role]] = {person_id: {} for person_id in person_ids}
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id.in_(person_ids))):
        found[grant.person_id][grant.tool] = Role(grant.role)
    return found


def organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """Return the organisations by name."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    return session.scalars(select(Organisation).order_by(Organisation.name)).all()


def people_per_organisation(session: Session, actor: Actor) -> dict[uuid.UUID, int]:
    """Return how many people belong to each organisation; those without anybody are left out."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    query = select(Person.organisation_id, func.count()).group_by(Person.organisation_id)
    return {row[0]: row[1] for row in session.execute(query) if row[0]}


def open_invitations(session: Session, actor: Actor, *, at: datetime) -> Sequence[Invitation]:
    """Return the links that still work, newest first."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    query = select(Invitation).where(Invitation.used_at.is_(None), Invitation.expires_at >= at)
    return session.scalars(query.order_by(Invitation.created_at.desc())).all()


def invitation_of(session: Session, token: str, *, at: datetime) -> Invitation | None:
    """Return the invitation behind a link, while it works."""
    held = session.get(Invitation, token_hash(token))
    return None if held is None or held.used_at or held.expires_at < at else held


def audit_trail(
    session: Session,
    actor: Actor,
    *,
    action: str = "",
    tool: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[tuple[AuditEntry, str | None]]:
    """Return the audit trail with the actors' names, newest first, below entry `before`."""
    PERMISSIONS.require(actor, Permission.READ_AUDIT)
    query = select(AuditEntry, Person.name).outerjoin(Person, Person.id == AuditEntry.actor_id)
    if action:
        query = query.where(AuditEntry.action == action)
    if tool:
        query = query.where(AuditEntry.tool == tool)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    rows = session.execute(query.order_by(AuditEntry.id.desc()).limit(limit))
    return [(entry, name) for entry, name in rows]
