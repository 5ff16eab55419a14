"""Incoming webhooks and outgoing commands."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Button, Hook, Member, Room, SlashCommand
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import RIGHTS, Right
from common.accounts.actors import Actor
from common.accounts.secrets import token_hash
from common.errors import NotFound
from common.i18n import gettext as _


def hooks(session: Session, actor: Actor) -> Sequence[tuple[Hook, str]]:
    """Return the webhooks with the names of their rooms, as the actor may know them ("": none, or not theirs), those in use first."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    theirs = session.scalars(
        select(Room)
        .join(Member, Member.room_id == Room.id)
        .where(Member.person_id == actor.person_id, Member.left_seq.is_(None))
    )
    hidden = hidden_cases(session, actor.person_id) if actor.person_id else {}
    names = {one.id: name_shown(one, hidden) for one in theirs}
    found = session.scalars(select(Hook).order_by(Hook.revoked_at.is_not(None), Hook.at.desc()))
    return [(one, names.get(one.room_id, "") if one.room_id else "") for one in found]


def rooms_for_hooks(session: Session, actor: Actor) -> Sequence[tuple[uuid.UUID, str]]:
    """Return the rooms into which somebody may let a webhook post, with their names as the actor may know them.

    That is those that they moderate, as far as their marking lets others in.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    moderating = [role.value for role, rights in RIGHTS.items() if Right.MODERATE in rights]
    rooms = session.scalars(
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
    )
    hidden = hidden_cases(session, actor.person_id) if actor.person_id else {}
    return [(one.id, name_shown(one, hidden)) for one in rooms]


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
