"""Countries as files write them, to ISO 3166-1 alpha-2."""

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale

_OTHER_NAMES = {
    "united states of america": "US", "usa": "US", "uk": "GB", "great britain": "GB", "england": "GB",
    "czech republic": "CZ", "turkey": "TR", "ivory coast": "CI", "south korea": "KR", "russia": "RU",
    "the united states": "US", "the united kingdom": "GB", "the netherlands": "NL", "hong kong": "HK",
}  # fmt: skip


@cache
def _codes() -> dict[str, str]:
    codes = {}
    for language in ("fr", "es", "de", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "EZ", "XA", "XB", "ZZ", "QO"):
                codes[name.lower()] = code
                codes[code.lower()] = code
    return codes | _OTHER_NAMES


def country(name: str) -> str:
    """Return the code of a country from its code or its name (English, French, Spanish, German); empty: none."""
    return _codes().get(name.strip().lower(), "")


def countries(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return the codes of countries, each once, in their order; a text is cut at commas, semicolons and bars."""
    parts = re.split(r"[,;|]", names) if isinstance(names, str) else names
    return tuple(dict.fromkeys(code for part in parts if isinstance(part, str) and (code := country(part))))
