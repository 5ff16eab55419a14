"""Ads in the Political Advertising Transparency Data Standard 1.0.0 of Who Targets Me: one JSON object an ad.

What a library does not say is said to be not disclosed, never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

VERSION = "1.0.0"
PLATFORMS = {
    "facebook": "https://www.facebook.com",
    "instagram": "https://www.instagram.com",
    "google": "https://www.google.com",
    "snapchat": "https://www.snapchat.com",
}
TARGETS = {
    "age": "user_characteristic_age",
    "gender": "user_characteristic_gender",
    "languages": "user_characteristic_language",
    "locations": "geo_location_unknown_type",
    "interests": "user_interest_used",
}


@dataclass(frozen=True)
class PublishedAd:
    """What the standard's object is made of. Money in the currency's main unit; unknown is None or empty."""

    external_id: str
    platform: str
    page_id: str
    page_name: str
    paid_for_by: str
    texts: Sequence[str]
    library_url: str
    landing_url: str
    image_url: str
    group: str
    started_at: datetime | None
    ended_at: datetime | None
    created_at: datetime | None
    currency: str
    spend: tuple[float | None, float | None]
    impressions: tuple[int | None, int | None]
    reach: int | None
    targeting: Mapping[str, Any]
    countries: Sequence[str]
    provider: Mapping[str, Any]


def transparency_record(ad: PublishedAd) -> dict[str, Any]:
    """Return an ad as the standard wants it."""
    return {
        "schemaVersion": VERSION,
        "advertiser": {
            "advertiser_id": ad.page_id or ad.page_name,
            "advertiser_real_name": ad.paid_for_by or ad.page_name,
            "advertiser_internal_name": ad.page_name,
            "advertiser_website": None,
        },
        "advertisement": _advertisement(ad),
        "advertising_platform": {
            "platform_name": ad.platform,
            **({"platform_url": PLATFORMS[ad.platform]} if ad.platform in PLATFORMS else {}),
        },
        "targeting_categories": _targeting(ad),
        "spending": _range("spending_not_disclosed", "spending", ad.spend),
        "delivery": {"delivery_not_disclosed": True},
        "reach": {
            "impressions": _range("impressions_not_disclosed", "impressions_paid", ad.impressions),
            "unique_users": _range("unique_users_not_disclosed", "unique_users", (ad.reach, ad.reach)),
            "engagement": {"engagement_not_disclosed": True},
        },
        "moderation": {"moderation_not_disclosed": True},
        "provider_data": {"currency": ad.currency, **ad.provider},
    }


def _advertisement(ad: PublishedAd) -> dict[str, Any]:
    return {
        "advert_id": ad.external_id,
        "ad_library_entity_url": None,
        "ad_library_advert_url": ad.library_url or None,
        "advert_copy": [text for text in ad.texts if text],
        "advert_media_urls": [ad.image_url] if ad.image_url else [],
        "advert_urls": [ad.landing_url] if ad.landing_url else [],
        "group": {"group_not_disclosed": False, "group_id": ad.group},
        "dates": {
            "datetime_period": [
                {"datetime_live": _time(ad.started_at), "datetime_ended": _time(ad.ended_at)}
            ],
            "datetime_approved": None,
            "datetime_created": _time(ad.created_at),
        },
    }


def _targeting(ad: PublishedAd) -> list[dict[str, str]]:
    """Return the targets that the library states; where an ad was shown is told apart from what was asked for."""
    shown = [
        {"name": "shown in", "type": "geo_location_unknown_type", "value": code} for code in ad.countries
    ]
    stated = [
        {"name": name, "type": TARGETS.get(name, "other"), "value": _words(value)}
        for name, value in ad.targeting.items()
    ]
    return [*shown, *stated]


def _words(value: Any) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)


def _range(silent: str, name: str, ends: tuple[float | None, float | None]) -> dict[str, Any]:
    low, high = ends
    known = {f"{name}_lower_bound": low, f"{name}_upper_bound": high}
    return {
        silent: low is None and high is None,
        **{key: value for key, value in known.items() if value is not None},
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
