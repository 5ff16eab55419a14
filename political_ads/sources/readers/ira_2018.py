"""Facebook ads of the Internet Research Agency, 2015 to 2017, as released by the US House on 10 May 2018.

Two parsings of its PDF files are read: the table `FacebookAds.csv` (M. Dorris) and the JSON of E. Reidelbach. Both number
the ads as the release does, so that the second one read finds the first one's ads again.
"""

from typing import Any

from common.i18n import N_
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers.building import build_ad, currency, identifier, rest
from political_ads.sources.readers.plain import one_line, plain
from political_ads.sources.readers.shapes import Fields, Format, Origin
from political_ads.sources.readers.values import address, count, moment, number

SOURCE = "ira_2018"

_TABLE = {
    "AdID": "id", "AdText": "text", "LandingPage": "landing_page", "CreationDate": "created", "EndDate": "end",
    "Clicks": "clicks", "Impressions": "impressions", "AdSpend": "spend", "AdSpendCurrency": "currency", "Age": "ages",
    "Location": "places", "Behaviors": "behaviours", "Placements": "placements", "PeopleWhoMatch": "people who match",
    "Interests": "interests", "Language": "languages", "FriendsOfConnections": "friends of connections",
    "ExcludedConnections": "left out", "Gender": "gender", "Generation": "generation", "Politics": "politics",
    "CustomAudience": "audience",
}  # fmt: skip
_JSON = {
    "ID": "id", "text": "text", "landing_page": "landing_page", "date_creation": "created", "date_end": "end",
    "clicks": "clicks", "impressions": "impressions", "spend": "spend", "spend_currency": "currency", "target_age": "ages",
    "target_location": "places", "target_location_living_in": "living in", "target_placements": "placements",
    "target_people_who_match": "people who match", "target_interests": "interests", "target_language": "languages",
    "target_friends_of_connections": "friends of connections", "target_excluded_connections": "left out",
}  # fmt: skip
_OURS = _TABLE | _JSON
_OWN = frozenset(
    {"id", "text", "landing_page", "created", "end", "clicks", "impressions", "spend", "currency"}
)


def _claims(names: frozenset[str]) -> bool:
    return {"adid", "adtext", "adspendcurrency"} <= names or {"id", "date_creation", "target_age"} <= names


def read(fields: Fields, origin: Origin) -> AdRecord:  # noqa: ARG001 - what every reader takes
    """Return one ad of the release."""
    given: dict[str, Any] = {_OURS[name]: value for name, value in fields.items() if name in _OURS}
    spent, seen = number(given.get("spend")), count(given.get("impressions"))
    targets = {name: one_line(value) for name, value in given.items() if name not in _OWN}
    clicks = count(given.get("clicks"))
    created = moment(given.get("created"))
    placements = targets.get("placements", "").lower()
    return build_ad(
        source=SOURCE,
        platform="instagram"
        if "instagram" in placements and "facebook" not in placements and "news feed" not in placements
        else "facebook",
        external_id=identifier(given.get("id")),
        text=plain(given.get("text")),
        landing_url=address(given.get("landing_page")),
        countries=("US",)
        if "united states" in f"{targets.get('places', '')} {targets.get('living in', '')}".lower()
        else (),
        currency=currency(given.get("currency")) if spent is not None else "",
        spend_low=spent,
        spend_high=spent,
        impressions_low=seen,
        impressions_high=seen,
        started_at=created,
        ended_at=moment(given.get("end")),
        created_at=created,
        targeting={name: value for name, value in targets.items() if value},
        extra=rest(fields, frozenset(_OURS)) | ({"clicks": clicks} if clicks is not None else {}),
    )


FORMAT = Format(SOURCE, N_("Internet Research Agency Facebook ads (2018 release)"), _claims, read)
