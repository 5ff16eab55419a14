"""Outgoing commands: added and revoked by coordinators."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.core.addresses import web_address
from collab_chat.core.commands import BUILT_IN, NAME
from collab_chat.models import SlashCommand
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.accounts.secrets import new_token
from common.errors import Invalid, NotFound
from common.i18n import gettext as _

LONGEST_HELP = 300  # characters


def add_slash_command(
    session: Session, actor: Actor, word: str, url: str, *, help_text: str = "", at: datetime
) -> SlashCommand:
    """Add a command that is sent to an address; its token proves to the other side that we ask, and is shown once.

    A word that was revoked can be given again, with a new token.

    Raises:
        Invalid: the word is none, is built in or taken, or the address cannot be used.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    word, url = word.strip().lstrip("/").lower(), web_address(url)
    known = session.scalars(select(SlashCommand).where(SlashCommand.word == word)).one_or_none()
    problems = {}
    if not NAME.fullmatch(word):
        problems["word"] = _("A word of small letters and digits, such as “translate”.")
    elif word in BUILT_IN or (known is not None and known.revoked_at is None):
        problems["word"] = _("/%(word)s exists already.") % {"word": word}
    if len(help_text) > LONGEST_HELP:
        problems["help"] = _("Please keep to %(most)s characters.") % {"most": LONGEST_HELP}
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    command = known or SlashCommand(word=word)
    command.url, command.token, command.help = url, new_token(), " ".join(help_text.split())
    command.by_id, command.at, command.revoked_at = actor.person_id, at, None
    session.add(command)
    session.flush()
    record(session, actor, "command_added", f"command /{word}", tool=TOOL, at=at, url=url)
    return command


def revoke_slash_command(session: Session, actor: Actor, command_id: uuid.UUID, *, at: datetime) -> None:
    """Take a command away."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    command = session.get(SlashCommand, command_id)
    if command is None:
        raise NotFound(_("There is no such command."))
    command.revoked_at = command.revoked_at or at
    record(session, actor, "command_revoked", f"command /{command.word}", tool=TOOL, at=at)
