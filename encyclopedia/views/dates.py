"""Dates as facts hold them (EDTF level 0), in words."""

from datetime import date

from babel.dates import format_date

from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.formats import Formats

PATTERNS = {1: "y", 2: "MMMM y"}  # by how many parts are known
_formats = Formats()


def partial_date(text: str) -> str:
    """Return an EDTF level 0 date or interval in the reader's words: "May 2019", "2019 – June 2020", "since 2019"."""
    begin, slash, end = text.partition("/")
    if not slash:
        return _one(begin)
    if end == "..":
        return _("since %(date)s") % {"date": _one(begin)}
    return f"{_one(begin)} – {_one(end)}"


def validity(begin: str | None, end: str | None) -> str:
    """Return for how long a fact holds, "" where nobody said."""
    if begin and end:
        return f"{partial_date(begin)} – {partial_date(end)}"
    if begin:
        return _("since %(date)s") % {"date": partial_date(begin)}
    return _("until %(date)s") % {"date": partial_date(end)} if end else ""


def _one(text: str) -> str:
    parts = [int(part) for part in text.split("-")]
    try:
        if len(parts) == len(("year", "month", "day")):
            return _formats.date(date(*parts))
        day = date(parts[0], parts[1] if len(parts) > 1 else 1, 1)
    except ValueError:  # the shape allows a 13th month; what was written stands for itself
        return text
    locale = {"en": "en_GB", "fr": "fr_FR"}[current_locale()]
    return format_date(day, format=PATTERNS[len(parts)], locale=locale)
