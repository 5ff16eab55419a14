"""Reading a file of ads in parts, whatever its format, in memory that does not grow with the file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from common.errors import Invalid
from common.i18n import gettext as _
from common.i18n import ngettext
from political_ads.schemas.ads import LONGEST_TEXT, AdRecord, AdvertiserTotal, Refusal
from political_ads.sources.readers.building import CUT
from political_ads.sources.readers.bytesource import MOST_CHARS, TextSource
from political_ads.sources.readers.detect import FORMATS, Detection, container_of, detect, rows_of
from political_ads.sources.readers.mapping import TARGETS
from political_ads.sources.readers.seen import Seen
from political_ads.sources.readers.shapes import (
    PART_ROWS,
    Format,
    Origin,
    Part,
    Record,
    Refused,
    Row,
    refusal,
)
from political_ads.sources.readers.snap import PERSONAL

_NUMBERS = re.compile(r"\d+")


def read(  # noqa: PLR0913 - what a person may say of a file
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that people use
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    name: str = "",
    start_at: int = 0,
    part_rows: int = PART_ROWS,
    most: int = MOST_CHARS,
) -> Iterator[Part]:
    """Yield a file's ads in parts of `part_rows` rows; the same file gives the same parts.

    `mapping` is our field → the table's column, `constants` our field → one value for all rows, `name` the file's name
    as people know it. The first `start_at` parts are read (their ids count as seen) and not given on.

    Raises:
        Invalid: the file holds no ads, or its columns have to be confirmed first.
    """
    detection = detect(path) if format is None or format == "table" else None
    chosen = _chosen(format, detection)
    columns = _columns(detection, mapping) if chosen.key == "table" and detection else {}
    decimal = detection.decimal if detection else "."
    origin = Origin(name or path.name, columns, constants or {}, decimal)
    with TextSource(path) as source:
        rows = rows_of(source, container_of(source), most=most)
        parts = Making(chosen, origin, part_rows=part_rows).parts(rows, source)
        for number, part in enumerate(parts):
            if number >= start_at:
                yield part


def _chosen(wished: str | None, detection: Detection | None) -> Format:
    key = wished or (detection.format if detection else "")
    if key not in FORMATS:
        raise Invalid(
            _("There is no format %(name)s. Choose one of: %(known)s.")
            % {"name": key, "known": ", ".join(FORMATS)}
        )
    return FORMATS[key]


def _columns(detection: Detection, mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Return the confirmed columns. Raises `Invalid` where there is doubt, or a column that the file does not have."""
    proposed = detection.proposed.columns if detection.proposed else {}
    if mapping is None:
        if detection.needs_mapping:
            shown = ", ".join(f"{ours}={theirs}" for ours, theirs in proposed.items())
            raise Invalid(
                _("What the columns mean has to be confirmed. Proposed: %(shown)s.") % {"shown": shown}
            )
        return proposed
    wrong = {
        ours: theirs
        for ours, theirs in mapping.items()
        if theirs not in detection.columns or ours not in TARGETS
    }
    if wrong:
        told = {
            ours: _("The file has no column %(name)s, or there is no such field.") % {"name": theirs}
            for ours, theirs in wrong.items()
        }
        raise Invalid(_("The columns cannot be read so."), fields=told)
    if "text" not in mapping and "title" not in mapping:
        missing = _("Say which column holds the ads’ texts.")
        raise Invalid(missing, fields={"text": missing})
    return dict(mapping)


class Making:
    """Gathers records and refusals into parts. Ids that came before are refused, with the line of the first."""

    def __init__(self, chosen: Format, origin: Origin, *, part_rows: int = PART_ROWS) -> None:
        self._format, self._origin, self._size = chosen, origin, part_rows
        self._seen = Seen()
        self._begin()

    def _begin(self) -> None:
        self._records: list[Record] = []
        self._lines: list[int] = []
        self._refusals: list[Refusal] = []

    def parts(self, rows: Iterator[Row | Refusal], source: TextSource) -> Iterator[Part]:
        """Yield the file's parts, all full but the last."""
        for row in rows:
            self._take(row)
            if len(self._records) + len(self._refusals) >= self._size:
                yield self._part(source.position, source.total, source.notes)
        if self._records or self._refusals:
            yield self._part(source.position, source.total, source.notes)

    def part_of(self, rows: Iterable[Row | Refusal], *, done: int, total: int) -> Part:
        """Return all these rows as one part; `done` of `total` stand where bytes stand for files."""
        for row in rows:
            self._take(row)
        return self._part(done, total, [])

    def _take(self, row: Row | Refusal) -> None:
        if isinstance(row, Refusal):
            self._refusals.append(row)
            return
        try:
            record = self._format.read(row.fields, self._origin)
        except Refused as problem:
            self._refusals.append(refusal(row.line, str(problem), _shown(row)))
            return
        before = self._before(record, row.line)
        if isinstance(record, AdvertiserTotal):
            record, before = self._told_apart(record, before, row.line)
        if before is not None:
            reason = _("The same id stands on line %(line)d already.") % {"line": before}
            self._refusals.append(refusal(row.line, reason, record.external_id))
            return
        self._records.append(record)
        self._lines.append(row.line)

    def _before(self, record: Record, line: int) -> int | None:
        return self._seen.first_line(f"{record.source}\0{record.external_id}", line)

    def _told_apart(
        self, record: AdvertiserTotal, before: int | None, line: int
    ) -> tuple[AdvertiserTotal, int | None]:
        """Number totals of one name that differ: an advertiser may have two disclaimers of the same words."""
        told = f"{record.external_id}\0{record.spend_low}\0{record.spend_high}\0{record.ads}"
        same = self._seen.first_line(told, line)
        if before is None or same is not None:
            return record, same
        for number in range(2, 10):
            another = record.model_copy(update={"external_id": f"{record.external_id}:{number}"})
            if self._before(another, line) is None:
                return another, None
        return record, before

    def _part(self, done: int, total: int, notes: list[str]) -> Part:
        said = tuple(notes)
        notes.clear()
        cut = sum(isinstance(each, AdRecord) and CUT in each.extra for each in self._records)
        if cut:
            words = ngettext(
                "%(count)d text was longer than %(most)d characters and was cut.",
                "%(count)d texts were longer than %(most)d characters and were cut.",
                cut,
            )
            said = (*said, words % {"count": cut, "most": LONGEST_TEXT})
        part = Part(tuple(self._records), tuple(self._lines), tuple(self._refusals), done, total, said)
        self._begin()
        return part


def _shown(row: Row) -> str:
    values = (value for name, value in row.fields.items() if name.strip().lower() not in PERSONAL)
    return " · ".join(str(value) for value in values if value not in (None, ""))[:1000]


def general(reason: str) -> str:
    """Return a reason without the numbers that differ from row to row."""
    return _NUMBERS.sub("…", reason)
