"""Invitations into rooms."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import RoomInvitation
from common.accounts.secrets import token_hash
from common.errors import NotFound
from common.i18n import N_
from common.i18n import gettext as _

ENDED = N_("This invitation is over, or was used up. Ask for a new one.")


def open_invitation(session: Session, token: str, *, at: datetime) -> RoomInvitation:
    """Return what a link that still holds leads to. Raises NotFound, in one sentence for all reasons."""
    held = session.get(RoomInvitation, token_hash(token))
    if held is None or held.revoked_at is not None or held.expires_at <= at or held.uses_left < 1:
        raise NotFound(_(ENDED))
    return held


def open_invitations_of(session: Session, room_id: uuid.UUID, *, at: datetime) -> Sequence[RoomInvitation]:
    """Return the links into a room that still hold, those that end first at the top."""
    return session.scalars(
        select(RoomInvitation)
        .where(
            RoomInvitation.room_id == room_id,
            RoomInvitation.revoked_at.is_(None),
            RoomInvitation.expires_at > at,
            RoomInvitation.uses_left > 0,
        )
        .order_by(RoomInvitation.expires_at, RoomInvitation.token_hash)
    ).all()
