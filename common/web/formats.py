"""Numbers and dates as readers of the current language write them (Unicode CLDR, through Babel)."""

import datetime as dt

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from common.clock import now
from common.i18n import current_locale

_BABEL = {"en": "en_GB", "fr": "fr_FR"}


class Formats:
    """What templates call `fmt`."""

    @property
    def _locale(self) -> str:
        return _BABEL[current_locale()]

    def number(self, value: float, digits: int | None = None) -> str:
        """Write a number, with at most (or, where given, exactly) `digits` decimals."""
        pattern = "#,##0.###" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self._locale)

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share of one as a percentage."""
        pattern = (
            "#,##0"
            + ("." + "0" * digits if digits else "")
            + ("\u202f%" if current_locale() == "fr" else "%")
        )
        return format_percent(share, format=pattern, locale=self._locale)

    def date(self, day: dt.date) -> str:
        """Write a day, such as 5 May 2026."""
        return format_date(day, format="d MMMM y", locale=self._locale)

    def short_date(self, day: dt.date) -> str:
        """Write a day without its year, such as 5 May: beneath a chart."""
        return format_date(day, format="d MMM", locale=self._locale)

    def datetime(self, moment: dt.datetime) -> str:
        """Write a moment with its time zone, such as 5 May 2026, 14:03 UTC."""
        return format_datetime(moment, format="d MMM y, HH:mm", locale=self._locale) + " UTC"

    def moment(self, moment: dt.datetime) -> Markup:
        """Write a moment for a page: in UTC, as `datetime` does, until script shows it by the reader's clock."""
        return Markup('<time datetime="{}" data-moment>{}</time>').format(
            moment.isoformat(), self.datetime(moment)
        )

    def relative(self, moment: dt.datetime) -> str:
        """Write how far a moment is from now, such as 3 hours ago."""
        return format_timedelta(moment - now(), add_direction=True, locale=self._locale)

    def duration(self, seconds: float) -> str:
        """Write a length of time, such as 3 minutes."""
        return format_timedelta(dt.timedelta(seconds=seconds), locale=self._locale)
