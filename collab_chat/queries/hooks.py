"""Incoming webhooks and outgoing commands."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Button, Hook, Member, Room, SlashCommand
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import RIGHTS, Right
from common.accounts.actors import Actor
from common.accounts.secrets import token_hash
from common.errors import NotFound
from common.i18n import gettext as _


def hooks(session: Session, actor: Actor) -> Sequence[tuple[Hook, str]]:
    """Return the webhooks with the names of their rooms ("" for none), those in use first."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    rows = session.execute(
        select(Hook, Room.name)
        .outerjoin(Room, Room.id == Hook.room_id)
        .order_by(Hook.revoked_at.is_not(None), Hook.at.desc())
    )
    return [(row[0], row[1] or "") for row in rows]


def rooms_for_hooks(session: Session, actor: Actor) -> Sequence[Room]:
    """Return the rooms into which somebody may let a webhook post: those that they moderate, as far as their marking lets others in."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    moderating = [role.value for role, rights in RIGHTS.items() if Right.MODERATE in rights]
    return session.scalars(
        select(Room)
        .join(Member, Member.room_id == Room.id)
        .where(
            Member.person_id == actor.person_id,
            Member.left_seq.is_(None),
            Member.role.in_(moderating),
            Room.archived.is_(False),
            Room.tlp.in_([Tlp.CLEAR.value, Tlp.GREEN.value, Tlp.AMBER.value]),
        )
        .order_by(Room.name, Room.id)
    ).all()


def hook_of(session: Session, actor: Actor, hook_id: uuid.UUID) -> Hook:
    """Return a webhook. Raises NotFound."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    found = session.get(Hook, hook_id)
    if found is None:
        raise NotFound(_("There is no such webhook."))
    return found


def hook_of_token(session: Session, token: str) -> Hook | None:
    """Return the webhook whose address somebody knows, revoked ones too."""
    return session.scalars(select(Hook).where(Hook.token_hash == token_hash(token))).one_or_none()


def slash_commands(session: Session) -> Sequence[SlashCommand]:
    """Return the outgoing commands that can be used, by word."""
    return session.scalars(
        select(SlashCommand).where(SlashCommand.revoked_at.is_(None)).order_by(SlashCommand.word)
    ).all()


def slash_command(session: Session, word: str) -> SlashCommand | None:
    """Return the outgoing command of a word."""
    return session.scalars(
        select(SlashCommand).where(SlashCommand.word == word, SlashCommand.revoked_at.is_(None))
    ).one_or_none()


def button(session: Session, button_id: str, room_id: uuid.UUID) -> Button:
    """Return where a button leads. Raises NotFound where that is forgotten."""
    found = session.get(Button, button_id)
    if found is None or found.room_id != room_id:
        raise NotFound(_("This button is too old: where it leads is forgotten."))
    return found
