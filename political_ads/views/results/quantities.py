"""Figures of money, impressions and time."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from babel.dates import format_date

from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.charts import bars, histogram, line_chart
from political_ads.queries.results import Quantity
from political_ads.service.results import Results
from political_ads.views.ad import money
from political_ads.views.results.figures import FigureView, Wording, fmt, quoted

LOCALES = {"en": "en_GB", "fr": "fr_FR"}
FEW_MONTHS = 2


def spend_figures(results: Results, wording: Wording) -> Iterator[FigureView]:
    """One figure a currency: what was spent on creatives of each label, from the lower to the upper ends that libraries state."""
    known = [row for row in results.spend if row.currency and row.creatives > row.unknown]
    for currency in sorted({row.currency for row in known}):
        rows = [row for row in known if row.currency == currency]
        silent = sum(row.creatives for row in results.spend) - sum(
            row.creatives - row.unknown for row in rows
        )
        yield _range_figure(f"spend-{currency.lower()}", results, rows, wording, silent, currency)


def impressions_figure(results: Results, wording: Wording) -> FigureView | None:
    """How often creatives of each label were shown."""
    known = [row for row in results.impressions if row.creatives > row.unknown]
    if not known:
        return None
    silent = sum(row.unknown for row in results.impressions)
    return _range_figure("impressions", results, known, wording, silent, "")


def _range_figure(
    key: str, results: Results, rows: Sequence[Quantity], wording: Wording, silent: int, currency: str
) -> FigureView:
    def words(amount: float) -> str:
        return money(amount, currency) if currency else fmt.number(amount)

    def whole(row: Quantity) -> str:
        text = words(row.low) if row.low == row.high else f"{words(row.low)} – {words(row.high)}"
        return _("%(amount)s or more") % {"amount": text} if row.open_ended else text

    ordered = sorted(rows, key=lambda row: (-row.high, row.label))
    names = {row.label: wording.of_class(results.main, row.label) for row in ordered}
    first = ordered[0]
    title = (
        _("Most money went to %(label)s: %(amount)s")
        if currency
        else _("Most often shown: %(label)s, %(amount)s times")
    )
    return FigureView(
        key=key,
        title=title % {"label": quoted([names[first.label]]), "amount": whole(first)},
        subtitle=_("Spent, in %(currency)s: from the sum of lower ends (bar) to that of upper ends (line)")
        % {"currency": currency}
        if currency
        else _("Impressions: from the sum of lower ends (bar) to that of upper ends (line)"),
        source=wording.source,
        bars=bars(
            [(names[row.label], row.low, whole(row)) for row in ordered],
            intervals=[(row.low, row.high) for row in ordered],
        ),
        columns=(
            _("Label"),
            _("At least"),
            _("At most"),
            _("Creatives counted"),
            _("of these without an upper end"),
            _("Creatives unknown"),
        ),
        rows=tuple(
            (
                names[row.label],
                words(row.low),
                words(row.high) if not row.open_ended else _("not known"),
                fmt.number(row.creatives - row.unknown),
                fmt.number(row.open_ended),
                fmt.number(row.unknown),
            )
            for row in ordered
        ),
        raw_columns=("label", "currency", "low", "high", "creatives", "open_ended", "unknown"),
        raw=tuple(
            (
                row.label,
                row.currency,
                row.low,
                row.high,
                row.creatives - row.unknown,
                row.open_ended,
                row.unknown,
            )
            for row in ordered
        ),
        note=_silent(silent),
    )


def _silent(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s labelled creative is not in these sums: nothing is known of it, or in another currency.",
        "%(count)s labelled creatives are not in these sums: nothing is known of them, or in another currency.",
        count,
    ) % {"count": fmt.number(count)}


def months_figure(results: Results, wording: Wording) -> FigureView | None:
    """Labelled creatives by the month in which they were first shown: those that the first finding speaks of, and all."""
    every = _months(results)
    if len(every) < FEW_MONTHS:
        return None
    hits = dict.fromkeys(every, 0)
    sums = dict.fromkeys(every, 0)
    for row in results.months:
        sums[row.name] += row.count
        hits[row.name] += row.count if row.label in results.answered else 0
    peak = max(every, key=lambda month: (sums[month], month))
    labels = quoted([wording.of_class(results.main, key) for key in results.answered])

    def month_words(place: float) -> str:
        return _month(every[min(len(every) - 1, round(place))])

    return FigureView(
        key="months",
        title=_("Most of the labelled creatives began in %(month)s: %(count)s")
        % {
            "month": _month(peak),
            "count": fmt.number(sums[peak]),
        },
        subtitle=_("Labelled creatives by the month in which they were first shown"),
        source=wording.source,
        lines=line_chart(
            [
                (labels, [(n, hits[month]) for n, month in enumerate(every)]),
                (_("all labels"), [(n, sums[month]) for n, month in enumerate(every)]),
            ],
            x=(0, len(every) - 1),
            y=(0, max(1, *sums.values()) * 1.05),
            x_words=month_words,
            y_words=fmt.number,
        ),
        x_label=_("month"),
        y_label=_("creatives"),
        columns=(_("Month"), labels, _("all labels")),
        rows=tuple((_month(month), fmt.number(hits[month]), fmt.number(sums[month])) for month in every),
        raw_columns=("month", "answered", "all"),
        raw=tuple((month, hits[month], sums[month]) for month in every),
    )


def days_figure(results: Results, wording: Wording) -> FigureView | None:
    """Answers by day."""
    if not results.days:
        return None
    first, last = results.days[0][0], max(results.days[-1][0], results.days[0][0] + timedelta(days=6))
    found = dict(results.days)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counts = [found.get(day, 0) for day in days]

    def day_words(place: float) -> str:
        return format_date(first + timedelta(days=int(place)), "d MMM", locale=LOCALES[current_locale()])

    return FigureView(
        key="days",
        title=_("%(count)s answers in the last %(days)s days")
        % {
            "count": fmt.number(sum(counts)),
            "days": fmt.number(len(days)),
        },
        subtitle=_("Answers by day (UTC)"),
        source=wording.source,
        histogram=histogram(counts, low=0, high=len(days), x_words=day_words, y_words=fmt.number),
        x_label=_("day"),
        y_label=_("number of answers"),
        columns=(_("Day"), _("Answers")),
        rows=tuple((fmt.date(day), fmt.number(count)) for day, count in zip(days, counts, strict=True)),
        raw_columns=("day", "answers"),
        raw=tuple((day.isoformat(), count) for day, count in zip(days, counts, strict=True)),
    )


def _months(results: Results) -> list[str]:
    """Return every month from the first to the last, those without a creative too."""
    named = sorted({row.name for row in results.months})
    if not named:
        return []
    year, month = (int(part) for part in named[0].split("-"))
    found = [named[0]]
    while found[-1] < named[-1]:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        found.append(f"{year:04}-{month:02}")
    return found


def _month(name: str) -> str:
    year, month = (int(part) for part in name.split("-"))
    return format_date(date(year, month, 1), "MMM y", locale=LOCALES[current_locale()])
