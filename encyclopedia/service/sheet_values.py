"""A sheet as the flat values of a form, name → what stands in the field.

Names: ``phase.<code>``, ``criterion.<code>``; ``f.<field>.<row>.<part>`` (of a field with several choices the row is the
choice's code, else a number from 0); ``r.<row>.<part>`` for relations; ``l.<row>.<part>`` for the lines of the ledger.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache

from babel import Locale

from common.i18n import current_locale
from common.taxonomy import EntryKind
from encyclopedia.core.fields import FieldDefinition, FieldType, fields_of
from encyclopedia.schemas import Shape, Sheet
from encyclopedia.wording import country_name, language_name

Values = dict[str, str]
EVIDENCE = (
    "source", "quote", "read_on", "archive_url", "archive_sha256", "confidence", "valid_from", "valid_to",
)  # fmt: skip
LEDGER = ("claim", "design", "effect", "population", "replication", "next", "source", "year")
RELATION = ("type", "entry", "note")
ON = "on"
MOST_ROWS = 200  # of one field: more comes from a program, not from a form
_ROW = re.compile(r"^(f\.[a-z_]+|r|l)\.([^.]+)\.[a-z_0-9]+$")


def sheet_values(sheet: Sheet, kind: EntryKind, titles: Mapping[int, str]) -> Values:
    """Return a sheet as values. `titles`: what the entries are called that it has relations with."""
    values: Values = {}
    values |= {f"phase.{phase.value}": ON for phase in sheet.phases}
    values |= {f"criterion.{criterion.value}": ON for criterion in sheet.criteria}
    for definition in sheet_fields(kind):
        for row, fact in enumerate(sheet.facts.get(definition.key, ())):
            place = fact.value if by_choice(definition) else str(row)
            values |= _parts(f"f.{definition.key}.{place}", fact, EVIDENCE)
            values[f"f.{definition.key}.{place}.value"] = shown_value(definition, fact.value)
    for row, relation in enumerate(sheet.relations):
        values |= {
            f"r.{row}.type": relation.type,
            f"r.{row}.entry": titles.get(relation.entry, f"#{relation.entry}"),
            f"r.{row}.note": relation.note,
        }
    for row, line in enumerate(sheet.ledger):
        values |= _parts(f"l.{row}", line, LEDGER)
    return values


def sheet_fields(kind: EntryKind) -> tuple[FieldDefinition, ...]:
    """Return the fields of a kind that live in the sheet."""
    return tuple(definition for definition in fields_of(kind) if definition.type is not FieldType.PROSE)


def prose_fields(kind: EntryKind) -> tuple[FieldDefinition, ...]:
    """Return the fields of a kind that live in each language's text."""
    return tuple(definition for definition in fields_of(kind) if definition.type is FieldType.PROSE)


def by_choice(definition: FieldDefinition) -> bool:
    """Whether a field is shown as one checkbox for each choice."""
    return definition.many and definition.type is FieldType.CHOICE


def shown_value(definition: FieldDefinition, value: str) -> str:
    """Return a value as the form writes it: a country or language by its name, where the name leads back to the code."""
    if definition.type is FieldType.COUNTRY:
        name = country_name(value)
    elif definition.type is FieldType.LANGUAGE:
        name = language_name(value)
    else:
        return value
    return name if meant_code(definition, name) == value else value


def meant_code(definition: FieldDefinition, value: str) -> str:
    """Return the code that a value means: a country's or language's name in the reader's language, or the code itself."""
    if definition.type is FieldType.COUNTRY:
        return country_codes(current_locale()).get(value.casefold(), value.upper())
    if definition.type is FieldType.LANGUAGE:
        return language_codes(current_locale()).get(value.casefold(), value)
    return value


@cache
def country_codes(locale: str) -> dict[str, str]:
    """Return name (case-folded) → code of all countries (ISO 3166-1 alpha-2), as one language calls them."""
    names = Locale(locale).territories
    return {name.casefold(): code for code, name in names.items() if len(code) == 2 and code.isalpha()}


@cache
def language_codes(locale: str) -> dict[str, str]:
    """Return name (case-folded) → code (BCP 47) of languages, as one language calls them."""
    names = sorted(
        Locale(locale).languages.items(), key=lambda item: -len(item[0])
    )  # the shortest code comes last
    return {name.casefold(): code.replace("_", "-") for code, name in names}


def rows_of(values: Iterable[str], prefix: str) -> list[str]:
    """Return the rows that stand under a prefix (``f.made_by``, ``r``, ``l``), numbers in their order."""
    found: dict[str, None] = {}
    for name in values:
        row = _ROW.match(name)
        if row and row[1] == prefix:
            found[row[2]] = None
    return sorted(found, key=lambda row: int(row) if row.isdigit() else -1)[:MOST_ROWS]


def with_row(values: Mapping[str, str], prefix: str) -> Values:
    """Return the values with one more, empty, row under a prefix."""
    numbers = [int(row) for row in rows_of(values, prefix) if row.isdigit()]
    part = {"r": "entry", "l": "claim"}.get(prefix, "value")
    return {**values, f"{prefix}.{max(numbers, default=-1) + 1}.{part}": ""}


def without_row(values: Mapping[str, str], row: str) -> Values:
    """Return the values without one row (``f.made_by.2``, ``r.0``)."""
    return {name: value for name, value in values.items() if not name.startswith(f"{row}.")}


def _parts(prefix: str, shape: Shape, parts: tuple[str, ...]) -> Values:
    found = {part: getattr(shape, part) for part in parts}
    return {f"{prefix}.{part}": _written(value) for part, value in found.items() if value not in (None, "")}


def _written(value: object) -> str:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else str(value)
