"""What a form says of a search of Meta's library, as the search that is sent."""

import re
from collections.abc import Mapping
from datetime import date

from common.errors import Invalid
from common.i18n import gettext as _
from political_ads.service.fetching import MOST, asked
from political_ads.sources.meta_api import Search
from political_ads.sources.readers.places import country

LONGEST_TERMS = 100  # characters, as Meta says
MOST_EVER = 1_000_000
_PARTS = re.compile(r"[,;\s]+")


def read_search(values: Mapping[str, str]) -> tuple[Search, int]:
    """Return the search and the most ads to store of it. Raises `Invalid` with a sentence for each field."""
    errors: dict[str, str] = {}
    terms = " ".join(values.get("terms", "").split())
    if len(terms) > LONGEST_TERMS:
        errors["terms"] = _("Meta takes at most %(most)d characters.") % {"most": LONGEST_TERMS}
    since, until = _day(values, "since", errors), _day(values, "until", errors)
    if since and until and since > until:
        errors["until"] = _("The last day is before the first one.")
    most = values.get("most", "").strip() or str(MOST)
    if not most.isascii() or not most.isdigit() or not 1 <= int(most[:9]) <= MOST_EVER:
        errors["most"] = _("Write a number from 1 to %(most)s.") % {"most": f"{MOST_EVER:,}"}
    countries, pages = _countries(values, errors), _pages(values, errors)
    political = values.get("political", "") == "1"
    search = None
    try:
        search = asked(terms, countries, pages, political=political, since=since, until=until)
    except Invalid as problem:
        errors = {**problem.fields, **errors}
    if errors or search is None:
        raise Invalid(_("This search cannot be sent."), fields=errors)
    return search, int(most)


def _day(values: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    given = values.get(name, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        errors[name] = _("Write a day as 2026-05-31.")
        return None


def _countries(values: Mapping[str, str], errors: dict[str, str]) -> list[str]:
    given = [part.strip() for part in re.split(r"[,;\n]+", values.get("countries", "")) if part.strip()]
    codes = {part: country(part) for part in given}
    unknown = [part for part, code in codes.items() if not code]
    if unknown:
        errors["countries"] = _("These are no countries: %(names)s.") % {"names": ", ".join(unknown)[:100]}
    return [code for code in codes.values() if code]


def _pages(values: Mapping[str, str], errors: dict[str, str]) -> list[str]:
    pages = [part for part in _PARTS.split(values.get("pages", "")) if part]
    if not all(part.isascii() and part.isdigit() and len(part) <= 20 for part in pages):
        errors["pages"] = _("A page’s number has digits only; its page in the library’s address shows it.")
    return list(dict.fromkeys(pages))
