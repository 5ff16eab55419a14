"""Two sets of ads that researchers coded by hand. Their codes come along in `weak_label` and `extra`, for evaluation.

Uruguay 2024: J. P. Martí, meta-ads-uy-2024 (six categories, after Stromer-Galley and others, Illuminating, 2021).
United States 2020: Wesleyan Media Project, CREATIVE (tone, nine goals, ten topics).
"""

from common.i18n import N_
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers.building import build_ad, identifier, rest
from political_ads.sources.readers.plain import one_line, plain
from political_ads.sources.readers.shapes import Fields, Format, Origin
from political_ads.sources.readers.values import is_missing

URUGUAY = "uruguay_2024"
WMP = "wmp_2020"
CATEGORIES = ("advocacy", "atack", "image", "issue", "call to action", "ceremonial")  # as the set spells them


def _claims_uruguay(names: frozenset[str]) -> bool:
    return {"id", "texto", "advocacy", "ceremonial"} <= names


def read_uruguay(fields: Fields, origin: Origin) -> AdRecord:  # noqa: ARG001 - what every reader takes
    """Return one ad of the Uruguayan set."""
    context = plain(fields.get("contexto"))
    return build_ad(
        source=URUGUAY,
        platform="facebook",
        external_id=identifier(fields.get("id")),
        text=plain(fields.get("texto")),
        description=context,
        declared_political=True,
        language="es",
        countries=("UY",),
        extra=rest(fields, {"id", "texto", "contexto"}),
        weak_label=",".join(name for name in CATEGORIES if str(fields.get(name, "")).strip() == "1"),
    )


def _claims_wmp(names: frozenset[str]) -> bool:
    return {"ad_id", "transcript"} <= names and bool(names & {"tone_derived", "ad_tone"})


def read_wmp(fields: Fields, origin: Origin) -> AdRecord:  # noqa: ARG001 - what every reader takes
    """Return one ad of the Wesleyan Media Project."""
    tone = one_line(fields.get("tone_derived") or fields.get("ad_tone")).lower()
    used = {"ad_id", "transcript", "page_id", "page_name", "funding_entity"}
    return build_ad(
        source=WMP,
        platform="facebook",
        external_id=identifier(fields.get("ad_id")),
        text=plain(fields.get("transcript")),
        page_id=identifier(fields.get("page_id")).removeprefix("x_"),
        page_name=one_line(fields.get("page_name")),
        paid_for_by=one_line(fields.get("funding_entity")),
        declared_political=True,
        countries=("US",),
        extra=rest(fields, used),
        weak_label="" if is_missing(tone) and tone != "none" else tone,
    )


URUGUAY_FORMAT = Format(URUGUAY, N_("Uruguay 2024, hand-coded (CSV)"), _claims_uruguay, read_uruguay)
WMP_FORMAT = Format(WMP, N_("Wesleyan Media Project, hand-coded (CSV)"), _claims_wmp, read_wmp)
