"""Which sheets hold terms, and their rows as records."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from common.errors import Invalid
from common.i18n import N_, gettext
from encyclopedia.schemas import ExchangedTerm
from encyclopedia.sources.archives import check_workbook

SCHEME = "disarm"
MOST_ROWS = 100_000

Record = dict[str, str]


@dataclass(frozen=True)
class TermSheet:
    """A sheet of terms: what its rows are and which columns are not simply kept as extra."""

    kind: str
    parent: str = ""  # column with the parent's code
    tactic: str = ""  # column that begins with a tactic's code


SHEETS: Mapping[str, TermSheet] = {
    "phases": TermSheet("phase"),
    "tactics": TermSheet("tactic", parent="phase_id"),
    "techniques": TermSheet("technique", tactic="tactic_id"),
    "frameworks": TermSheet("framework"),
    "tasks": TermSheet("task", tactic="tactic_id"),
    "detections": TermSheet("detection", tactic="tactic"),
    "countermeasures": TermSheet("countermeasure", tactic="tactic"),
    "playbooks": TermSheet("playbook", parent="object_id"),
    "responsetypes": TermSheet("response_type"),
    "metatechniques": TermSheet("metatechnique"),
    "actortypes": TermSheet("actor_type"),
    "resources": TermSheet("resource"),
    "sectors": TermSheet("sector"),
    "incidents": TermSheet("incident"),
    "narratives": TermSheet("narrative"),
    "externalgroups": TermSheet("organisation"),
    "tools": TermSheet("tool"),
}
# Sheets that are not terms but say something about them.
REFERENCES = ("urls", "incidenttechniques", "associatedtechniques")
_OWN = ("disarm_id", "name", "name_DE", "summary", "summary_DE", "longname", "")


def read_sheets(content: bytes) -> dict[str, list[Record]]:
    """Return each sheet's rows as records of texts by the first row's names. Raises `Invalid` where it is not a workbook."""
    check_workbook(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: _records(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid(gettext(N_("The file is not a workbook (.xlsx)."))) from error


def sheet_names(content: bytes) -> list[str]:
    """Return the names of a workbook's sheets. Raises `Invalid` where it is not a workbook."""
    check_workbook(content)
    try:
        return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names)
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid(gettext(N_("The file is not a workbook (.xlsx)."))) from error


def _records(rows: list[list[Any]]) -> list[Record]:
    if not rows:
        return []
    if len(rows) > MOST_ROWS:
        raise Invalid(gettext(N_("A sheet has more than %(most)s rows.")) % {"most": MOST_ROWS})
    names = [_text(cell) for cell in rows[0]]
    return [{name: _text(cell) for name, cell in zip(names, row, strict=False)} for row in rows[1:]]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).strip()


def terms_of(sheet: TermSheet, records: list[Record]) -> list[ExchangedTerm]:
    """Return the terms of a sheet's rows; rows without a code are no terms."""
    return [_term(sheet, record) for record in records if record.get("disarm_id")]


def _term(sheet: TermSheet, record: Record) -> ExchangedTerm:
    code = record["disarm_id"]
    parent = record.get(sheet.parent, "") if sheet.parent else ""
    if sheet.kind == "technique" and "." in code:
        parent = code.partition(".")[0]
    own = {*_OWN, sheet.parent, sheet.tactic}
    extra = {key: value for key, value in record.items() if value and key not in own}
    return ExchangedTerm(
        scheme=SCHEME,
        kind=sheet.kind,
        code=code,
        name=(record.get("name") or record.get("longname") or code)[:500],
        summary=record.get("summary", ""),
        parent=parent,
        tactic=record.get(sheet.tactic, "").partition(" ")[0] if sheet.tactic else "",
        extra=extra,
    )
