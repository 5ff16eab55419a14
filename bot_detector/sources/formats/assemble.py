"""Put checked rows together into batches of the size asked for."""

from collections.abc import Callable, Iterable, Iterator

import polars as pl

from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats.normalise import Part
from bot_detector.sources.formats.raw import line_series
from bot_detector.sources.formats.repeats import Repeats
from bot_detector.sources.formats.shapes import Batch, Message, Note, Reject, merge_notes
from common.i18n import N_

# Refusals waiting for their batch: a file of nothing but bad rows must not pile them up.
_MAX_REJECTS = 10_000

_NO_ACCOUNTS = N_("No account was found in the file.")

Progress = Callable[[], tuple[int, int]]


def in_line_order(parts: list[Part]) -> Part:
    """Join the parts of one block, in the order of their lines."""
    if len(parts) == 1:
        return parts[0]
    accounts = pl.concat([part.accounts for part in parts]) if parts else pl.DataFrame(schema=ACCOUNT_COLUMNS)
    lines = pl.concat([part.lines for part in parts]) if parts else line_series([])
    order = lines.arg_sort()
    rejects = sorted((reject for part in parts for reject in part.rejects), key=lambda reject: reject.line)
    notes = tuple(note for part in parts for note in part.notes)
    return Part(accounts[order], lines.gather(order), tuple(rejects), notes)


def in_batches(
    parts: Iterable[Part], batch_rows: int, progress: Progress, last_notes: Callable[[], tuple[Note, ...]]
) -> Iterator[Batch]:
    """Yield batches of `batch_rows` rows (fewer in the last); the last carries what is known at the end of the file only.

    While a file gives no rows yet (posts are held to its end, or all is refused), empty batches tell how far the reading is.
    """
    repeats, pending, found = Repeats(), _Pending(), False
    waiting: Batch | None = None  # one batch behind, so that the last can be told from the others
    for part in parts:
        pending.take(part)
        if not pending.rows and waiting is None:
            yield pending.give(batch_rows, progress())
        while pending.rows >= batch_rows or len(pending.rejects) >= _MAX_REJECTS:
            if waiting is not None:
                yield waiting
            waiting = pending.give(batch_rows, progress())
            repeats.see(waiting.accounts)
            found = found or waiting.accounts.height > 0
    rest = pending.give(batch_rows, progress())
    repeats.see(rest.accounts)
    found = found or rest.accounts.height > 0
    closing = last_notes() + repeats.notes() + (() if found else (Note(Message(_NO_ACCOUNTS), 0),))
    if waiting is not None and not rest.accounts.height:
        yield _with(waiting, rest.rejects, rest.warnings + closing, progress())
        return
    if waiting is not None:
        yield waiting
    yield _with(rest, (), closing, progress())


class _Pending:
    """Rows, refusals and notes that are not in a batch yet."""

    def __init__(self) -> None:
        self.accounts: list[pl.DataFrame] = []
        self.lines: list[pl.Series] = []
        self.rejects: list[Reject] = []
        self.notes: list[Note] = []
        self.rows = 0
        self.given = 0

    def take(self, part: Part) -> None:
        """Add a part's rows behind the others."""
        if part.accounts.height:
            self.accounts.append(part.accounts)
            self.lines.append(part.lines)
            self.rows += part.accounts.height
        self.rejects += part.rejects
        self.notes += part.notes

    def give(self, rows: int, progress: tuple[int, int]) -> Batch:
        """Return a batch of the first `rows` rows, with all refusals and notes so far.

        The file is read ahead of its batches; what a batch calls read is the share of its rows in what was read.
        """
        position, received = progress[0], self.given + self.rows
        self.given += min(rows, self.rows)
        reached = position * self.given // received if received else position
        accounts = pl.concat(self.accounts) if self.accounts else pl.DataFrame(schema=ACCOUNT_COLUMNS)
        lines = pl.concat(self.lines) if self.lines else line_series([])
        batch = Batch(
            accounts.head(rows),
            lines.head(rows),
            tuple(self.rejects),
            merge_notes(self.notes),
            reached,
            progress[1],
        )
        rest = accounts.slice(rows)
        self.accounts, self.lines = ([rest], [lines.slice(rows)]) if rest.height else ([], [])
        self.rows, self.rejects, self.notes = rest.height, [], []
        return batch


def _with(
    batch: Batch, rejects: tuple[Reject, ...], notes: tuple[Note, ...], progress: tuple[int, int]
) -> Batch:
    return Batch(
        batch.accounts,
        batch.lines,
        batch.rejects + rejects,
        merge_notes(batch.warnings + notes),
        progress[0],
        progress[1],
    )
