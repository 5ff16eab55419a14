"""What the columns of any table of ads may mean: proposed from their names and their values, confirmed by a person."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from political_ads.sources.readers.places import country
from political_ads.sources.readers.values import MISSING, address, moment, span

SURE = 0.9  # below it a person has to confirm

# Our field → the names that tables give it, the surest first. Data only.
NAMES: Mapping[str, tuple[str, ...]] = {
    "external_id": ("ad_id", "adid", "id", "ad_archive_id", "external_id", "library_id", "creative_id", "uid", "identifier"),
    "text": ("text", "ad_text", "adtext", "ad_creative_body", "body", "message", "transcript", "texto", "texte", "content",
             "copy", "caption", "post_text", "ad_body", "creative_text", "inhalt", "testo", "description_text"),
    "title": ("title", "headline", "ad_title", "link_title", "titre", "titulo", "titel"),
    "description": ("description", "link_description", "subtitle", "beschreibung", "descripcion"),
    "call_to_action": ("call_to_action", "cta", "cta_text", "button"),
    "link_caption": ("link_caption", "domain", "display_url"),
    "landing_url": ("landing_url", "landing_page", "url", "link", "link_url", "website", "destination_url", "target_url"),
    "library_url": ("library_url", "snapshot_url", "ad_snapshot_url", "ad_url", "creative_url", "permalink"),
    "image_url": ("image_url", "image", "picture", "thumbnail"),
    "page_id": ("page_id", "advertiser_id", "account_id"),
    "page_name": ("page_name", "advertiser", "advertiser_name", "page", "account", "sponsor_page", "organization", "organisation", "seite", "annonceur", "anunciante", "inserzionista"),
    "paid_for_by": ("paid_for_by", "disclaimer", "funding_entity", "byline", "bylines", "sponsor", "payer", "funder", "paid_by"),
    "language": ("language", "lang", "langue", "idioma", "sprache"),
    "countries": ("country", "countries", "country_code", "pays", "pais", "land", "region_country"),
    "platform": ("platform", "publisher_platform", "network", "plattform", "plateforme"),
    "currency": ("currency", "currency_code", "devise", "moneda"),
    "spend": ("spend", "spending", "amount_spent", "cost", "budget", "depense", "gasto", "ausgaben", "spend_usd", "spend_eur"),
    "spend_low": ("spend_low", "spend_min", "min_spend", "spend_lower", "spend_lower_bound"),
    "spend_high": ("spend_high", "spend_max", "max_spend", "spend_upper", "spend_upper_bound"),
    "impressions": ("impressions", "views", "impression", "vues", "impresiones"),
    "impressions_low": ("impressions_low", "impressions_min", "min_impressions", "impressions_lower", "impressions_lower_bound"),
    "impressions_high": ("impressions_high", "impressions_max", "max_impressions", "impressions_upper", "impressions_upper_bound"),
    "reach": ("reach", "eu_total_reach", "accounts_reached", "portee", "alcance"),
    "started_at": ("started_at", "start_date", "startdate", "start", "ad_delivery_start_time", "first_shown", "date", "debut", "from"),
    "ended_at": ("ended_at", "end_date", "enddate", "end", "ad_delivery_stop_time", "last_shown", "stop_date", "fin", "until"),
    "weak_label": ("label", "weak_label", "category", "class", "code", "annotation"),
}  # fmt: skip
TARGETS = tuple(NAMES)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Our fields → the table's columns, with how sure each is (0 to 1), and the columns that nobody claims."""

    columns: dict[str, str]
    confidence: dict[str, float] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it can be used without asking: the text was recognised, and everything else is beyond doubt."""
        return "text" in self.columns and all(value >= SURE for value in self.confidence.values())


def plain_name(name: str) -> str:
    """Return a column's name as the table of names writes it."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", _unaccented(text.lower())).strip("_")


def _unaccented(text: str) -> str:
    return text.translate(str.maketrans("áàâäãéèêëíìîïóòôöõúùûüçñ", "aaaaaeeeeiiiiooooouuuucn"))


def propose(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> ColumnMapping:
    """Return what the columns seem to mean, from their names and from the first rows' values."""
    found = list(rows)
    best: dict[str, tuple[float, str]] = {}
    for column in columns:
        values = [value for row in found if not _missing(value := row.get(column))]
        for target, score in _scores(column, values).items():
            if score > best.get(target, (0.0, ""))[0]:
                best[target] = (score, column)
    _longest_text(best, columns, found)
    taken: dict[str, tuple[float, str]] = {}
    for target, (score, column) in sorted(best.items(), key=lambda item: -item[1][0]):
        if all(column != used for _score, used in taken.values()):
            taken[target] = (score, column)
    chosen = {target: taken[target][1] for target in TARGETS if target in taken}
    scores = {target: round(taken[target][0], 2) for target in chosen}
    return ColumnMapping(chosen, scores, tuple(each for each in columns if each not in chosen.values()))


def _missing(value: Any) -> bool:
    return value is None or str(value).strip().lower() in MISSING


def _scores(column: str, values: list[Any]) -> dict[str, float]:
    name = plain_name(column)
    scores = {}
    for target, names in NAMES.items():
        if name in names:
            by_name = 1.0 - 0.02 * min(names.index(name), 4)
        elif any(name.endswith("_" + each) or name.startswith(each + "_") for each in names[:3]):
            by_name = 0.7
        else:
            continue
        fit = _fit(target, values)
        if fit > 0.2:
            scores[target] = by_name * (1.0 if fit >= 0.8 else fit)
    return scores


def _fit(target: str, values: list[Any]) -> float:
    """Return the share of values (0 to 1) that can mean this; 1 where there are none."""
    check = _CHECKS.get(target)
    return sum(map(check, values)) / len(values) if check and values else 1.0


def _is_amount(value: Any) -> bool:
    return span(value) != (None, None)


def _is_moment(value: Any) -> bool:
    return moment(value) is not None


def _is_address(value: Any) -> bool:
    return bool(address(value)) or "." in str(value)


def _is_language(value: Any) -> bool:
    return re.fullmatch(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z]{2,4})?", str(value).strip()) is not None


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("spend", "spend_low", "spend_high", "impressions", "impressions_low", "impressions_high", "reach"), _is_amount),
    **dict.fromkeys(("started_at", "ended_at"), _is_moment),
    **dict.fromkeys(("landing_url", "library_url", "image_url"), _is_address),
    "text": lambda value: isinstance(value, str) and any(letter.isalpha() for letter in value),
    "page_name": lambda value: isinstance(value, str) and not address(value),
    "language": _is_language,
    "countries": lambda value: bool(country(re.split(r"[,;|]", str(value))[0])),
    "currency": lambda value: re.fullmatch(r"[A-Za-z]{3}", str(value).strip()) is not None,
    "external_id": lambda value: isinstance(value, str | int) and len(str(value)) <= 200 and "\n" not in str(value),
}  # fmt: skip


def _longest_text(
    best: dict[str, tuple[float, str]], columns: Sequence[str], rows: list[Mapping[str, Any]]
) -> None:
    """Where no name says which column is the text, propose the one with the longest texts of several words."""
    if "text" in best:
        return
    lengths = {}
    for column in columns:
        texts = [
            value
            for row in rows
            if isinstance(value := row.get(column), str) and value.count(" ") >= 3 and not address(value)
        ]
        if texts and len(texts) >= 0.5 * len(rows):
            lengths[column] = sum(map(len, texts)) / len(texts)
    if lengths:
        best["text"] = (0.5, max(lengths, key=lambda column: lengths[column]))
