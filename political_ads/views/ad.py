"""An ad as the platform showed it: plain words, links that lead nowhere, nothing loaded from outside."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from babel import Locale
from babel.numbers import format_currency
from fastapi import Request

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from common.web.charts import Bars, bars
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.core.spans import AgreedSpan
from political_ads.models import Ad, Creative

LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:\s]+)", re.IGNORECASE)
MOST_REGIONS = 6  # rows of a small chart; the rest is one row
_BABEL = {"en": "en_GB", "fr": "fr_FR"}
_formats = Formats()

PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "messenger": "Messenger",
    "google": "Google",
    "youtube": "YouTube",
    "snapchat": "Snapchat",
}
GENDERS = {"female": N_("Women"), "male": N_("Men"), "unknown": N_("Not known")}
WARNINGS = {"offensive": N_("Volunteers said that this ad may offend or upset.")}
_OTHER_WARNING = N_("This ad was marked as one to look at with care.")


@dataclass(frozen=True)
class Piece:
    """A stretch of an ad's text; `host` is the address's domain where the stretch is a link, else empty. `marked`: volunteers did."""

    text: str
    host: str = ""
    marked: bool = False


@dataclass(frozen=True)
class AdView:
    """What `parts/ad.html` draws. All is plain text; `picture` is an address of our own or empty."""

    page: str
    initial: str
    platform: str
    sponsor: str  # the line under the page's name: who paid, or that nobody is named
    pieces: tuple[Piece, ...]
    title: str
    description: str
    domain: str
    call_to_action: str
    picture: str
    picture_alt: str  # what it shows, for whoever cannot see it
    picture_missing: bool  # there was one, and it is not stored here
    facts: tuple[tuple[str, str], ...]
    ages: Bars | None
    genders: Bars | None
    regions: Bars | None
    warning: str  # a sentence; not empty: hidden until the reader asks
    language: str  # ISO 639-1 or empty


def ad_view(
    ad: Ad | None,
    creative: Creative | None = None,
    *,
    picture: str = "",
    marked: Sequence[AgreedSpan] = (),
) -> AdView:
    """Show an ad, or a creative by the ad that stands for it. The text is the creative's where there is one.

    `picture` is the address under which this deployment serves the stored picture. `marked`: places of the text that are shown
    as marked. Raises `ValueError` without an ad and a creative.
    """
    if ad is None and creative is None:
        raise ValueError("An ad or a creative is needed.")
    text = creative.text if creative else ad.text if ad else ""
    page = (ad.page_name if ad else "") or (creative.page_name if creative else "")
    demographics = ad.demographics if ad else []
    return AdView(
        page=page or _("Page not named"),
        initial=next((sign.upper() for sign in page if sign.isalnum()), "·"),
        platform=PLATFORMS.get(ad.platform, ad.platform) if ad else "",
        sponsor=_sponsor(ad),
        pieces=tuple(pieces(text, marked)),
        title=(creative.title if creative else "") or (ad.title if ad else ""),
        description=ad.description if ad else "",
        domain=(ad.link_caption or host_of(ad.landing_url)) if ad else "",
        call_to_action=_action_words(ad.call_to_action) if ad else "",
        picture=picture,
        picture_alt=(ad.image_alt if ad else "") or _("The ad’s picture"),
        picture_missing=not picture and bool(ad and (ad.image_url or ad.image or not text.strip())),
        facts=tuple(_facts(ad, creative)),
        ages=_split(demographics, "age"),
        genders=_split(demographics, "gender"),
        regions=_split(ad.regions if ad else [], "region"),
        warning=_warning(creative),
        language=creative.language if creative else ad.language if ad else "",
    )


def picture_path(request: Request, ad: Ad | None) -> str:
    """Return the address under which this deployment serves an ad's stored picture; empty where none is stored."""
    return path_for(request, "ads_picture", file=ad.image) if ad is not None and ad.image else ""


def pieces(text: str, marked: Sequence[AgreedSpan] = ()) -> Iterator[Piece]:
    """Cut a text at its links and marked places; joined again, the pieces are the text, character by character."""
    at = 0
    for found in LINK.finditer(text):
        yield from _cut(text, at, found.start(), marked)
        yield from _cut(text, found.start(), found.end(), marked, host_of(found[0]) or found[0])
        at = found.end()
    yield from _cut(text, at, len(text), marked)


def _cut(text: str, start: int, end: int, marked: Sequence[AgreedSpan], host: str = "") -> Iterator[Piece]:
    edges = {edge for one in marked for edge in (one.start, one.end) if start < edge < end}
    for left, right in pairwise(sorted({start, end, *edges})):
        yield Piece(text[left:right], host, any(one.start <= left < one.end for one in marked))


def host_of(address: str) -> str:
    """Return an address's domain without "www.", empty where there is none."""
    found = _HOST.match(address.strip())
    return found[1].lower() if found else ""


def _sponsor(ad: Ad | None) -> str:
    if ad and ad.paid_for_by:
        return _("Sponsored · paid for by %(sponsor)s") % {"sponsor": ad.paid_for_by}
    return _("Sponsored · no disclaimer shown")


def _action_words(code: str) -> str:
    """Return a button's words; platforms' libraries give codes such as LEARN_MORE."""
    return code.replace("_", " ").capitalize() if code.isupper() and "_" in code else code


def _warning(creative: Creative | None) -> str:
    if creative is None or not creative.warning:
        return ""
    return _(WARNINGS.get(creative.warning, _OTHER_WARNING))


def _facts(ad: Ad | None, creative: Creative | None) -> Iterator[tuple[str, str]]:
    """Yield what is known of how the ad ran; what is not known is left out."""
    yield from ((name, words) for name, words in _ran(ad, creative) if words)
    if ad:
        for name, value in ad.targeting.items():
            if words := _target(value):
                yield _("Targeted: %(what)s") % {"what": name.replace("_", " ")}, words
    if creative and creative.ads > 1:
        yield _("Same text in"), _("%(count)s ads") % {"count": _formats.number(creative.ads)}


def _ran(ad: Ad | None, creative: Creative | None) -> Iterator[tuple[str, str]]:
    shown = ad or creative
    if shown is None:
        return
    yield _("Shown"), _days(shown.started_at, shown.ended_at)
    yield _("Impressions"), between(shown.impressions_low, shown.impressions_high, _formats.number)
    reach = ad.reach if ad else None
    yield _("Accounts reached"), "" if reach is None else _formats.number(reach)
    yield (
        _("Spent"),
        between(shown.spend_low, shown.spend_high, lambda amount: money(amount, shown.currency)),
    )
    yield _("Countries"), ", ".join(country_name(code) for code in (ad.countries if ad else ()))


def between(low: float | None, high: float | None, words: Callable[[float], str]) -> str:
    """Write a range of which either end may be unknown; empty where both are."""
    if low is not None and high is not None:
        return words(low) if low == high else f"{words(low)} – {words(high)}"
    if low is not None:
        return _("at least %(least)s") % {"least": words(low)}
    return _("at most %(most)s") % {"most": words(high)} if high is not None else ""


def country_name(code: str) -> str:
    """Return a country's name in the reader's language, its code where it has none."""
    name: str = Locale.parse(_BABEL[current_locale()]).territories.get(code.upper(), code)
    return name


def _days(begin: datetime | None, end: datetime | None) -> str:
    if begin and end:
        first, last = _formats.date(begin), _formats.date(end)
        return first if first == last else f"{first} – {last}"
    if begin:
        return _("from %(date)s on") % {"date": _formats.date(begin)}
    return _("until %(date)s") % {"date": _formats.date(end)} if end else ""


def money(amount: float, currency: str) -> str:
    """Write an amount in its currency's main unit; without a currency, as a number."""
    if not currency:
        return _formats.number(amount)
    digits = f"{amount:.2f}".endswith(".00")
    words: str = format_currency(
        amount,
        currency,
        format="¤#,##0" if digits and current_locale() == "en" else "#,##0\xa0¤" if digits else None,
        currency_digits=not digits,
        locale=_BABEL[current_locale()],
    )
    return words


def _target(value: object) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)[:300]
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value[:12])[:300]
    return ""


def _split(shares: Sequence[Mapping[str, Any]], by: str) -> Bars | None:
    """Add an audience's shares up by age, gender or region; None where the source does not say."""
    sums: dict[str, float] = {}
    for share in shares:
        name, part = str(share.get(by) or ""), share.get("share")
        if name and isinstance(part, int | float):
            sums[name] = sums.get(name, 0.0) + float(part)
    if not sums:
        return None
    if by == "region":
        ordered = sorted(sums.items(), key=lambda row: (-row[1], row[0]))
        rest = sum(part for _name, part in ordered[MOST_REGIONS:])
        rows = [*ordered[:MOST_REGIONS], *([(_("elsewhere"), rest)] if rest > 0 else [])]
    else:
        rows = sorted(sums.items())
    if by == "gender":
        rows = [(_(GENDERS[name]) if name in GENDERS else name, part) for name, part in rows]
    return bars([(name, part, _formats.percent(part)) for name, part in rows], top=max(1.0, *sums.values()))
