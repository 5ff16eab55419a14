"""What is stated beside an ad's words, as a few facts from closed lists that a model may read.

No fact says who speaks: never a page, a sponsor, a domain, an id or an address. A model that reads these remembers advertisers, does
well on those it knows and fails on the next one. Two names are only compared with each other, and of an address only its kind is kept.

Whether an ad was declared to be political is left out on purpose: what is looked for is, above all, ads that were not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import log10
from typing import Any

from political_ads.core.classifier.fact_kinds import OTHER, UNKNOWN, button_kind, link_kind
from political_ads.core.classifier.stated_ad import StatedAd
from political_ads.core.classifier.texts import plain

SCHEME = "facts 1"  # changes whenever the same ad would give other statements: a model is asked in the words it learned
PLATFORMS = frozenset(
    {
        "facebook",
        "instagram",
        "messenger",
        "google",
        "youtube",
        "snapchat",
        "tiktok",
        "x",
        "linkedin",
        "reddit",
    }
)
_LIKE_CURRENCIES = frozenset(
    {"EUR", "USD", "GBP", "CHF", "CAD", "AUD"}
)  # of which one is worth about another
_MOST_TENS = 6  # a million and more is one band
_LENGTHS = (
    (0, "0"),
    (9, "1 to 9"),
    (24, "10 to 24"),
    (49, "25 to 49"),
    (99, "50 to 99"),
    (199, "100 to 199"),
)
_DAYS = ((1, "1"), (7, "2 to 7"), (30, "8 to 30"))
_EVERYBODY = frozenset(
    {"", "all", "any", "everyone", "none", "not targeted", "no targeting", "women and men", "all genders"}
)
_WHOLE_AGES = re.compile(r"(?:13|16|17|18)(?: ?[-–] ?65)?\+")  # the youngest that platforms take, to no limit
_ALL_AGES = frozenset(
    {"18-24", "25-34", "35-44", "45-54", "55-64"}
)  # and those above, however they are written
_BOTH = frozenset({"male", "female"})
_AGES = ("ages", "age", "agebracket", "minage", "age_range")
_GENDERS = ("gender", "genders", "sex")
_PLACES = (
    "region",
    "city",
    "places",
    "locations",
    "living in",
    "postal",
    "state",
    "electoral districts (included)",
    "regions (included)",
    "metros (included)",
    "postal codes (included)",
    "radius targeting (included)",
)


@dataclass(frozen=True, slots=True)
class AdFacts:
    """The facts of one ad; each is a word of a closed list, and `unknown` is a value like any other.

    `sponsor`: page (pays for itself), other (somebody else pays), named (somebody does; the page is not known), unknown. `button`, `link`:
    `fact_kinds`. `length`: words of the text. `spend`, `impressions`: the power of ten of the lower bound. `days`: how long it ran; open
    where no end is stated. `ages`, `gender`, `place`: yes (narrowed), no, unknown.
    """

    platform: str = UNKNOWN
    language: str = UNKNOWN
    sponsor: str = UNKNOWN
    button: str = UNKNOWN
    link: str = UNKNOWN
    length: str = UNKNOWN
    spend: str = UNKNOWN
    impressions: str = UNKNOWN
    days: str = UNKNOWN
    ages: str = UNKNOWN
    gender: str = UNKNOWN
    place: str = UNKNOWN


NOTHING_STATED = AdFacts()
NAMES = tuple(AdFacts.__dataclass_fields__)


def facts_of(ad: StatedAd, text: str) -> AdFacts:
    """Return the facts of an ad whose words are `text`."""
    return AdFacts(
        platform=_platform(ad.platform),
        language=_language(ad.language),
        sponsor=_sponsor(ad.page_name, ad.paid_for_by),
        button=button_kind(ad.call_to_action),
        link=link_kind(ad.landing_url or ad.link_caption),
        length=length_of(text),
        spend=_spend(ad),
        impressions=_tens(ad.impressions_high if ad.impressions_low is None else ad.impressions_low),
        days=_days(ad.started_at, ad.ended_at),
        ages=_narrowed(ad.targeting, _AGES),
        gender=_narrowed(ad.targeting, _GENDERS),
        place=_narrowed(ad.targeting, _PLACES),
    )


def facts_of_text(text: str) -> AdFacts:
    """Return the facts of an ad of which nothing but its words is known."""
    return AdFacts(length=length_of(text))


def statements(facts: AdFacts) -> tuple[str, ...]:
    """Return the facts as a model reads them: "button=donate", one for each of `NAMES`, in their order."""
    return tuple(f"{name}={value}" for name, value in asdict(facts).items())


def length_of(text: str) -> str:
    """Return the band of a text's number of words, addresses not counted."""
    words = len(plain(text).split())
    return next((band for most, band in _LENGTHS if words <= most), "200 and more")


def parted(statement: str) -> tuple[str, str]:
    """Return name and value of a statement."""
    name, _sign, value = statement.partition("=")
    return name, value


def values_of(rows: Sequence[Sequence[str]], name: str) -> list[str]:
    """Return the value of one fact in each row of statements."""
    return [next((value for key, value in map(parted, row) if key == name), UNKNOWN) for row in rows]


def _platform(name: str) -> str:
    shown = name.strip().lower()
    return shown if shown in PLATFORMS else (OTHER if shown else UNKNOWN)


def _language(code: str) -> str:
    shown = code.strip().lower()[:2]
    return shown if len(shown) == 2 and shown.isascii() and shown.isalpha() else UNKNOWN


def _sponsor(page: str, payer: str) -> str:
    first, second = (" ".join(name.split()).casefold() for name in (page, payer))
    if not second:
        return UNKNOWN
    if not first:
        return "named"
    return "page" if first == second else "other"


def _spend(ad: StatedAd) -> str:
    if ad.currency not in _LIKE_CURRENCIES:
        return UNKNOWN
    return _tens(ad.spend_high if ad.spend_low is None else ad.spend_low)


def _tens(amount: float | None) -> str:
    """A power of ten, for what spans several of them: 0 is below 1, 3 is 1,000 to 9,999."""
    if amount is None:
        return UNKNOWN
    return "0" if amount < 1 else f"1e{min(_MOST_TENS, int(log10(amount) + 1e-9))}"


def _days(began: datetime | None, ended: datetime | None) -> str:
    if began is None:
        return UNKNOWN
    if ended is None:
        return "open"
    ran = max(1, (ended - began).days + 1)
    return next((band for most, band in _DAYS if ran <= most), "31 and more")


def _narrowed(targeting: Mapping[str, Any], names: Sequence[str]) -> str:
    """Whether a kind of target was chosen; where nothing at all is stated of targets, that is not known."""
    if not targeting:
        return UNKNOWN
    stated = {str(name).strip().casefold(): value for name, value in targeting.items()}
    chosen = any(name in stated and not _means_all(stated[name]) for name in names)
    return "yes" if chosen else "no"


def _means_all(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(_everybody(" ".join(str(part).split()).casefold()) for part in parts)


def _everybody(words: str) -> bool:
    """Whether words such as "All", "18 - 65+" or every bracket of ages one by one leave nobody out."""
    listed = {part.strip() for part in words.split(",")}
    return words in _EVERYBODY or bool(_WHOLE_AGES.fullmatch(words)) or listed >= _BOTH or listed >= _ALL_AGES
