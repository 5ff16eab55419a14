"""Filters: those chosen from the facets and those typed into the box, such as kind:tool, lang:fr or -status:dead."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.i18n import LOCALES, use_locale
from encyclopedia.core.fields import facet_fields
from encyclopedia.core.search_box import Filter
from encyclopedia.core.words import filter_token, fold
from encyclopedia.models.search import SearchFacet
from encyclopedia.queries.search_match import Clause
from encyclopedia.wording import facet_value_name

SOURCE = "source"
FACETS = ("kind", "phase", "criterion", "language", *(definition.key for definition in facet_fields()))
# What people may type for a facet, in English and French, folded or not; some words mean either of two facets.
TYPED: dict[str, tuple[str, ...]] = {
    **{key: (key,) for key in FACETS},
    "type": ("kind",),
    "genre": ("kind",),
    "critere": ("criterion",),
    "critère": ("criterion",),
    "lang": ("language",),
    "langue": ("language",),
    "platform": ("platforms", "channels"),
    "plateforme": ("platforms", "channels"),
    "channel": ("channels",),
    "canal": ("channels",),
    "country": ("countries",),
    "pays": ("countries",),
    "statut": ("status",),
    "prix": ("price",),
    "license": ("licence",),
    "evidence": ("evidence_strength",),
    "preuve": ("evidence_strength",),
    "technique": ("techniques",),
    "countermeasure": ("countermeasures",),
    "disarm": ("techniques", "countermeasures"),
    SOURCE: (SOURCE,),
}


def chosen(facets: Mapping[str, tuple[str, ...]]) -> dict[str, Clause]:
    """Return the facets that were chosen as filters: within a facet either value, all facets together."""
    return {key: _either((key, value) for value in values) for key, values in facets.items() if values}


def typed(session: Session, filters: Iterable[Filter]) -> tuple[dict[str, Clause], tuple[Clause, ...]]:
    """Return the typed filters as (needed, unwanted). A value is a code, or the name of one in either language."""
    needed: dict[str, Clause] = {}
    unwanted: list[Clause] = []
    for each in filters:
        keys = TYPED[each.key]
        clause = _either((key, code) for key in keys for code in _codes(session, key, each.value))
        if each.excluded:
            unwanted.append(clause)
        else:
            name = keys[0] if len(keys) == 1 else each.key
            needed[name] = needed.get(name, ()) + clause
    return needed, tuple(unwanted)


def languages_wanted(needed: Mapping[str, Clause], every: Iterable[str]) -> tuple[str, ...]:
    """Return the languages that the filters leave."""
    clause = needed.get("language")
    return tuple(code for code in every if clause is None or (filter_token("language", code),) in clause)


def _either(pairs: Iterable[tuple[str, str]]) -> Clause:
    return tuple((filter_token(key, value),) for key, value in pairs)


def _codes(session: Session, key: str, value: str) -> list[str]:
    """Return the values of a facet that somebody may have meant; what nothing is called stands for itself and finds nothing."""
    if key == SOURCE:
        return [value.removeprefix("@")]
    asked = fold(value)
    values = list(session.scalars(select(SearchFacet.value).where(SearchFacet.key == key)))
    names = {code: {fold(code), fold(code).replace("_", " "), *_names(key, code)} for code in values}
    exact = [code for code, called in names.items() if asked in called]
    begins = [code for code, called in names.items() if any(name.startswith(asked) for name in called)]
    return exact or begins or [value]


def _names(key: str, code: str) -> set[str]:
    found = set()
    for locale in LOCALES:
        with use_locale(locale):
            found.add(fold(facet_value_name(key, code)))
    return found
