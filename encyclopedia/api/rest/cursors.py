"""Cursors: where a list goes on."""

from common.errors import Invalid
from common.i18n import gettext as _


def number_of(cursor: str, *, first: int = 0, most: int = 2**62) -> int:
    """Return the number that a cursor holds, `first` for the top of a list.

    Raises:
        Invalid: no list gave this cursor.
    """
    if not cursor:
        return first
    if not (cursor.isascii() and cursor.isdigit()) or len(cursor) > 18 or int(cursor) > most:
        raise Invalid(
            _("This place in the list does not exist. Start from its top."),
            fields={"cursor": _("No list gave this cursor.")},
        )
    return int(cursor)
