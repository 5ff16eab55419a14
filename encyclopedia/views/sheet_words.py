"""Words for the places and values of a sheet: what a difference or a conflict shows instead of paths and codes."""

import re
from collections.abc import Mapping
from typing import Any

from common.i18n import N_
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, PHASE_NAMES, Criterion, Phase
from encyclopedia.core.fields import FIELD_BY_KEY, RELATION_BY_KEY
from encyclopedia.schemas import Confidence, Replication, Shape, StudyDesign
from encyclopedia.wording import field_value_name

CONFIDENCES = {
    Confidence.LOW: N_("Low"),
    Confidence.MODERATE: N_("Moderate"),
    Confidence.HIGH: N_("High"),
}
DESIGNS = {
    StudyDesign.META_ANALYSIS: N_("Meta-analysis"),
    StudyDesign.RANDOMISED: N_("Randomised trial"),
    StudyDesign.QUASI_EXPERIMENT: N_("Quasi-experiment"),
    StudyDesign.OBSERVATIONAL: N_("Observational study"),
    StudyDesign.CASE_REPORT: N_("Case report"),
    StudyDesign.EXPERT_OPINION: N_("Expert opinion"),
}
REPLICATIONS = {
    Replication.REPLICATED: N_("Replicated"),
    Replication.PARTLY: N_("Partly replicated"),
    Replication.FAILED: N_("Replication failed"),
    Replication.NOT_TRIED: N_("Not tried again"),
}
PART_NAMES = {
    "value": N_("Value"), "source": N_("Source"), "quote": N_("Quotation"), "read_on": N_("Read on"),
    "archive_url": N_("Archived copy"), "archive_sha256": N_("Hash of the archived copy"), "confidence": N_("Confidence"),
    "valid_from": N_("Valid from"), "valid_to": N_("Valid to"), "note": N_("Note"), "claim": N_("Claim"),
    "design": N_("Study design"), "effect": N_("Effect"), "population": N_("Population"), "replication": N_("Replication"),
    "next": N_("What happened next"), "year": N_("Year"), "type": N_("Relation"), "entry": N_("Entry"),
}  # fmt: skip
_PATH = re.compile(r"(phases|criteria|relations|ledger|facts\.\w+)(?:\[(.*)\])?(?:\.(\w+))?", re.DOTALL)
_TEXT_PARTS = {"title": N_("Title"), "lead": N_("Lead"), "body": N_("Text")}


def path_words(path: str, titles: Mapping[int, str]) -> str:
    """Return what a path of a sheet is called (see `core.field_changes`), such as "Status · Dead · Source"."""
    found = _PATH.fullmatch(path)
    if found is None:
        return path
    place, item, part = found.groups()
    words = [_place_name(place)]
    if item is not None:
        words.append(_item_words(place, item, titles))
    if part is not None:
        words.append(part_name(part))
    return " · ".join(words)


def part_name(part: str) -> str:
    """Return what one attribute of a fact, relation or ledger line is called."""
    return _(PART_NAMES.get(part, part))


def text_part_name(path: str) -> str:
    """Return what a part of a text is called: title, lead, a field, the text itself."""
    path = path.partition("#")[0]
    if path in _TEXT_PARTS:
        return _(_TEXT_PARTS[path])
    key = path.removeprefix("fields.")
    return _(FIELD_BY_KEY[key].name) if key in FIELD_BY_KEY else key


def value_words(path: str, value: object, titles: Mapping[int, str]) -> str:
    """Return a value as readers see it; "" where there is none."""
    found = _PATH.fullmatch(path)
    place, part = (found[1], found[3]) if found else ("", None)
    if value is None or value == "":
        return ""
    if isinstance(value, Shape):
        return value_words(path, value.model_dump(mode="json", exclude_defaults=True), titles)
    if isinstance(value, Mapping):
        return _shape_words(place, value, titles)
    if isinstance(value, (list, tuple)):
        return ", ".join(value_words(place, each, titles) for each in value)
    return _bare_words(place, part, str(value))


def relation_name(key: str) -> str:
    """Return a relation type's words, such as "implements"."""
    return _(RELATION_BY_KEY[key].name) if key in RELATION_BY_KEY else key


def _place_name(place: str) -> str:
    names = {
        "phases": _("Phases"),
        "criteria": _("Criteria"),
        "relations": _("Relations"),
        "ledger": _("Effectiveness ledger"),
    }
    return names.get(place) or text_part_name(place.removeprefix("facts."))


def _item_words(place: str, item: str, titles: Mapping[int, str]) -> str:
    if place == "relations":
        kind, _colon, rest = item.partition(":")
        number = int(rest.partition("#")[0] or 0)
        return f"{relation_name(kind)} {titles.get(number, f'#{number}')}"
    return _bare_words(place, None, item)


def _bare_words(place: str, part: str | None, value: str) -> str:
    if part is not None and part != "value":
        for names in (CONFIDENCES, DESIGNS, REPLICATIONS):
            if value in set(names):
                return _(names[value])  # type: ignore[index]  # a StrEnum's member is its string
        return value
    if place == "phases" and value in set(Phase):
        return _(PHASE_NAMES[Phase(value)])
    if place == "criteria" and value in set(Criterion):
        return _(CRITERION_NAMES[Criterion(value)])
    return field_value_name(place.removeprefix("facts."), value)


def _shape_words(place: str, shape: Mapping[str, Any], titles: Mapping[int, str]) -> str:
    """Return a fact, relation or ledger line in one line: what it says, then what bears it out."""
    main = next((part for part in ("value", "claim", "entry") if part in shape), "")
    words = [
        f"{part_name(part)}: {_bare_words(place, part, str(value))}"
        for part, value in shape.items()
        if part not in {main, "type"} and value not in (None, "")
    ]
    if main == "entry":
        head = f"{relation_name(str(shape.get('type', '')))} {titles.get(shape['entry'], shape['entry'])}"
    else:
        head = _bare_words(place, None, str(shape.get(main, "")))
    return " — ".join([head, *words])
