"""What is new, for the portal; `CHANGELOG.md` has all of it."""

from dataclasses import dataclass
from datetime import date

from common.i18n import N_
from common.i18n import gettext as _
from common.web.formats import Formats

_NEWS = (
    (
        date(2026, 11, 22),
        N_(
            "The alert room works: several organisations qualify a campaign together, vote blind first, and keep a log that loses nothing."
        ),
    ),
    (
        date(2026, 11, 22),
        N_(
            "Political ads work: label an ad with one key, and see what many answers say together, and how surely."
        ),
    ),
    (
        date(2026, 11, 22),
        N_(
            "The encyclopedia works: practices, tools, actors and case studies, sourced and reviewed, each with its whole history."
        ),
    ),
    (
        date(2026, 11, 22),
        N_(
            "The bot detector works: paste accounts or drop a file, and get a likelihood with its interval and its reasons."
        ),
    ),
)


@dataclass(frozen=True)
class News:
    """One piece of news, in the reader's language."""

    date: str
    text: str


def news() -> list[News]:
    """Return the news, newest first."""
    return [News(Formats().date(day), _(text)) for day, text in _NEWS]
