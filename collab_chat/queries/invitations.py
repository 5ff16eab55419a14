"""Invitations into rooms."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Member, RoomInvitation
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.rooms import removed_at
from collab_chat.schemas.rooms import RIGHTS, Right
from common.accounts.actors import Role
from common.accounts.queries import actor_of_person
from common.accounts.secrets import token_hash
from common.errors import NotFound
from common.i18n import N_
from common.i18n import gettext as _

ENDED = N_("This invitation is over, or was used up. Ask for a new one.")


def open_invitation(session: Session, token: str, *, at: datetime) -> RoomInvitation:
    """Return what a link that still holds leads to. Raises NotFound, in one sentence for all reasons."""
    held = session.get(RoomInvitation, token_hash(token))
    over = held is None or held.revoked_at is not None or held.expires_at <= at or held.uses_left < 1
    if held is None or over or not is_backed(session, held):
        raise NotFound(_(ENDED))
    return held


def is_backed(session: Session, held: RoomInvitation) -> bool:
    """Say whether who made a link could make it still: a link ends with its maker's removal, lower role or account."""
    if held.by_id is None:
        return True
    maker = session.get(Member, (held.room_id, held.by_id))
    if maker is None or removed_at(session, held.room_id, held.by_id) is not None:
        return False
    role, order = Role(maker.role), list(Role)
    able = Right.MODERATE in RIGHTS[role] and order.index(Role(held.role)) <= order.index(role)
    return able and PERMISSIONS.allows(actor_of_person(session, held.by_id, via="session"), Permission.ENTER)


def open_invitations_of(session: Session, room_id: uuid.UUID, *, at: datetime) -> Sequence[RoomInvitation]:
    """Return the links into a room that still hold, those that end first at the top."""
    found = session.scalars(
        select(RoomInvitation)
        .where(
            RoomInvitation.room_id == room_id,
            RoomInvitation.revoked_at.is_(None),
            RoomInvitation.expires_at > at,
            RoomInvitation.uses_left > 0,
        )
        .order_by(RoomInvitation.expires_at, RoomInvitation.token_hash)
    )
    return [one for one in found if is_backed(session, one)]
