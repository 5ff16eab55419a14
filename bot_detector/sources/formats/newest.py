"""Posts show the same author again and again: keep each account as it was last seen."""

from collections.abc import Iterable, Iterator

import polars as pl

from bot_detector.sources.formats.normalise import Part
from bot_detector.sources.formats.shapes import Message, Note
from common.i18n import N_

MAX_HELD = 500_000  # accounts held at once, about 200 MB
_KEY = ["platform", "account_id"]

_OLDER = N_("Older observations of accounts that were seen again were left out; the newest of each is kept.")
_TOO_MANY = N_(
    "There are more accounts in the posts than are held at once; an account may come again further down."
)


def newest_observations(parts: Iterable[Part], *, held: int = MAX_HELD) -> Iterator[Part]:
    """Yield each account once, as observed last, in the order of the lines kept; rejects and notes come with the last part.

    Memory is bounded: beyond `held` accounts, what is held is given out and the search for repeats starts anew, with a note.
    """
    waiting: list[pl.DataFrame] = []
    rows = compact = dropped = 0
    for part in parts:
        yield Part(part.accounts.clear(), part.lines.clear(), part.rejects, part.notes)
        waiting.append(part.accounts.with_columns(part.lines.alias("line")))
        rows += part.accounts.height
        if rows < max(2 * compact, held // 4):
            continue
        kept = _newest(waiting)
        dropped += rows - kept.height
        waiting, rows, compact = [kept], kept.height, kept.height
        if rows > held:
            yield _part(kept, (Note(Message(_TOO_MANY), 0),))
            waiting, rows, compact = [], 0, 0
    if waiting:
        kept = _newest(waiting)
        dropped += rows - kept.height
        notes = (Note(Message(_OLDER), dropped),) if dropped else ()
        yield _part(kept, notes)


def _newest(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Return one row per account: the latest `observed_at`, and among equals the last line; in order of lines."""
    everything = pl.concat(frames)
    keys = (
        everything.select(*_KEY, "observed_at", "line")
        .with_row_index("row")
        .sort("observed_at", "line", nulls_last=False)
    )
    rows = keys.unique(subset=_KEY, keep="last", maintain_order=False).sort("line").get_column("row")
    return everything[rows]


def _part(frame: pl.DataFrame, notes: tuple[Note, ...]) -> Part:
    return Part(frame.drop("line"), frame.get_column("line"), (), notes)
