"""Incoming webhooks: made, used, revoked."""

import uuid
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from collab_chat.models import Hook
from collab_chat.permissions import PERMISSIONS, TOOL, Permission, require_right
from collab_chat.queries.hooks import hook_of
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right
from collab_chat.schemas.signals import PROGRAM_MARKINGS
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.accounts.secrets import new_token, token_hash
from common.errors import Invalid
from common.i18n import gettext as _

LONGEST_NAME = 120  # characters


def make_hook(
    session: Session,
    actor: Actor,
    name: str,
    *,
    room_id: uuid.UUID | None,
    signals: bool,
    at: datetime,
    tlp: Tlp = Tlp.AMBER,
) -> tuple[Hook, str]:
    """Make a webhook that posts into a room, raises signals, or both; return it with its token, which is shown once.

    `tlp`: the marking of what it brings; what it posts bears the room's where that is stricter.

    Raises:
        Invalid: it would do nothing, or has no name, or the room's marking lets nothing in from outside, or its own is for people who
        are named. Forbidden: the room is not one's to moderate.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    name = " ".join(name.split())
    problems = {}
    if not 0 < len(name) <= LONGEST_NAME:
        problems["name"] = _("Give it a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
    if room_id is None and not signals:
        problems["room"] = _("Choose a room, or let it raise signals.")
    if room_id is not None:
        require_right(actor, standing_in(session, actor, room_id), Right.MODERATE)
        if Tlp(room_of(session, room_id).tlp).rank > Tlp.AMBER.rank:
            problems["room"] = _("This room’s marking is for people who are named; no program posts there.")
    if tlp not in PROGRAM_MARKINGS:
        problems["tlp"] = _("A program can mark what it brings up to TLP:AMBER.")
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    token = new_token()
    hook = Hook(
        token_hash=token_hash(token),
        name=name,
        room_id=room_id,
        signals=signals,
        tlp=tlp.value,
        by_id=actor.person_id,
        at=at,
        times=0,
    )
    session.add(hook)
    session.flush()
    record(session, actor, "hook_made", f"hook {hook.id}", tool=TOOL, at=at, name=name)
    return hook, token


def revoke_hook(session: Session, actor: Actor, hook_id: uuid.UUID, *, at: datetime) -> None:
    """Let a webhook's address end; what it brought stays."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    hook = hook_of(session, actor, hook_id)
    if hook.revoked_at is None:
        hook.revoked_at = at
        record(session, actor, "hook_revoked", f"hook {hook.id}", tool=TOOL, at=at, name=hook.name)


def count_use(session: Session, actor: Actor, hook: Hook, *, at: datetime) -> None:
    """Note that a webhook was used."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    session.execute(update(Hook).where(Hook.id == hook.id).values(times=Hook.times + 1, used_at=at))
