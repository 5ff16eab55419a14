"""A table of tools (CSV, TSV) to entries: one row, one tool; unknown columns and values are reported with their lines."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from common.errors import Invalid
from common.i18n import N_, gettext
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.core.fields import FIELD_BY_KEY, FieldType
from encyclopedia.schemas import (
    BroughtEntry,
    ExchangedEntry,
    Fact,
    FileLine,
    ImportReport,
    Message,
    NotUnderstood,
    Text,
)
from encyclopedia.sources.bring import brought, free_slug
from encyclopedia.sources.table_columns import SEVERAL, fold, meanings, value_of

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
LONGEST_FIELD = 5_000  # schemas.Paragraph
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class BroughtTools:
    """The tools of a table, and the report."""

    entries: tuple[BroughtEntry, ...]
    report: ImportReport


def read_tools(
    name: str, content: bytes, *, language: str = "en", licence: str = "", attribution: str = ""
) -> BroughtTools:
    """Read a table of tools whose texts are in `language`. Raises `Invalid` where it is no table or has no column of names."""
    text, encoding = _decoded(content)
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda sign: (_known(header, sign), header.count(sign)))
    reading = _Reading(name, language, licence, attribution, delimiter)
    reading.run(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    notes = (
        []
        if encoding == "UTF-8"
        else [Message(template=N_("The file was read as %(encoding)s."), values={"encoding": encoding})]
    )
    slugs = tuple(found.entry.slug for found in reading.entries)
    line = FileLine(path=name, outcome="entries" if slugs else "empty", entries=slugs, notes=tuple(notes))
    report = ImportReport(
        kind="tools_csv",
        files=(line,),
        counts={"rows": reading.rows, "tools": len(slugs), "rows left out": reading.rows - len(slugs)},
        not_understood=tuple(reading.notes),
    )
    return BroughtTools(tuple(reading.entries), report)


def _decoded(content: bytes) -> tuple[str, str]:
    if len(content) > MOST_BYTES:
        raise Invalid(
            gettext(N_("The table is larger than %(most)s MB.")) % {"most": MOST_BYTES // 1_000_000}
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(content, "utf-16"), "UTF-16"
    if b"\x00" in content:
        raise Invalid(gettext(N_("The file is not a table of text.")))
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "Windows-1252"


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(gettext(N_("The file is not a table of text."))) from error


def _known(header: str, delimiter: str) -> int:
    return sum(fold(cell.strip(' "\r')) in meanings() for cell in header.split(delimiter))


@dataclass
class _Reading:
    """The rows read so far."""

    name: str
    language: str
    licence: str
    attribution: str
    delimiter: str
    entries: list[BroughtEntry] = field(default_factory=list)
    notes: list[NotUnderstood] = field(default_factory=list)
    rows: int = 0
    taken: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)

    def run(self, reader: Any) -> None:
        line = 1
        keys: list[str | None] = []
        try:
            for cells in reader:
                if not keys:
                    keys = self._header(cells)
                elif any(cell.strip() for cell in cells):
                    self.rows += 1
                    if self.rows > MOST_ROWS:
                        raise Invalid(
                            gettext(N_("The table has more than %(most)s rows.")) % {"most": MOST_ROWS}
                        )
                    self._row(line, keys, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            self._note(line, str(error), N_("The table breaks here; what follows was not read."))
        if "title" not in keys:
            raise Invalid(gettext(N_("The table has no column of names (“name”, “nom”).")))

    def _header(self, cells: list[str]) -> list[str | None]:
        keys: list[str | None] = []
        for cell in cells:
            key = meanings().get(fold(cell))
            if cell.strip() and key is None:
                self._note(1, cell, N_("This column is not known; it was left out."))
            elif key in keys:
                self._note(1, cell, N_("This column says the same as one before it; it was left out."))
                key = None
            keys.append(key)
        return keys

    def _row(self, line: int, keys: list[str | None], cells: list[str]) -> None:
        given = {key: cell.strip() for key, cell in zip(keys, cells, strict=False) if key and cell.strip()}
        if len(cells) > len(keys):
            self._note(
                line,
                self.delimiter.join(cells[len(keys) :]),
                N_("The row has more cells than the table has columns."),
            )
        title = given.pop("title", "")
        if not title:
            self._note(line, self.delimiter.join(cells), N_("The row has no name; it was left out."))
            return
        if fold(title) in self.titles:
            self._note(line, title, N_("This name stands twice; the first row was kept."))
            return
        self.titles.add(fold(title))
        slug = free_slug(given.pop("slug", title), self.taken)
        self._keep(line, slug, title, given)

    def _keep(self, line: int, slug: str, title: str, given: dict[str, str]) -> None:
        values = {
            key: list(self._values(line, key, given.pop(key)))
            for key in list(given)
            if key in SEVERAL or _in_sheet(key)
        }
        fields = {
            key: given.pop(key)
            for key in list(given)
            if key in FIELD_BY_KEY and len(given[key]) <= LONGEST_FIELD
        }
        body = "\n\n".join(
            [given.pop("body", ""), *(text for key, text in given.items() if key != "lead")]
        ).strip()
        lead = given.get("lead", "")
        try:
            text = Text(
                title=title,
                lead=lead if len(lead) <= 500 else "",
                fields=fields,
                body=body if len(lead) <= 500 else f"{lead}\n\n{body}".strip(),
            )
        except ValidationError:
            self._note(line, title, N_("The row's texts are too long; it was left out."))
            return
        entry = ExchangedEntry(
            slug=slug,
            kind=EntryKind.TOOL,
            phases=tuple(Phase(value) for value in values.pop("phases", [])),
            criteria=tuple(Criterion(value) for value in values.pop("criteria", [])),
            facts={
                key: tuple(Fact(value=value) for value in found) for key, found in values.items() if found
            },
            texts={self.language: text},
            slugs={self.language: slug},
            licence=self.licence,
            attribution=self.attribution,
        )
        self.entries.append(brought(f"tools_csv#{slug}", entry))

    def _values(self, line: int, key: str, cell: str) -> Iterator[str]:
        many = key in SEVERAL or FIELD_BY_KEY[key].many
        signs = "[;|\n]" if self.delimiter == "," else "[;|,\n]"
        seen: set[str] = set()
        for written in (part.strip() for part in (re.split(signs, cell) if many else [cell])):
            value = value_of(key, written) if written and len(written) <= 2_000 else None
            if value is None and written:
                self._note(
                    line,
                    f"{key}: {written}",
                    N_("This value is not one of those that the column takes; it was left out."),
                )
            elif value and value not in seen:
                seen.add(value)
                yield value

    def _note(self, line: int, text: str, template: str) -> None:
        reason = Message(template=template)
        self.notes.append(NotUnderstood(path=self.name, line=line, text=text.strip()[:300], reason=reason))


def _in_sheet(key: str) -> bool:
    definition = FIELD_BY_KEY.get(key)
    return definition is not None and definition.type is not FieldType.PROSE
