"""Google's political ads bundle: `creative-stats` (one ad a row), `advertiser-stats` and `advertiser-weekly-spend` (totals).

Columns as the bundle's README documents them (2019), and the later ones with `Spend_<currency>` for more currencies.
Creatives come without their text: the library shows it at `Ad_URL`.
"""

import re
from typing import Any

from common.i18n import N_
from political_ads.schemas.ads import AdRecord, AdvertiserTotal
from political_ads.sources.readers.building import build_ad, build_total, identifier, rest
from political_ads.sources.readers.places import countries
from political_ads.sources.readers.plain import one_line
from political_ads.sources.readers.shapes import Fields, Format, Origin
from political_ads.sources.readers.values import address, count, moment, number, whole_span

ADS = "google"
TOTALS = "google_totals"

_SPENT = re.compile(r"(?:total_)?spend_([a-z]{3})")
_LEAST = re.compile(r"spend_range_min_([a-z]{3})")
_TARGETS = {
    "age_targeting": "ages",
    "gender_targeting": "gender",
    "geo_targeting_included": "places",
    "geo_targeting_excluded": "places left out",
}
_USED = frozenset(
    {"ad_id", "ad_url", "regions", "advertiser_id", "advertiser_name", "date_range_start", "date_range_end", "first_served_timestamp", "last_served_timestamp", "impressions", *_TARGETS}
)  # fmt: skip


def _lower(fields: Fields) -> dict[str, Any]:
    return {name.strip().lower().replace(" ", "_"): value for name, value in fields.items()}


def _claims_ads(names: frozenset[str]) -> bool:
    return {"ad_id", "advertiser_id", "advertiser_name"} <= names


def read_ad(fields: Fields, origin: Origin) -> AdRecord:  # noqa: ARG001 - what every reader takes
    """Return one creative of Google's library."""
    given = _lower(fields)
    impressions_low, impressions_high = whole_span(given.get("impressions"))
    code, low, high = _range(given)
    start = given.get("first_served_timestamp") or given.get("date_range_start")
    end = given.get("last_served_timestamp") or given.get("date_range_end")
    spends = {name for name in given if name.startswith("spend_")}
    return build_ad(
        source=ADS,
        platform="google",
        external_id=identifier(given.get("ad_id")),
        library_url=address(given.get("ad_url")),
        page_id=identifier(given.get("advertiser_id")),
        page_name=one_line(given.get("advertiser_name")),
        paid_for_by=one_line(given.get("advertiser_name")),
        declared_political=True,
        countries=countries(str(given.get("regions") or "")),
        currency=code,
        spend_low=low,
        spend_high=high,
        impressions_low=impressions_low,
        impressions_high=impressions_high,
        started_at=moment(start),
        ended_at=moment(end),
        targeting={ours: one_line(given[name])[:2_000] for name, ours in _TARGETS.items() if given.get(name)},
        extra=rest(given, _USED | spends),
    )


def _range(given: dict[str, Any]) -> tuple[str, float | None, float | None]:
    """Return currency and bounds of the spending: the one currency with an upper bound above 0, else of dollars."""
    found = []
    for name in given:
        if match := _LEAST.fullmatch(name):
            code = match.group(1)
            low, high = number(given[name]), number(given.get(f"spend_range_max_{code}"))
            if low is not None or high is not None:
                found.append((code.upper(), low, high))
    paid = [each for each in found if each[1] or each[2]]
    if len(paid) == 1:
        return paid[0]
    dollars = [each for each in paid or found if each[0] == "USD"]
    return dollars[0] if dollars else ("", None, None)


def _claims_totals(names: frozenset[str]) -> bool:
    spent = any(_SPENT.fullmatch(name) for name in names)
    return {"advertiser_id", "advertiser_name"} <= names and spent and "ad_id" not in names


def read_total(fields: Fields, origin: Origin) -> AdvertiserTotal:  # noqa: ARG001 - what every reader takes
    """Return one advertiser's total; amounts in several currencies are kept apart in `extra`, and not added up."""
    given = _lower(fields)
    amounts = {
        match.group(1).upper(): number(value)
        for name, value in given.items()
        if (match := _SPENT.fullmatch(name))
    }
    paid = {code: amount for code, amount in amounts.items() if amount}
    code, spent = next(iter(paid.items())) if len(paid) == 1 else ("", None if paid else 0.0)
    advertiser, week = identifier(given.get("advertiser_id")), one_line(given.get("week_start_date"))
    spends = {name for name in given if _SPENT.fullmatch(name)}
    extra = rest(given, {"advertiser_id", "advertiser_name", "total_creatives", "week_start_date", *spends})
    where = countries(str(given.get("regions") or ""))
    return build_total(
        source=TOTALS,
        external_id=f"{advertiser}:{week}" if week and advertiser else advertiser,
        name=one_line(given.get("advertiser_name")) or advertiser,
        page_id=advertiser,
        country=where[0] if len(where) == 1 else "",
        currency=code,
        spend_low=spent,
        spend_high=spent,
        ads=count(given.get("total_creatives")),
        period=f"week of {week}" if week else "lifetime",
        extra=extra | ({"spend": paid} if len(paid) > 1 else {}),
    )


ADS_FORMAT = Format("google_ads", N_("Google political ads: creative-stats"), _claims_ads, read_ad)
TOTALS_FORMAT = Format(TOTALS, N_("Google political ads: advertiser-stats"), _claims_totals, read_total)
