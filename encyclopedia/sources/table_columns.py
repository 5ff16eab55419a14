"""What the columns and words of a table of tools mean, in English and French."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale

from common.i18n import gettext, use_locale
from common.taxonomy import CRITERION_NAMES, PHASE_NAMES, EntryKind
from encyclopedia.core.field_values import fault_of
from encyclopedia.core.fields import FIELD_BY_KEY, FieldDefinition, FieldType, fields_of

# Header words, folded → field key, or one of: title, lead, body, slug, phases, criteria, licence_of_text, attribution.
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "title": ("name", "title", "tool", "nom", "titre", "outil"),
    "lead": ("lead", "summary", "short description", "resume", "chapeau", "accroche"),
    "body": ("body", "text", "description", "notes", "texte", "remarques"),
    "slug": ("slug", "identifier", "identifiant"),
    "phases": ("phase", "phases"),
    "criteria": ("criterion", "criteria", "critere", "criteres"),
    "website": ("website", "url", "site", "link", "web site", "address", "site web", "lien", "adresse", "homepage"),
    "made_by": ("made by", "maker", "makers", "author", "organisation", "organization", "developer", "fait par", "auteur", "editeur"),
    "what": ("what", "what it is", "quoi", "ce que c'est"),
    "what_for": ("what for", "purpose", "use", "pour quoi", "usage", "a quoi ca sert"),
    "for_whom": ("for whom", "audience", "users", "pour qui", "public"),
    "by_whom": ("by whom", "par qui"),
    "platforms": ("platform", "platforms", "plateforme", "plateformes"),
    "interface_languages": ("language", "languages", "interface languages", "langue", "langues", "langues de l'interface"),
    "licence": ("licence", "license", "software licence", "licence du logiciel"),
    "source_code": ("source code", "code", "repository", "code source", "depot"),
    "price": ("price", "cost", "pricing", "prix", "cout", "tarif"),
    "status": ("status", "state", "statut", "etat"),
    "reliability": ("reliability", "fiabilite"),
    "reliability_note": ("reliability note", "note de fiabilite"),
    "techniques": ("techniques", "technique", "disarm", "disarm techniques", "techniques disarm"),
}  # fmt: skip
# Everyday words for choices, beside their codes and names.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "platforms": {"twitter": "x", "x/twitter": "x", "meta": "facebook", "yt": "youtube", "all": "any", "toutes": "any", "tous": "any", "internet": "web"},
    "price": {"gratuit": "free", "free of charge": "free", "payant": "paid", "commercial": "paid", "sur demande": "on_request", "freemium": "freemium"},
    "status": {"active": "alive", "actif": "alive", "online": "alive", "vivant": "alive", "limite": "limited", "mort": "dead", "ferme": "dead", "closed": "dead", "offline": "dead", "inactive": "dead", "inactif": "dead"},
}  # fmt: skip
SEVERAL = frozenset({"phases", "criteria"})


def fold(text: str) -> str:
    """Return a text for comparing: small letters, no accents, single blanks, no underscores."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("_", " "))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.sub(r"\s+", " ", plain).strip().casefold()


@cache
def meanings() -> dict[str, str]:
    """Return what each known header, folded, means."""
    known = {word: key for key, words in _HEADERS.items() for word in words}
    for definition in fields_of(EntryKind.TOOL):
        for locale in ("en", "fr"):
            with use_locale(locale):
                known.setdefault(fold(gettext(definition.name)), definition.key)
        known.setdefault(fold(definition.key), definition.key)
    return known


def value_of(key: str, written: str) -> str | None:
    """Return the code or text that a cell's value stands for in a field of the sheet; None where it cannot."""
    if key in SEVERAL:
        return _named(key).get(fold(written))
    definition = FIELD_BY_KEY[key]
    code = (
        _named(key).get(fold(written), written)
        if definition.type in (FieldType.CHOICE, FieldType.LANGUAGE)
        else written
    )
    return code if fault_of(definition, code) is None else None


@cache
def _named(key: str) -> dict[str, str]:
    """Return code by folded code, name in both languages, and everyday word."""
    if key == "phases":
        return _both_languages([(phase.value, name) for phase, name in PHASE_NAMES.items()])
    if key == "criteria":
        return _both_languages([(criterion.value, name) for criterion, name in CRITERION_NAMES.items()])
    definition: FieldDefinition = FIELD_BY_KEY[key]
    if definition.type is FieldType.LANGUAGE:
        return {
            fold(str(name)): code.replace("_", "-")
            for locale in ("en", "fr")
            for code, name in Locale(locale).languages.items()
        }
    return {**_both_languages(definition.choices), **_WORDS.get(key, {})}


def _both_languages(choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for code, name in choices:
        named[fold(code)] = code
        for locale in ("en", "fr"):
            with use_locale(locale):
                full = gettext(name)
            named.setdefault(fold(full), code)
            named.setdefault(fold(full.partition(":")[0]), code)  # "Massive: widely shared" is "Massive" too
            named.setdefault(fold(full.partition("(")[0]), code)
    return named
