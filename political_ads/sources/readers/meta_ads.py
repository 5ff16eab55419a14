"""Ads of Meta's library as `ads_archive` gives them, from 2018 to API v22 and with the EU's and Brazil's fields.

Source: Meta, "Ad Library API", reference of the node ArchivedAd. Numbers and percentages come as texts. Until 2021 an ad
had one text (`ad_creative_body`), since then a list (`ad_creative_bodies`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from common.i18n import N_
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers.building import build_ad, currency, identifier, rest
from political_ads.sources.readers.places import countries, country
from political_ads.sources.readers.plain import one_line, plain
from political_ads.sources.readers.shapes import Fields, Format, Origin
from political_ads.sources.readers.values import count, moment, share, span, whole_span, without_secrets

SOURCE = "meta_api"
LIBRARY = "https://www.facebook.com/ads/library/?id="
IDS = ("id", "_id", "ad_id", "ad_archive_id", "adArchiveID")

_MARKS = frozenset(
    {"ad_creative_body", "ad_creative_bodies", "ad_snapshot_url", "ad_delivery_start_time", "ad_creative_link_title", "ad_creative_link_titles"}
)  # fmt: skip
_USED = frozenset(
    {
        *IDS, *_MARKS, "ad_creation_time", "ad_delivery_stop_time", "ad_creative_link_caption", "ad_creative_link_captions",
        "ad_creative_link_description", "ad_creative_link_descriptions", "age_country_gender_reach_breakdown",
        "total_reach_by_location", "eu_total_reach", "br_total_reach", "bylines", "byline", "funding_entity", "currency",
        "delivery_by_region", "region_distribution", "demographic_distribution", "impressions", "spend", "languages",
        "page_id", "page_name", "target_ages", "target_gender", "target_locations", "ad_reached_countries",
    }
)  # fmt: skip


def _claims(names: frozenset[str]) -> bool:
    return bool(names & _MARKS) and bool(names & {each.lower() for each in IDS})


def read(fields: Fields, origin: Origin) -> AdRecord:
    """Return the ad of one ArchivedAd. Raises `Refused` where it has no id."""
    external_id = next((found for key in IDS if (found := identifier(fields.get(key)))), "")
    texts = _texts(fields, "ad_creative_bodies", "ad_creative_body")
    titles = _texts(fields, "ad_creative_link_titles", "ad_creative_link_title")
    spend_low, spend_high = span(_parsed(fields.get("spend")))
    impressions_low, impressions_high = whole_span(_parsed(fields.get("impressions")))
    demographics = _demographics(fields)
    regions = _regions(fields)
    extra = rest(fields, _USED)
    if len(texts) > 1:
        extra["more_texts"] = texts[1:20]
    if fields.get("ad_creation_time"):
        extra["ad_creation_time"] = fields["ad_creation_time"]
    return build_ad(
        source=SOURCE,
        platform=_platform(fields.get("publisher_platforms") or fields.get("publisher_platform")),
        external_id=external_id,
        text=texts[0] if texts else "",
        title=titles[0] if titles else "",
        description=next(
            iter(_texts(fields, "ad_creative_link_descriptions", "ad_creative_link_description")), ""
        ),
        link_caption=next(iter(_texts(fields, "ad_creative_link_captions", "ad_creative_link_caption")), ""),
        library_url=LIBRARY + external_id if external_id.isdigit() else "",
        page_id=identifier(fields.get("page_id")),
        page_name=one_line(fields.get("page_name")),
        paid_for_by=_payer(fields),
        declared_political=_declared(fields),
        language=next(iter(_listed(fields.get("languages"))), "")[:2].lower(),
        countries=_countries(fields, origin),
        currency=currency(fields.get("currency")),
        spend_low=spend_low,
        spend_high=spend_high,
        impressions_low=impressions_low,
        impressions_high=impressions_high,
        reach=count(fields.get("eu_total_reach")) or count(fields.get("br_total_reach")),
        started_at=moment(fields.get("ad_delivery_start_time")),
        ended_at=moment(fields.get("ad_delivery_stop_time")),
        created_at=moment(fields.get("ad_creation_time")),
        demographics=demographics,
        regions=regions,
        targeting=_targeting(fields),
        extra=extra,
    )


def _parsed(value: Any) -> Any:
    """Return a list or an object that a table holds as JSON in a cell."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return orjson.loads(value)
        except ValueError:
            return value
    return value


def _listed(value: Any) -> list[str]:
    value = _parsed(value)
    parts = value if isinstance(value, list) else [value]
    return [each for each in parts if isinstance(each, str) and each]


def _texts(fields: Fields, *names: str) -> list[str]:
    found = (plain(each) for name in names for each in _listed(fields.get(name)))
    return list(dict.fromkeys(text for text in found if text))


def _platform(value: Any) -> str:
    names = [each.lower() for each in _listed(value)]
    return "facebook" if "facebook" in names or not names else names[0][:30]


def _payer(fields: Fields) -> str:
    for name in ("bylines", "byline", "funding_entity"):
        if found := one_line(fields.get(name)):
            return found
    payers = _objects(fields.get("beneficiary_payers"))
    current = [each for each in payers if each.get("current")] or payers
    return ", ".join(dict.fromkeys(filter(None, (one_line(each.get("payer")) for each in current))))


def _declared(fields: Fields) -> bool | None:
    """Only ads that were declared, or found, to be political have a disclaimer, spending or impressions in the library."""
    said = any(fields.get(name) for name in ("bylines", "funding_entity", "spend", "impressions"))
    return True if said else None


def _objects(value: Any) -> list[Mapping[str, Any]]:
    value = _parsed(value)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _demographics(fields: Fields) -> list[dict[str, Any]]:
    reached = [
        {"country": country(str(each.get("country", ""))), "age": str(group.get("age_range", "")), "gender": gender, "people": people}
        for each in _objects(fields.get("age_country_gender_reach_breakdown"))
        for group in _objects(each.get("age_gender_breakdowns"))
        for gender in ("female", "male", "unknown")
        if (people := count(group.get(gender))) is not None
    ]  # fmt: skip
    return reached or [
        {"age": str(each.get("age", "")), "gender": str(each.get("gender", "")), "share": part}
        for each in _objects(fields.get("demographic_distribution"))
        if (part := share(each.get("percentage"))) is not None
    ]


def _regions(fields: Fields) -> list[dict[str, Any]]:
    by_share = [
        {"region": one_line(each.get("region")), "share": part}
        for name in ("delivery_by_region", "region_distribution")
        for each in _objects(fields.get(name))
        if (part := share(each.get("percentage"))) is not None
    ]
    return by_share or [
        {"region": str(each.get("key", "")), "country": country(str(each.get("key", ""))), "people": people}
        for each in _objects(fields.get("total_reach_by_location"))
        if (people := count(each.get("value"))) is not None
    ]


def _countries(fields: Fields, origin: Origin) -> tuple[str, ...]:
    """Return where an ad was shown: as stated, as its reach says, or as it was asked for."""
    stated = countries(_listed(fields.get("ad_reached_countries")))
    reached = (
        str(each.get("country", "")) for each in _objects(fields.get("age_country_gender_reach_breakdown"))
    )
    located = (str(each.get("key", "")) for each in _objects(fields.get("total_reach_by_location")))
    return stated or countries([*reached, *located]) or countries(origin.constants.get("countries", ""))


def _targeting(fields: Fields) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    if ages := _parsed(fields.get("target_ages")):
        stated["ages"] = " – ".join(map(str, ages)) if isinstance(ages, list) else str(ages)
    if gender := fields.get("target_gender"):
        stated["gender"] = str(gender)
    places = _objects(fields.get("target_locations"))
    for word, excluded in (("places", False), ("places left out", True)):
        if names := _names(each for each in places if bool(each.get("excluded")) is excluded):
            stated[word] = names
    return {name: without_secrets(value) for name, value in stated.items()}


def _names(places: Iterable[Mapping[str, Any]]) -> list[str]:
    return [name for each in places if (name := one_line(each.get("name")))][:200]


FORMAT = Format("meta_ads", N_("Meta Ad Library (ads_archive)"), _claims, read)
