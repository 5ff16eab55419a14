"""ProPublica's Facebook Political Ad Collector: the public CSV (2017 to 2019), the answers of its server, its seeds.

The stored HTML of an ad is not kept: only the text of its message. What the collector's classifier thought, and how its
readers voted, stays in `extra` and in `weak_label`, and is not shown to volunteers.
"""

import re
from pathlib import PurePath
from typing import Any

import orjson

from common.i18n import N_
from common.i18n import gettext as _
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers.building import build_ad, identifier, rest, text_id
from political_ads.sources.readers.json_rows import LIST_FIELD, TEXT_FIELD
from political_ads.sources.readers.places import countries
from political_ads.sources.readers.plain import one_line, plain
from political_ads.sources.readers.shapes import Fields, Format, Origin, Refused
from political_ads.sources.readers.values import address, count, moment

SOURCE = "propublica"
SEEDS = "propublica_seeds"

_USED = frozenset(
    {"id", "html", "targeting", "title", "message", "thumbnail", "created_at", "lang", "images", "targets", "targetings", "advertiser", "page", "lower_page", "paid_for_by", "entities"}
)  # fmt: skip
_LOCALE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


def _claims(names: frozenset[str]) -> bool:
    return {"id", "message", "political_probability"} <= names


def read(fields: Fields, origin: Origin) -> AdRecord:  # noqa: ARG001 - what every reader takes
    """Return one collected ad. Raises `Refused` where it has neither text nor title."""
    text, title = plain(fields.get("message")), one_line(fields.get("title"))
    if not text and not title:
        raise Refused(_("The ad has no text."))
    external_id = identifier(fields.get("id"))
    targets = _objects(fields.get("targets"))
    extra = rest(fields, _USED)
    if "impressions" in extra:  # how often the collectors' own browsers met it, not the platform's count
        extra["seen_by_collectors"] = extra.pop("impressions")
    return build_ad(
        source=SOURCE,
        platform="facebook",
        external_id=external_id,
        text=text,
        title="" if title == _page(fields) else title,
        library_url=f"https://www.facebook.com/ads/library/?id={external_id}"
        if external_id.isdigit()
        else "",
        image_url=next((found for each in _images(fields.get("images")) if (found := address(each))), ""),
        page_name=_page(fields),
        paid_for_by=one_line(fields.get("paid_for_by")),
        declared_political=True if one_line(fields.get("paid_for_by")) else None,
        language=str(fields.get("lang") or "")[:2].lower(),
        countries=countries(each["segment"] for each in targets if each["target"] == "Region"),
        created_at=moment(fields.get("created_at")),
        targeting=_targeting(targets),
        extra=extra,
        weak_label=_votes(fields),
    )


def _page(fields: Fields) -> str:
    return one_line(fields.get("advertiser")) or one_line(fields.get("title"))


def _objects(value: Any) -> list[dict[str, str]]:
    if isinstance(value, str) and value[:1] == "[":
        try:
            value = orjson.loads(value)
        except ValueError:
            return []
    found = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return [
        {"target": one_line(each.get("target")), "segment": one_line(each.get("segment"))} for each in found
    ]


def _images(value: Any) -> list[str]:
    """Return addresses from a list, or from an array as PostgreSQL writes it into a CSV: {a,"b"}."""
    if isinstance(value, str):
        return [part.strip('" ') for part in value.strip("{}").split(",")]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _targeting(targets: list[dict[str, str]]) -> dict[str, Any]:
    stated: dict[str, list[str]] = {}
    for each in targets:
        if each["target"]:
            stated.setdefault(each["target"], []).append(each["segment"] or each["target"])
    return dict(stated)


def _votes(fields: Fields) -> str:
    """Return what the readers of 2018 voted, where they did and were not even."""
    yes, no = count(fields.get("political")) or 0, count(fields.get("not_political")) or 0
    return "" if yes == no else ("political" if yes > no else "not_political")


def _claims_seeds(names: frozenset[str]) -> bool:
    return {LIST_FIELD, TEXT_FIELD} <= names


def read_seed(fields: Fields, origin: Origin) -> AdRecord:
    """Return one seed: a post of a page that is known to be political, or not. Raises `Refused` where it is empty."""
    text = plain(fields.get(TEXT_FIELD))
    if not text:
        raise Refused(_("The ad has no text."))
    locale = PurePath(origin.name).stem
    return build_ad(
        source=SEEDS,
        platform="facebook",
        external_id=text_id(text),
        text=text,
        extra={"locale": locale} if _LOCALE.fullmatch(locale) else {},
        weak_label=str(fields.get(LIST_FIELD, "")),
    )


FORMAT = Format("propublica", N_("ProPublica Facebook Political Ad Collector"), _claims, read)
SEEDS_FORMAT = Format(SEEDS, N_("ProPublica classifier seeds"), _claims_seeds, read_seed)
