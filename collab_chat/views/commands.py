"""The commands that one can type, for the suggestions while one writes."""

from sqlalchemy.orm import Session

from collab_chat.core.commands import BUILT_IN
from collab_chat.queries.hooks import slash_commands
from common.i18n import gettext as _


def known_commands(session: Session) -> list[tuple[str, str]]:
    """Return each command, built in or of other programs, with what it does in the reader's language."""
    built_in = [(one.word, _(one.help)) for one in BUILT_IN.values()]
    return sorted([*built_in, *((one.word, one.help) for one in slash_commands(session))])
