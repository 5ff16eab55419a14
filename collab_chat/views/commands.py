"""The commands that one can type, for the suggestions while one writes."""

from common.i18n import N_
from common.i18n import gettext as _

COMMANDS: tuple[tuple[str, str], ...] = (
    ("score", N_("how likely an account is automated: @handle or an address")),
    ("ads", N_("ads that hold these words")),
    ("practice", N_("entries of the encyclopedia with these words")),
    ("scale", N_("how large a number of shares is")),
    ("task", N_("add a task")),
    ("vote", N_("open the qualification sheet")),
    ("severity", N_("grade the case: harm and breakout")),
    ("tlp", N_("change the room's marking")),
    ("report", N_("open the situation report")),
    ("help", N_("what can be typed here")),
)


def known_commands() -> list[tuple[str, str]]:
    """Return each command with what it does, in the reader's language."""
    return [(word, _(hint)) for word, hint in COMMANDS]
