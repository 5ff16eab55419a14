"""What a printed or an offline entry shows beside its text: facts in words, references in the order of their numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from common.i18n import N_
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, PHASE_NAMES
from encyclopedia.core.citations import Reference, reference
from encyclopedia.core.export.shapes import ExportedEntry
from encyclopedia.core.fields import FieldType, fields_of
from encyclopedia.schemas import SourceData, Text


@dataclass(frozen=True)
class Wording:
    """Words for codes, in the language that is being written (`common.i18n`): kinds, field values, dates."""

    kind: Callable[[str], str]
    value: Callable[[str, str], str]  # field key, value
    day: Callable[[date], str]


@dataclass(frozen=True)
class PrintedFact:
    """A field and its values in words; `read_on` is the day on which the first was checked."""

    name: str
    values: tuple[str, ...]
    read_on: date | None = None


def facts_of(given: ExportedEntry, words: Wording) -> list[PrintedFact]:
    """Return an entry's facts, phases and criteria first, in the order in which pages show them."""
    entry = given.entry
    found = [PrintedFact(_("Kind"), (words.kind(entry.kind.value),))]
    for name, values in (
        (_("Phase"), tuple(_(PHASE_NAMES[phase]) for phase in entry.phases)),
        (_("Criterion"), tuple(_(CRITERION_NAMES[criterion]) for criterion in entry.criteria)),
    ):
        found += [PrintedFact(name, values)] if values else []
    for definition in fields_of(entry.kind):
        facts = entry.facts.get(definition.key, ())
        if facts:
            values = tuple(words.value(definition.key, fact.value) for fact in facts)
            found.append(PrintedFact(_(definition.name), values, facts[0].read_on))
    return found


def prose_of(given: ExportedEntry, text: Text) -> list[tuple[str, str]]:
    """Return the prose fields of a text as (name, Markdown), in the order of their definitions."""
    definitions = [each for each in fields_of(given.entry.kind) if each.type is FieldType.PROSE]
    return [(_(each.name), text.fields[each.key]) for each in definitions if text.fields.get(each.key)]


def references_of(
    numbers: Mapping[str, int], sources: Mapping[str, SourceData]
) -> list[tuple[str, Reference]]:
    """Return the sources cited as (key, reference), by their numbers."""
    ordered = sorted(numbers, key=lambda key: numbers[key])
    return [(key, reference(sources[key])) for key in ordered if key in sources]


def reference_line(line: Reference) -> str:
    """Return a reference as one line of plain text, without its link."""
    parts = (
        f"{line.authors} ({line.year})" if line.authors else f"({line.year})",
        line.title,
        line.container,
    )
    return ". ".join(part for part in (*parts, line.publisher) if part) + "."


FOOT = N_("%(licence)s · printed on %(day)s · %(address)s")
NO_LICENCE = N_("No licence stated")


def licence_of(given: ExportedEntry) -> str:
    """Return the licence of an entry's texts and whom to credit, in words."""
    entry = given.entry
    return " · ".join(part for part in (entry.licence or _(NO_LICENCE), entry.attribution) if part)
