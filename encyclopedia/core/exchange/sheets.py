"""An entry's file: its identity and its facts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from common.i18n import N_
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.core.exchange.reader import Reader, in_order, plain
from encyclopedia.core.field_values import fault_of
from encyclopedia.core.fields import FIELD_BY_KEY, RELATION_BY_KEY, FieldType
from encyclopedia.core.plain_yaml import write_yaml
from encyclopedia.core.pruning import accept
from encyclopedia.schemas import (
    LANGUAGES,
    ExchangedEntry,
    Fact,
    LedgerLine,
    Problem,
    Sentence,
    Shape,
    Slug,
    Text,
)


class _RelationLine(Shape):
    type: str
    entry: Slug
    note: Sentence = ""


class _EntryFile(Shape):
    kind: EntryKind
    phases: tuple[Phase, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    slugs: dict[str, Slug] = Field(default_factory=dict)
    facts: dict[str, tuple[Fact, ...]] = Field(default_factory=dict)
    relations: tuple[_RelationLine, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()
    licence: str = ""
    attribution: str = ""
    reviewed_on: date | None = None


def parse_entry_yaml(
    slug: str, text: str, path: str = "", texts: Mapping[str, Text] | None = None
) -> tuple[ExchangedEntry | None, tuple[Problem, ...]]:
    """Read an entry's sheet and identity; None where its kind is missing or its YAML cannot be read."""
    reader = Reader(path)
    given = reader.read(text)
    if given is None:
        return None, reader.problems
    _write_out(given)
    read = accept(_EntryFile, given, reader.say)
    if read is None:
        return None, reader.problems
    entry = ExchangedEntry(
        slug=slug,
        kind=read.kind,
        phases=read.phases,
        criteria=read.criteria,
        facts={key: _fitting(reader, key, facts) for key, facts in read.facts.items() if _is_fact(reader, read.kind, key)},
        relations=tuple((line.type, line.entry, line.note) for line in read.relations if _is_relation(reader, read.kind, line.type)),
        ledger=read.ledger,
        texts=dict(texts or {}),
        slugs={language: own for language, own in read.slugs.items() if _is_language(reader, language)},
        licence=read.licence,
        attribution=read.attribution,
        reviewed_on=read.reviewed_on,
    )  # fmt: skip
    return entry, reader.problems


def _write_out(given: dict[str, Any]) -> None:
    """Turn short forms into long ones: one value is a list of one, a bare value is a fact of that value."""
    for key in ("phases", "criteria", "relations", "ledger"):
        if key in given:
            given[key] = _listed(given[key])
    if isinstance(facts := given.get("facts"), dict):
        for key, values in facts.items():
            facts[key] = [{"value": value} if isinstance(value, str) else value for value in _listed(values)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_fact(reader: Reader, kind: EntryKind, key: str) -> bool:
    definition = FIELD_BY_KEY.get(key)
    if definition is not None and kind in definition.kinds and definition.type is not FieldType.PROSE:
        return True
    reader.tell(("facts", key), N_("An entry of this kind has no fact “%(field)s”."), field=key)
    return False


def _fitting(reader: Reader, key: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return the facts that can stand in their field."""
    definition = FIELD_BY_KEY[key]
    kept = []
    for number, fact in enumerate(facts):
        if fault := fault_of(definition, fact.value):
            reader.say(("facts", key, number), fault)
        else:
            kept.append(fact)
    if len(kept) > 1 and not definition.many:
        reader.tell(("facts", key), N_("“%(field)s” takes one value; the first was kept."), field=key)
        del kept[1:]
    return tuple(kept)


def _is_relation(reader: Reader, kind: EntryKind, name: str) -> bool:
    relation = RELATION_BY_KEY.get(name)
    if relation is not None and kind in relation.sources:
        return True
    reader.tell(("relations",), N_("An entry of this kind has no relation “%(relation)s”."), relation=name)
    return False


def _is_language(reader: Reader, language: str) -> bool:
    if language not in LANGUAGES:
        sentence = N_("“%(language)s” is not a language of this encyclopedia.")
        reader.tell(("slugs", language), sentence, language=language)
    return language in LANGUAGES


def dump_entry_yaml(entry: ExchangedEntry) -> str:
    """Write an entry's sheet and identity, without its texts; fields in the order of their definitions."""
    relations = [{"type": name, "entry": slug, "note": note} for name, slug, note in entry.relations]
    members: dict[str, Any] = {
        "kind": entry.kind.value,
        "phases": [phase.value for phase in entry.phases],
        "criteria": [criterion.value for criterion in entry.criteria],
        "slugs": dict(sorted(entry.slugs.items())),
        "facts": {key: _short(entry.facts[key]) for key in in_order(entry.facts)},
        "relations": [{key: value for key, value in line.items() if value} for line in relations],
        "ledger": [plain(line) for line in entry.ledger],
        "licence": entry.licence,
        "attribution": entry.attribution,
        "reviewed_on": entry.reviewed_on,
    }
    return write_yaml({key: value for key, value in members.items() if value})


def _short(facts: tuple[Fact, ...]) -> Any:
    written = [fact["value"] if set(fact) == {"value"} else fact for fact in map(plain, facts)]
    return written[0] if len(written) == 1 else written
