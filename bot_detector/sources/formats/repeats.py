"""Count accounts that stand in a file more than once, in a bounded amount of memory."""

import numpy as np
import numpy.typing as npt
import polars as pl

from bot_detector.sources.formats.shapes import Message, Note
from common.i18n import N_

MAX_TRACKED = 10_000_000  # rows, at eight bytes each
_KEY = [
    "platform",
    "account_id",
    "handle",
]  # with the handle, because ids of two Mastodon servers may be the same

_REPEATED = N_("The same account stands in the file more than once; every row was kept.")
_NOT_TRACKED = N_("Repeated accounts were looked for in the first %(rows)s rows only.")


class Repeats:
    """Remembers 64-bit hashes of the accounts seen. Two different accounts share one with probability below 1e-5 per ten million."""

    def __init__(self, limit: int = MAX_TRACKED) -> None:
        self._limit = limit
        self._hashes: list[npt.NDArray[np.uint64]] = []
        self._rows = 0
        self._beyond = False

    def see(self, accounts: pl.DataFrame) -> None:
        """Take in the accounts of one batch."""
        if self._rows + accounts.height > self._limit:
            self._beyond = True
            return
        self._hashes.append(accounts.select(_KEY).hash_rows(seed=0).to_numpy())
        self._rows += accounts.height

    def notes(self) -> tuple[Note, ...]:
        """Return what is to be said at the end of the file."""
        notes = []
        if self._hashes:
            seen = np.sort(np.concatenate(self._hashes))
            repeated = int(np.count_nonzero(seen[1:] == seen[:-1]))
            if repeated:
                notes.append(Note(Message(_REPEATED), repeated))
        if self._beyond:
            notes.append(Note(Message(_NOT_TRACKED, {"rows": f"{self._limit:,}"}), 0))
        return tuple(notes)
