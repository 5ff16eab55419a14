"""Entries side by side: one row a field, and a mark where they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.core.fields import FieldDefinition, FieldType, fields_of
from encyclopedia.queries.comparing import MOST, Compared
from encyclopedia.views.entry import EntryLink, entry_link
from encyclopedia.views.evidence import value_words
from encyclopedia.wording import facet_name, facet_value_name

_formats = Formats()


@dataclass(frozen=True)
class CompareRow:
    """One field, a cell for each entry; an empty cell is not known."""

    name: str
    cells: tuple[str, ...]
    differs: bool


@dataclass(frozen=True)
class CompareColumn:
    """One entry; `without` is the comparison without it."""

    link: EntryLink
    without: str


@dataclass(frozen=True)
class ComparePage:
    """The page."""

    columns: tuple[CompareColumn, ...]
    rows: tuple[CompareRow, ...]
    most: int


def compare_page(request: Request, found: Sequence[Compared], terms: Mapping[str, str]) -> ComparePage:
    """Return entries side by side."""
    columns = tuple(
        CompareColumn(entry_link(request, each.name), _without(request, found, each)) for each in found
    )
    rows = [_row(_("In short"), [each.name.lead for each in found], mark=False)]
    rows += [_facet_row(key, found) for key in ("phase", "criterion")]
    rows += [_field_row(field, found, terms) for field in _fields(found)]
    rows.append(
        _row(
            _("Last reviewed"),
            [_formats.date(each.reviewed_at) if each.reviewed_at else "" for each in found],
            mark=False,
        )
    )
    return ComparePage(columns, tuple(row for row in rows if any(row.cells)), MOST)


def _fields(found: Sequence[Compared]) -> list[FieldDefinition]:
    """Return the fields of all kinds among the entries, prose aside, each once."""
    fields = {
        field.key: field
        for each in found
        for field in fields_of(EntryKind(each.name.kind))
        if field.type is not FieldType.PROSE
    }
    return list(fields.values())


def _field_row(field: FieldDefinition, found: Sequence[Compared], terms: Mapping[str, str]) -> CompareRow:
    cells = [
        ", ".join(value_words(field, value, terms) for value in each.sheet.values(field.key))
        for each in found
    ]
    return _row(_(field.name), cells)


def _facet_row(key: str, found: Sequence[Compared]) -> CompareRow:
    cells = []
    for each in found:
        values = each.sheet.phases if key == "phase" else each.sheet.criteria
        cells.append(", ".join(facet_value_name(key, value) for value in values))
    return _row(facet_name(key), cells)


def _row(name: str, cells: list[str], *, mark: bool = True) -> CompareRow:
    return CompareRow(name, tuple(cells), mark and len({cell for cell in cells if cell}) > 1)


def _without(request: Request, found: Sequence[Compared], left_out: Compared) -> str:
    ids = ",".join(str(each.name.id) for each in found if each is not left_out)
    return path_for(request, "encyclopedia_compare", query={"ids": ids})
