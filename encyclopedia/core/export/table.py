"""Entries as CSV (RFC 4180), one row each, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from encyclopedia.core.export.shapes import ExportedEntry, Site
from encyclopedia.core.fields import FIELDS, FieldType
from encyclopedia.schemas import LANGUAGES

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full-width forms included.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
SEPARATOR = " | "  # between the values of one field
BOM = "\ufeff"  # spreadsheets take a file without it for another encoding
_SHARED = tuple(definition for definition in FIELDS if definition.type is not FieldType.PROSE)
COLUMNS = (
    "id", "slug", "kind", "url", "phases", "criteria",
    *(f"{part}_{language}" for language in LANGUAGES for part in ("title", "lead")),
    *(definition.key for definition in _SHARED),
    "relations", "text_licence", "attribution", "created_at", "updated_at", "reviewed_at", "review_due_at",
)  # fmt: skip


def write_csv(entries: Iterable[ExportedEntry], site: Site) -> Iterator[bytes]:
    """Write a header and one row an entry; texts are left out, since cells are no place for them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(COLUMNS)
    for entry in entries:
        row = _row(entry, site)
        writer.writerow([neutralised(row.get(column, "")) for column in COLUMNS])
        yield _taken(buffer)
    yield _taken(buffer)


def neutralised(cell: str) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe stands before what would begin a formula; numbers stay."""
    bare = cell.lstrip(" \u00a0\ufeff")
    return f"'{cell}" if bare.startswith(_DANGEROUS) and not _NUMBER.fullmatch(cell) else cell


def _row(given: ExportedEntry, site: Site) -> dict[str, str]:
    entry = given.entry
    row = {
        "id": str(given.id),
        "slug": entry.slug,
        "kind": entry.kind.value,
        "url": site.entry(given.id),
        "phases": SEPARATOR.join(entry.phases),
        "criteria": SEPARATOR.join(entry.criteria),
        "relations": SEPARATOR.join(f"{kind}: {slug}" for kind, slug, _note in entry.relations),
        "text_licence": entry.licence,
        "attribution": entry.attribution,
        "created_at": given.created_at.isoformat(),
        "updated_at": given.updated_at.isoformat(),
        "reviewed_at": given.reviewed_at.isoformat() if given.reviewed_at else "",
        "review_due_at": given.review_due_at.isoformat() if given.review_due_at else "",
    }
    for language, text in entry.texts.items():
        row |= {f"title_{language}": text.title, f"lead_{language}": text.lead}
    own = {key: SEPARATOR.join(fact.value for fact in facts) for key, facts in entry.facts.items()}
    return own | row


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
