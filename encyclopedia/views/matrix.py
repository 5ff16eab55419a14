"""Techniques by countermeasures, as a table, a list and CSV."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.queries.entries import EntryName
from encyclopedia.queries.matrix import Matrix
from encyclopedia.views.head import entry_path
from encyclopedia.views.vocabularies import reference_state, term_path
from encyclopedia.wording import field_value_name

_formats = Formats()
MARKS: Mapping[str, str] = {
    "resolved": "●",
    "mended": "●",
    "reused": "○",
}  # with a word beside it where it stands alone


@dataclass(frozen=True)
class MatrixColumn:
    """A countermeasure."""

    code: str
    name: str
    href: str
    practices: tuple[tuple[str, str, str], ...]  # title, address, strength of evidence


@dataclass(frozen=True)
class MatrixCell:
    """Where a technique and a countermeasure meet; empty where nothing is said."""

    mark: str
    state: str
    words: str
    practices: int
    column: MatrixColumn


@dataclass(frozen=True)
class MatrixRow:
    """A technique."""

    code: str
    name: str
    href: str
    cells: tuple[MatrixCell, ...]

    @property
    def filled(self) -> tuple[MatrixCell, ...]:
        """The cells in which something stands, as a phone lists them."""
        return tuple(cell for cell in self.cells if cell.mark)


@dataclass(frozen=True)
class MatrixPage:
    """Techniques by countermeasures."""

    tactics: tuple[tuple[str, str], ...]
    tactic: str
    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    count: str
    waiting: int
    may_review: bool
    csv: str


def matrix_page(
    request: Request, found: Matrix, names: Mapping[int, EntryName], *, may_review: bool
) -> MatrixPage:
    """Return the matrix."""
    columns = tuple(
        MatrixColumn(
            each.term.code,
            each.term.name,
            term_path(request, each.term.scheme, each.term.kind, each.term.code),
            tuple(
                (
                    names[entry_id].title,
                    entry_path(request, "encyclopedia_entry", names[entry_id].slug),
                    field_value_name("evidence_strength", each.strengths[entry_id]) if entry_id in each.strengths else _("evidence not stated"),
                )
                for entry_id in each.practices
                if entry_id in names
            ),
        )
        for each in found.countermeasures
    )  # fmt: skip
    rows = tuple(
        MatrixRow(
            term.code,
            term.name,
            term_path(request, term.scheme, term.kind, term.code),
            tuple(_cell(found.cells.get((term.code, column.code)), column) for column in columns),
        )
        for term in found.techniques
    )
    words = _(
        "Techniques: %(techniques)s · countermeasures: %(countermeasures)s · links between them: %(links)s"
    )
    numbers = {"techniques": len(rows), "countermeasures": len(columns), "links": len(found.cells)}
    return MatrixPage(
        tactics=tuple((tactic.code, f"{tactic.code} {tactic.name}") for tactic in found.tactics),
        tactic=found.tactic,
        columns=columns,
        rows=rows,
        count=words % {key: _formats.number(number) for key, number in numbers.items()},
        waiting=found.waiting,
        may_review=may_review,
        csv=path_for(request, "encyclopedia_matrix_csv", query={"tactic": found.tactic}),
    )


def _cell(state: str | None, column: MatrixColumn) -> MatrixCell:
    if state is None:
        return MatrixCell("", "", "", 0, column)
    words = reference_state(state)
    if column.practices:
        words += "; " + ", ".join(f"{title} ({strength})" for title, _href, strength in column.practices)
    return MatrixCell(MARKS[state], state, words, len(column.practices), column)


def matrix_csv(page: MatrixPage) -> str:
    """Return the matrix as a table with one line for each technique and countermeasure between which something stands."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(
        [
            "technique",
            "technique_name",
            "countermeasure",
            "countermeasure_name",
            "link",
            "practices",
            "evidence",
        ]
    )
    for row in page.rows:
        for cell in row.filled:
            practices = cell.column.practices
            evidence = "; ".join(f"{title}: {strength}" for title, _href, strength in practices)
            writer.writerow(
                [
                    plain_cell(each)
                    for each in (row.code, row.name, cell.column.code, cell.column.name, cell.state)
                ]
                + [str(len(practices)), plain_cell(evidence)]
            )
    return target.getvalue()


def plain_cell(text: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
