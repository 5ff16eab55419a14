"""The flat values of a form (see `sheet_values`) read back into a sheet, each fault beside its field."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.core.field_values import fault_of
from encyclopedia.core.fields import RELATION_BY_KEY, FieldDefinition
from encyclopedia.schemas import Fact, LedgerLine, Relation, Shape, Sheet
from encyclopedia.service.sheet_values import EVIDENCE, LEDGER, ON, meant_code, rows_of, sheet_fields

ShapeT = TypeVar("ShapeT", bound=Shape)
FindEntry = Callable[[str], int | None]  # a title, slug or #number → the entry's id
_TOO_LONG = N_("This is too long.")
_FAULTS = {
    "source": N_("A source’s key has small letters, digits and - _ . : only."),
    "quote": N_("A quotation has at most 500 characters."),
    "read_on": N_("Write a day such as 2026-05-31."),
    "archive_url": N_("Write a web address that begins with https://"),
    "archive_sha256": N_("A SHA-256 has 64 digits and letters a to f."),
    "confidence": N_("Choose low, moderate or high."),
    "valid_from": N_("Write a date such as 2019, 2019-05 or 2019-05-07."),
    "valid_to": N_("Write a date such as 2019, 2019-05 or 2019-05-07."),
    "claim": N_("Write the claim, in at most 500 characters."),
    "design": N_("Choose how the effect was studied."),
    "replication": N_("Choose whether others found the same."),
    "year": N_("Write a year such as 2021."),
    "type": N_("Choose how the two belong together."),
    "entry": N_("Write the title of an entry that exists."),
}


def read_sheet(values: Mapping[str, str], kind: EntryKind, find_entry: FindEntry, *, kept: Sheet) -> Sheet:
    """Return the sheet that a form's values stand for; facts that the form does not show are taken over from `kept`.

    Raises:
        Invalid: with a sentence for each field that cannot be used.
    """
    errors: dict[str, str] = {}
    shown = {definition.key for definition in sheet_fields(kind)}
    facts = {key: found for key, found in kept.facts.items() if key not in shown}
    for definition in sheet_fields(kind):
        read = _facts(values, definition, errors)
        if read:
            facts[definition.key] = read
    sheet = Sheet(
        phases=tuple(phase for phase in Phase if values.get(f"phase.{phase.value}") == ON),
        criteria=tuple(each for each in Criterion if values.get(f"criterion.{each.value}") == ON),
        facts=facts,
        relations=_relations(values, find_entry, errors),
        ledger=_ledger(values, errors) if kind is EntryKind.PRACTICE else kept.ledger,
    )
    if errors:
        raise Invalid(_("Some of the facts cannot be kept as they stand."), fields=errors)
    return sheet


def _facts(
    values: Mapping[str, str], definition: FieldDefinition, errors: dict[str, str]
) -> tuple[Fact, ...]:
    found = []
    for row in rows_of(values, f"f.{definition.key}"):
        name = f"f.{definition.key}.{row}"
        given = _given(values, name, ("value", *EVIDENCE))
        if "value" not in given:
            if given and definition.many and row.isdigit():
                errors[f"{name}.value"] = _("There is evidence here, but no value.")
            continue
        given["value"] = meant_code(definition, given["value"])
        fault = fault_of(definition, given["value"])
        if fault is not None:
            named = fault.model_copy(update={"values": {**fault.values, "field": _(definition.name)}})
            errors[f"{name}.value"] = str(named)
        fact = _shaped(Fact, given, name, errors)
        if fact is not None:
            found.append(fact)
    return tuple(found if definition.many else found[:1])


def _relations(
    values: Mapping[str, str], find_entry: FindEntry, errors: dict[str, str]
) -> tuple[Relation, ...]:
    found: list[Relation] = []
    for row in rows_of(values, "r"):
        name = f"r.{row}"
        given = _given(values, name, ("type", "entry", "note"))
        if not {"entry", "note"} & set(given):
            continue
        entry = find_entry(given.get("entry", ""))
        if entry is None:
            errors[f"{name}.entry"] = _(_FAULTS["entry"])
        if given.get("type") not in RELATION_BY_KEY:
            errors[f"{name}.type"] = _(_FAULTS["type"])
        relation = _shaped(
            Relation, {**given, "type": given.get("type", ""), "entry": entry or 0}, name, errors
        )
        if relation is not None and (relation.type, relation.entry) not in {(r.type, r.entry) for r in found}:
            found.append(relation)
    return tuple(found)


def _ledger(values: Mapping[str, str], errors: dict[str, str]) -> tuple[LedgerLine, ...]:
    found = []
    for row in rows_of(values, "l"):
        given = _given(values, f"l.{row}", LEDGER)
        if not set(given) - {"design", "replication"}:
            continue
        line = _shaped(LedgerLine, {"claim": "", **given}, f"l.{row}", errors)
        if line is not None and not line.claim:
            errors[f"l.{row}.claim"] = _(_FAULTS["claim"])
        elif line is not None:
            found.append(line)
    return tuple(found)


def _given(values: Mapping[str, str], prefix: str, parts: tuple[str, ...]) -> dict[str, str]:
    found = {part: values.get(f"{prefix}.{part}", "").strip() for part in parts}
    return {part: value for part, value in found.items() if value}


def _shaped(
    model: type[ShapeT], given: Mapping[str, Any], name: str, errors: dict[str, str]
) -> ShapeT | None:
    """Return the shape, or None with each fault under its field's name; a fault already named keeps its sentence."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            part = str(detail["loc"][0])
            long = detail["type"] == "string_too_long"
            sentence = _TOO_LONG if long else _FAULTS.get(part, N_("This cannot be used."))
            errors.setdefault(f"{name}.{part}", _(sentence))
        return None
