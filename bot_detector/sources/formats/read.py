"""The door to all formats: a file or a pasted text in, batches of canonical accounts out, in bounded memory."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot_detector.sources.formats.assemble import in_batches, in_line_order
from bot_detector.sources.formats.bytesource import ByteSource
from bot_detector.sources.formats.choose import Plan, choose
from bot_detector.sources.formats.delimited import header_of, read_delimited
from bot_detector.sources.formats.detect import look
from bot_detector.sources.formats.document import document_blocks
from bot_detector.sources.formats.lines import Block, blocks
from bot_detector.sources.formats.mapping import Mapping
from bot_detector.sources.formats.newest import newest_observations
from bot_detector.sources.formats.normalise import Checks, Part, normalise
from bot_detector.sources.formats.parquet import count_rows, open_parquet, read_parquet
from bot_detector.sources.formats.raw import Raw, line_series
from bot_detector.sources.formats.records import Decoder
from bot_detector.sources.formats.shapes import Batch, Reject
from common import clock

BATCH_ROWS = 50_000


def read_batches(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that the command line and the API use
    mapping: Mapping | None = None,
    observed_at: datetime | None = None,
    now: datetime | None = None,
    batch_rows: int = BATCH_ROWS,
) -> Iterator[Batch]:
    """Yield the accounts of a file in batches of `batch_rows`, in the file's order, with refusals and warnings.

    `format`: a name in `registry.FORMATS`; None: found out. `mapping`: what the columns of a table mean, as confirmed; None: the
    proposal, where it is sure. `observed_at`: when the accounts were observed, for those that do not say it; nothing is ever
    taken to be observed today. `now`: the clock against which dates are in the future. Accounts in posts come once each, as last
    observed, at the end of the file.

    Raises Invalid, with a sentence that says how to mend it, where nothing can be made of the file: at once, or, for a Parquet file
    that is damaged further down, when the damage is reached. A bad row never raises.
    """
    plan = choose(*look(path), format, mapping)
    return _read(path, plan, _checks(observed_at, now), batch_rows)


def read_text(
    text: str | bytes,
    *,
    format: str | None = None,  # noqa: A002 - as above
    mapping: Mapping | None = None,
    observed_at: datetime | None = None,
    now: datetime | None = None,
    batch_rows: int = BATCH_ROWS,
) -> Iterator[Batch]:
    """As `read_batches`, for a text that was pasted or the bytes of an upload."""
    content = text.encode("utf-8", "replace") if isinstance(text, str) else text
    plan = choose(*look(content), format, mapping)
    return _read(content, plan, _checks(observed_at, now), batch_rows)


def _checks(observed_at: datetime | None, now: datetime | None) -> Checks:
    if observed_at is not None and observed_at.tzinfo is None:
        observed_at = observed_at.replace(tzinfo=UTC)
    return Checks(now or clock.now(), observed_at)


def _read(origin: Path | bytes, plan: Plan, checks: Checks, batch_rows: int) -> Iterator[Batch]:
    if plan.container == "parquet":
        yield from _read_parquet(origin, plan, checks, batch_rows)
        return
    source = ByteSource(origin)
    try:
        parts = _parts(source, plan, checks)
        if plan.shape is not None and plan.shape.posts:
            parts = newest_observations(parts)
        yield from in_batches(
            parts, batch_rows, lambda: (source.position, source.total), lambda: (*plan.notes, *source.notes)
        )
    finally:
        source.close()


def _read_parquet(origin: Path | bytes, plan: Plan, checks: Checks, batch_rows: int) -> Iterator[Batch]:
    frame = open_parquet(origin)
    size = len(origin) if isinstance(origin, bytes) else origin.stat().st_size
    rows, done = max(count_rows(frame), 1), 0

    def parts() -> Iterator[Part]:
        nonlocal done
        for raw in read_parquet(frame, plan.mapping, batch_rows=batch_rows):
            done += raw.frame.height
            yield normalise(raw, checks)

    yield from in_batches(parts(), batch_rows, lambda: (size * done // rows, size), lambda: plan.notes)


def _parts(source: ByteSource, plan: Plan, checks: Checks) -> Iterator[Part]:
    if plan.shape is None:
        _, delimiter = header_of(source.sample()[0].decode("utf-8", "replace"))
        for raw in read_delimited(source, plan.mapping, delimiter=delimiter):
            yield normalise(raw, checks)
        return
    decoder = Decoder(plan.shape)
    for piece in document_blocks(source) if plan.container == "json" else blocks(source):
        yield in_line_order([normalise(raw, checks) for raw in _decoded(piece, decoder)])


def _decoded(piece: Block | Reject, decoder: Decoder) -> list[Raw]:
    if isinstance(piece, Reject):
        return [Raw(line_series([]).to_frame().drop("line"), line_series([]), (piece,))]
    return decoder.decode(piece)
