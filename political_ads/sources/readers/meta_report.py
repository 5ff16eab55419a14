"""Meta's Ad Library Report: advertisers with their spending, a CSV per country and period (UTF-8 with mark, "≤100").

The file itself states neither country nor period; its name does.
"""

import hashlib
import re

from common.i18n import N_
from common.i18n import gettext as _
from political_ads.schemas.ads import AdvertiserTotal
from political_ads.sources.readers.building import build_total, currency, identifier, rest
from political_ads.sources.readers.places import country
from political_ads.sources.readers.plain import one_line
from political_ads.sources.readers.shapes import Fields, Format, Origin, Refused
from political_ads.sources.readers.values import count, span

SOURCE = "meta_report"
WITHOUT = "these ads ran without a disclaimer"

_SPENT = re.compile(r"amount spent\s*\((\w{3})\)", re.IGNORECASE)
_COUNTRY = re.compile(r"(?:^|_)([A-Z]{2})(?:_|\.|$)")
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_LENGTH = re.compile(r"last_\d+_days|lifelong|lifetime|yesterday|total|month|week|day", re.IGNORECASE)


def _claims(names: frozenset[str]) -> bool:
    return {"page id", "page name", "disclaimer"} <= names and any(_SPENT.match(name) for name in names)


def read(fields: Fields, origin: Origin) -> AdvertiserTotal:
    """Return one advertiser's total. Raises `Refused` where the row names no page."""
    given = {name.lower().strip(): value for name, value in fields.items()}
    spent = next((found for name in given if (found := _SPENT.match(name))), None)
    if spent is None:
        raise Refused(_("There is no column with an amount spent."))
    low, high = span(given[spent.group(0)])
    page_id, name = identifier(given.get("page id")), one_line(given.get("page name"))
    disclaimer = one_line(given.get("disclaimer"))
    undeclared = disclaimer.lower() == WITHOUT
    where, period = _scope(origin.name)
    told = hashlib.sha256(f"{name}\0{disclaimer}".encode()).hexdigest()[:16]
    return build_total(
        source=SOURCE,
        external_id=":".join((where, period, page_id, told)) if page_id or name else "",
        name=name or page_id,
        page_id=page_id,
        paid_for_by="" if undeclared else disclaimer,
        without_disclaimer=undeclared,
        country=where,
        currency=currency(spent.group(1)),
        spend_low=low,
        spend_high=high,
        ads=count(given.get("number of ads in library")),
        period=period,
        extra=rest(given, {"page id", "page name", "disclaimer", spent.group(0), "number of ads in library"}),
    )


def _scope(name: str) -> tuple[str, str]:
    """Return country and period as the file's name tells them, such as ("FR", "2024-07 month")."""
    stem = name.rpartition(".")[0] or name
    found = next((code for part in _COUNTRY.findall(stem.replace("-", "_")) if (code := country(part))), "")
    parts = [each.group(0).lower() for pattern in (_DAY, _LENGTH) if (each := pattern.search(stem))]
    return found, " ".join(parts)[:40]


FORMAT = Format("meta_report", N_("Meta Ad Library Report (CSV)"), _claims, read)
