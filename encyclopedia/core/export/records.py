"""Entries as JSON: one object an entry, the same in the interface for programs and in the export."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from encyclopedia.core.export.shapes import ExportedEntry, Site
from encyclopedia.schemas import Shape, SourceData, Text

FORMAT = "disinfo-encyclopedia/1"


def entry_record(given: ExportedEntry, site: Site) -> dict[str, Any]:
    """Return an entry as an object whose members say what `schemas.ExchangedEntry` says, with ids, dates and addresses."""
    entry = given.entry
    return {
        "id": given.id,
        "slug": entry.slug,
        "kind": entry.kind.value,
        "url": site.entry(given.id),
        "slugs": dict(sorted(entry.slugs.items())),
        "phases": [phase.value for phase in entry.phases],
        "criteria": [criterion.value for criterion in entry.criteria],
        "facts": {key: [plain(fact) for fact in facts] for key, facts in entry.facts.items()},
        "relations": [{"type": kind, "entry": slug, "note": note} for kind, slug, note in entry.relations],
        "ledger": [plain(line) for line in entry.ledger],
        "texts": {language: _text(given, language, text) for language, text in sorted(entry.texts.items())},
        "licence": entry.licence,
        "attribution": entry.attribution,
        "created_at": given.created_at,
        "updated_at": given.updated_at,
        "reviewed_at": given.reviewed_at,
        "reviewed_by": given.reviewed_by,
        "review_due_at": given.review_due_at,
    }


def plain(shape: Shape) -> dict[str, Any]:
    """Return a shape's members that say something, as JSON can hold them."""
    return shape.model_dump(mode="json", exclude_defaults=True)


def write_json(
    entries: Iterable[ExportedEntry], sources: Iterable[SourceData], site: Site
) -> Iterator[bytes]:
    """Write one JSON document with all entries and sources, piece by piece."""
    head = {"format": FORMAT, "generator": site.version, "address": site.address}
    yield orjson.dumps(head)[:-1] + b',"entries":['
    for number, entry in enumerate(entries):
        yield (b",\n" if number else b"\n") + _dump(entry_record(entry, site))
    yield b'\n],"sources":['
    for number, source in enumerate(sources):
        yield (b",\n" if number else b"\n") + _dump(plain(source))
    yield b"\n]}\n"


def write_lines(entries: Iterable[ExportedEntry], site: Site) -> Iterator[bytes]:
    """Write one entry a line (https://jsonlines.org)."""
    for entry in entries:
        yield _dump(entry_record(entry, site)) + b"\n"


def _text(given: ExportedEntry, language: str, text: Text) -> dict[str, Any]:
    return {
        "title": text.title,
        "lead": text.lead,
        "fields": dict(text.fields),
        "body": text.body,
        "revision": given.revisions.get(language),
        "state": given.states.get(language, ""),
    }


def _dump(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_UTC_Z)
