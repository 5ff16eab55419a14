"""Invitations into one room by a link, with a role, an end and so many uses."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import hold_room, standing_held
from collab_chat.actions.rooms import enter_invited
from collab_chat.models import Event, Member, Room, RoomInvitation
from collab_chat.permissions import TOOL, require_right
from collab_chat.queries.invitations import ENDED, is_backed, open_invitation
from collab_chat.queries.rooms import removed_at
from collab_chat.schemas.rooms import Right
from common.accounts.actions.people import set_role
from common.accounts.actors import Actor, Role, operator
from common.accounts.audit import record
from common.accounts.secrets import new_token, token_hash
from common.errors import Forbidden, Invalid, NotFound, SignInNeeded
from common.i18n import gettext as _

TOKEN_PREFIX = "dir_"  # noqa: S105 - lets secret scanners recognise a leaked link
LONGEST = timedelta(days=30)
MOST_USES = 200


def invite(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    role: Role,
    *,
    at: datetime,
    lasts: timedelta = timedelta(days=7),
    uses: int = 1,
) -> str:
    """Make a link's token; it is shown once, and only its hash is stored.

    Raises:
        Forbidden: the role is above one's own. Invalid: it would last over 30 days, or let in more than 200.
    """
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, Right.MODERATE)
    order = list(Role)
    if order.index(role) > order.index(standing.role):
        raise Forbidden(_("Nobody gives or takes a role above their own."))
    if not timedelta(0) < lasts <= LONGEST:
        raise Invalid(_("An invitation lasts at most %(most)s days.") % {"most": LONGEST.days})
    if not 0 < uses <= MOST_USES:
        raise Invalid(_("An invitation lets in one to %(most)s people.") % {"most": MOST_USES})
    token = new_token(TOKEN_PREFIX)
    session.add(
        RoomInvitation(
            token_hash=token_hash(token),
            room_id=room_id,
            role=role.value,
            by_id=standing.person_id,
            at=at,
            expires_at=at + lasts,
            uses_left=uses,
        )
    )
    record(session, actor, "room_invitation_made", f"room {room_id}", tool=TOOL, at=at, role=role.value)
    return token


def revoke_invitation(
    session: Session, actor: Actor, room_id: uuid.UUID, hashed: str, *, at: datetime
) -> None:
    """End a link before its time. `hashed`: what is stored of its token. Raises NotFound."""
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, Right.MODERATE)
    held = session.get(RoomInvitation, hashed)
    if held is None or held.room_id != room_id:
        raise NotFound(_("There is no such invitation."))
    held.revoked_at = held.revoked_at or at
    record(session, actor, "room_invitation_revoked", f"room {room_id}", tool=TOOL, at=at)


def accept_invitation(session: Session, actor: Actor, token: str, *, at: datetime) -> Room:
    """Enter the room that a link leads to; who is in it already uses nothing up.

    Whoever has no role in this tool yet becomes its guest: they see this one room.

    Raises:
        SignInNeeded: nobody is signed in. NotFound: the link is wrong, over, used up or revoked, is older than their removal, or who
        made it could not make it any more.
    """
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to enter this room."))
    room = hold_room(session, open_invitation(session, token, at=at).room_id)
    held = session.scalars(
        select(RoomInvitation)
        .where(RoomInvitation.token_hash == token_hash(token))
        .execution_options(populate_existing=True)  # another may have used it up while we waited for the room
    ).one()
    member = session.get(Member, (room.id, actor.person_id))
    if member is not None and member.left_seq is None:
        return room
    removed = removed_at(session, room.id, actor.person_id)
    older = removed is not None and removed >= held.at
    if held.uses_left < 1 or held.revoked_at is not None or older or not is_backed(session, held):
        raise NotFound(_(ENDED))
    if actor.role_in(TOOL) is None:
        set_role(session, operator("job"), actor.person_id, TOOL, Role.GUEST, at=at)
        actor = Actor(
            actor.person_id, actor.name, {**actor.roles, TOOL: Role.GUEST}, actor.via, actor.session_id
        )
    held.uses_left -= 1
    enter_invited(session, actor, room.id, _role(session, held, member), at=at)
    record(session, actor, "room_invitation_used", f"room {room.id}", tool=TOOL, at=at)
    return room


def _role(session: Session, held: RoomInvitation, member: Member | None) -> Role:
    """Return the role that a link gives: to who was in the room when it was made, none above what they had on leaving."""
    role = Role(held.role)
    if member is None or member.left_seq is None or not member.name:  # forgotten: nobody knows
        return role
    if session.get_one(Event, (held.room_id, member.left_seq)).at < held.at:
        return role
    return min(role, Role(member.role), key=list(Role).index)
