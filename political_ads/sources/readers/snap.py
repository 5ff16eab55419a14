"""Snap's political ads library, a CSV a year (2018 and later): one ad a row, with its targeting and without its text.

`BillingAddress` is a person's for some rows, and is not kept.
"""

import re
from typing import Any

from common.i18n import N_
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers.building import build_ad, currency, identifier
from political_ads.sources.readers.places import countries
from political_ads.sources.readers.plain import one_line
from political_ads.sources.readers.shapes import Fields, Format, Origin
from political_ads.sources.readers.values import address, count, moment, number, without_secrets

SOURCE = "snap"
PERSONAL = frozenset({"billingaddress", "billing address"})

_USED = frozenset(
    {"adid", "creativeurl", "currency code", "spend", "impressions", "startdate", "enddate", "organizationname", "candidateballotinformation", "payingadvertisername", "countrycode", "creativeproperties", *PERSONAL}
)  # fmt: skip
_LINK = re.compile(r"web_view_url:\s*(\S+)")


def _claims(names: frozenset[str]) -> bool:
    return {"adid", "creativeurl", "payingadvertisername"} <= names


def read(fields: Fields, origin: Origin) -> AdRecord:  # noqa: ARG001 - what every reader takes
    """Return one ad of Snap's library."""
    given = {name.strip().lower(): value for name, value in fields.items()}
    spent, seen = number(given.get("spend")), count(given.get("impressions"))
    link = _LINK.search(str(given.get("creativeproperties") or ""))
    about = one_line(given.get("candidateballotinformation"))
    return build_ad(
        source=SOURCE,
        platform="snapchat",
        external_id=identifier(given.get("adid")),
        description=about,
        landing_url=address(link.group(1)) if link else "",
        library_url=address(given.get("creativeurl")),
        page_name=one_line(given.get("organizationname")),
        paid_for_by=one_line(given.get("payingadvertisername")),
        declared_political=True,
        countries=countries(str(given.get("countrycode") or "")),
        currency=currency(given.get("currency code")),
        spend_low=spent,
        spend_high=spent,
        impressions_low=seen,
        impressions_high=seen,
        started_at=moment(given.get("startdate")),
        ended_at=moment(given.get("enddate")),
        targeting=_targeting(fields),
    )


def _targeting(fields: Fields) -> dict[str, Any]:
    stated = (
        (name.strip(), one_line(value)) for name, value in fields.items() if name.strip().lower() not in _USED
    )
    return {name[:100]: without_secrets(value) for name, value in stated if value}


FORMAT = Format("snap", N_("Snap political ads library (CSV)"), _claims, read)
