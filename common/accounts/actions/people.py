"""Roles, tokens and passwords of people."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common.accounts.actions.invitations import check_password
from common.accounts.actors import EVERY_TOOL, Actor, Role
from common.accounts.audit import record
from common.accounts.models import ApiToken, Person, RoleGrant, SignIn
from common.accounts.permissions import PERMISSIONS, Permission
from common.accounts.secrets import hash_password, new_token, password_matches, token_hash
from common.errors import Conflict, Invalid, NotFound
from common.i18n import gettext as _

TOKEN_PREFIX = "dit_"  # noqa: S105 - lets secret scanners recognise a leaked token


def set_role(
    session: Session, actor: Actor, person_id: uuid.UUID, tool: str, role: Role | None, *, at: datetime
) -> None:
    """Give a person a role in a tool, or take it away (None). The last admin cannot be taken away."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    if session.get(Person, person_id) is None:
        raise NotFound(_("This person has no account here."))
    held = session.get(RoleGrant, (person_id, tool))
    if held and tool == EVERY_TOOL and held.role == Role.ADMIN.value and role != Role.ADMIN:
        _keep_an_admin(session, person_id)
    if role is None:
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.tool == tool))
    else:
        session.merge(RoleGrant(person_id=person_id, tool=tool, role=role.value))
    record(session, actor, "set a role", str(person_id), tool="accounts", at=at, role=role, in_tool=tool)


def set_disabled(
    session: Session, actor: Actor, person_id: uuid.UUID, *, disabled: bool, at: datetime
) -> None:
    """Close a person's account, ending every sign-in and token at once, or open it again."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(_("This person has no account here."))
    if disabled:
        _keep_an_admin(session, person_id)
        session.execute(delete(SignIn).where(SignIn.person_id == person_id))
        session.execute(delete(ApiToken).where(ApiToken.person_id == person_id))
    person.disabled_at = at if disabled else None
    record(session, actor, "closed" if disabled else "reopened", str(person_id), tool="accounts", at=at)


def change_password(session: Session, actor: Actor, *, old: str, new: str, at: datetime) -> None:
    """Change the actor's own password and end their other sign-ins."""
    PERMISSIONS.require(actor, Permission.MANAGE_OWN_ACCOUNT)
    person = session.get_one(Person, actor.person_id)
    if not password_matches(person.password_hash, old):
        raise Invalid(
            _("The password was not changed."),
            fields={"old_password": _("This is not your present password.")},
        )
    check_password(new)
    person.password_hash = hash_password(new)
    session.execute(
        delete(SignIn).where(SignIn.person_id == person.id, SignIn.token_hash != actor.session_id)
    )
    record(session, actor, "changed the password", str(person.id), tool="accounts", at=at)


def create_token(session: Session, actor: Actor, name: str, *, days: int, at: datetime) -> str:
    """Make an API token for the actor and return it: the only time that it can be read."""
    PERMISSIONS.require(actor, Permission.MANAGE_OWN_ACCOUNT)
    if actor.via != "session" and actor.via != "command":
        raise Conflict(_("A token cannot make another token. Sign in to do this."))
    name = name.strip()
    if not 1 <= len(name) <= 80:
        raise Invalid(
            _("The token was not made."),
            fields={"name": _("Give the token a name, such as what will use it.")},
        )
    token = new_token(TOKEN_PREFIX)
    session.add(
        ApiToken(
            token_hash=token_hash(token),
            person_id=actor.person_id,
            name=name,
            created_at=at,
            expires_at=at + timedelta(days=min(max(days, 1), 366)),
        )
    )
    record(session, actor, "made a token", str(actor.person_id), tool="accounts", at=at)
    return token


def revoke_token(session: Session, actor: Actor, token_id: uuid.UUID, *, at: datetime) -> None:
    """End one of the actor's own tokens."""
    PERMISSIONS.require(actor, Permission.MANAGE_OWN_ACCOUNT)
    held = session.get(ApiToken, token_id)
    if held is None or held.person_id != actor.person_id:
        raise NotFound(_("This token has already ended."))
    session.delete(held)
    record(session, actor, "revoked a token", str(token_id), tool="accounts", at=at)


def _keep_an_admin(session: Session, leaving: uuid.UUID) -> None:
    others = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.tool == EVERY_TOOL, RoleGrant.role == Role.ADMIN.value)
        .where(RoleGrant.person_id != leaving, Person.disabled_at.is_(None))
    )
    is_admin = session.get(RoleGrant, (leaving, EVERY_TOOL))
    if is_admin and is_admin.role == Role.ADMIN.value and session.scalars(others.limit(1)).first() is None:
        raise Conflict(_("This is the last admin. Make somebody else an admin first."))
