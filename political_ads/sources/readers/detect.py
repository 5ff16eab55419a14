"""What a file is: found from the names of its fields, and refused in one sentence where it holds no ads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _
from political_ads.schemas.ads import Refusal
from political_ads.sources.readers import (
    coded_sets,
    google,
    ira_2018,
    meta_ads,
    meta_report,
    propublica,
    snap,
    table,
    toolkit,
)
from political_ads.sources.readers.bytesource import MOST_CHARS, TextSource
from political_ads.sources.readers.csv_rows import csv_rows, header_of
from political_ads.sources.readers.json_rows import json_rows
from political_ads.sources.readers.mapping import ColumnMapping, propose
from political_ads.sources.readers.shapes import Format, Row

LOOKED_AT = 200  # rows

# In the order in which they are tried: the most particular first.
FORMATS: Mapping[str, Format] = {
    each.key: each
    for each in (
        toolkit.FORMAT,
        propublica.SEEDS_FORMAT,
        propublica.FORMAT,
        ira_2018.FORMAT,
        snap.FORMAT,
        google.ADS_FORMAT,
        google.TOTALS_FORMAT,
        meta_report.FORMAT,
        coded_sets.URUGUAY_FORMAT,
        coded_sets.WMP_FORMAT,
        meta_ads.FORMAT,
        table.FORMAT,
    )
}
# Files that come with ads and hold none: some of their fields (lower case) → what they are.
_WITHOUT_ADS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"$schema"}), N_("a JSON schema")),
    (frozenset({"question_fr", "labels"}), N_("the labels and words of a questionnaire")),
    (frozenset({"country", "country_subdivision_primary"}), N_("spending by region")),
    (frozenset({"campaign_id", "ads_list"}), N_("the targeting of campaigns")),
    (frozenset({"keyword_1"}), N_("keywords")),
)


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file seems to be. `proposed` says what the columns of a table mean; None where the format is known."""

    format: str
    container: str  # json, csv
    columns: tuple[str, ...]
    proposed: ColumnMapping | None = None
    decimal: str = "."
    sample: tuple[dict[str, Any], ...] = ()

    @property
    def needs_mapping(self) -> bool:
        """Whether a person has to say what the columns mean."""
        return self.proposed is not None and not self.proposed.sure


def rows_of(source: TextSource, container: str, *, most: int = MOST_CHARS) -> Iterator[Row | Refusal]:
    """Yield the rows of an opened file, and refusals."""
    return json_rows(source, most=most) if container == "json" else csv_rows(source, most=most)


def container_of(source: TextSource) -> str:
    """Say whether an opened file is JSON or a table. Raises `Invalid` where it is empty."""
    beginning = source.sample().lstrip("\ufeff \t\r\n\0")
    if not beginning:
        raise Invalid(_("The file is empty."))
    return "json" if beginning[0] in "[{" else "csv"


def detect(path: Path) -> Detection:
    """Return what a file is, from its first rows. Raises `Invalid` where it holds no ads, with what was expected."""
    with TextSource(path) as source:
        container = container_of(source)
        header, delimiter = header_of(source.sample()) if container == "csv" else ([], "")
        found = list(islice(rows_of(source, container), LOOKED_AT))
    rows = [each.fields for each in found if isinstance(each, Row)]
    columns = tuple(dict.fromkeys(name for row in rows for name in row)) or tuple(
        name for name in header if name
    )
    names = frozenset(name.strip().lower() for name in columns)
    for marks, words in _WITHOUT_ADS:
        if marks <= names:
            raise Invalid(_("This file holds %(what)s, no ads.") % {"what": _(words)} + " " + expected())
    for each in FORMATS.values():
        if each.claims(names):
            return Detection(each.key, container, columns, sample=tuple(rows[:20]))
    if not rows or not _is_table(rows, found, columns):
        raise Invalid(_nothing(found, columns))
    proposed = propose(columns, rows)
    decimal = "," if delimiter == ";" else "."
    if "text" not in proposed.columns and "title" not in proposed.columns:
        raise Invalid(_nothing(found, columns))
    return Detection(table.SOURCE, container, columns, proposed, decimal, tuple(rows[:20]))


def _is_table(rows: list[dict[str, Any]], found: list[Row | Refusal], columns: tuple[str, ...]) -> bool:
    """Tell a table from prose: it has columns, and most rows fill two of them."""
    filled = sum(sum(value not in (None, "") for value in row.values()) >= 2 for row in rows)
    return len(columns) >= 2 and 2 * filled > len(found)


def expected() -> str:
    """Return the sentence that says which files can be read."""
    return _(
        "Expected: ads of Meta’s library (ads_archive JSON or its report as CSV), ProPublica’s collector, Google’s bundle, Snap’s "
        "library, the Internet Research Agency’s ads of 2018, this toolkit’s own JSON lines, or any table (CSV, TSV, JSON lines) "
        "with a column of ads’ texts."
    )


def _nothing(found: list[Row | Refusal], columns: tuple[str, ...]) -> str:
    first = next((each.reason for each in found if isinstance(each, Refusal)), "")
    has = ", ".join(columns[:12])[:200]
    words = _("No ads were recognised in this file.")
    if first and not columns:
        words += f" {first}"
    elif has:
        words += " " + _("It has: %(names)s.") % {"names": has}
    return f"{words} {expected()}"
