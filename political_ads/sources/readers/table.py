"""Any table of ads (CSV, TSV, JSON), read by a mapping of columns that a person confirmed."""

from typing import Any

from common.i18n import N_
from common.i18n import gettext as _
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers.building import build_ad, currency, identifier, rest, text_id
from political_ads.sources.readers.places import countries
from political_ads.sources.readers.plain import one_line, plain
from political_ads.sources.readers.shapes import Fields, Format, Origin, Refused
from political_ads.sources.readers.values import address, count, moment, span

SOURCE = "table"
PLATFORMS = ("facebook", "instagram", "google", "youtube", "snapchat", "x", "tiktok", "linkedin")


def read(fields: Fields, origin: Origin) -> AdRecord:
    """Return one row's ad. Raises `Refused` where it has neither text nor title."""
    given: dict[str, Any] = dict(origin.constants)
    given |= {
        ours: value
        for ours, theirs in origin.columns.items()
        if (value := fields.get(theirs)) not in (None, "")
    }
    text, title = plain(given.get("text")), one_line(given.get("title"))
    if not text and not title:
        raise Refused(_("The ad has no text."))
    spend_low, spend_high = _bounds(given, "spend", origin.decimal)
    impressions_low, impressions_high = _bounds(given, "impressions", origin.decimal)
    return build_ad(
        source=origin.constants.get("source", "") or SOURCE,
        platform=_platform(given.get("platform")),
        external_id=identifier(given.get("external_id")) or text_id(f"{title}\0{text}"),
        text=text,
        title=title,
        description=plain(given.get("description")),
        call_to_action=one_line(given.get("call_to_action")),
        link_caption=one_line(given.get("link_caption")),
        landing_url=address(given.get("landing_url")),
        library_url=address(given.get("library_url")),
        image_url=address(given.get("image_url")),
        page_id=identifier(given.get("page_id")),
        page_name=one_line(given.get("page_name")),
        paid_for_by=one_line(given.get("paid_for_by")),
        language=one_line(given.get("language"))[:2].lower(),
        countries=countries(one_line(given.get("countries"))),
        currency=currency(given.get("currency")),
        spend_low=spend_low,
        spend_high=spend_high,
        impressions_low=None if impressions_low is None else round(impressions_low),
        impressions_high=None if impressions_high is None else round(impressions_high),
        reach=count(given.get("reach"), decimal=origin.decimal),
        started_at=moment(given.get("started_at")),
        ended_at=moment(given.get("ended_at")),
        extra=rest(fields, set(origin.columns.values())),
        weak_label=one_line(given.get("weak_label")),
    )


def _bounds(given: Fields, name: str, decimal: str) -> tuple[float | None, float | None]:
    low, high = span(given.get(name), decimal=decimal)
    least, _ignored = span(given.get(f"{name}_low"), decimal=decimal)
    _ignored, most = span(given.get(f"{name}_high"), decimal=decimal)
    return (low if least is None else least), (high if most is None else most)


def _platform(value: Any) -> str:
    name = one_line(value).lower()
    return next((known for known in PLATFORMS if known == name), "other" if not name else name[:30])


def _claims(names: frozenset[str]) -> bool:  # noqa: ARG001 - what every format takes
    return False  # never by itself: a person confirms what the columns mean


FORMAT = Format(SOURCE, N_("A table with columns of its own"), _claims, read)
