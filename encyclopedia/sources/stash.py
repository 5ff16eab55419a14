"""Files that programs send in parts: kept on this machine's disk until the last part came, for their sender only."""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{32}")
LONGEST_WAIT = 24 * 3600  # seconds that an unfinished file is kept


class WrongOffset(ValueError):
    """A part does not follow what came before; `size` is where it should."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the next part begins at {size}")
        self.size = size


@dataclass(frozen=True)
class Stash:
    """A folder of unfinished files. Keys cannot be guessed, and are good for one owner."""

    folder: Path

    def begin(self, owner: str, *, now: float) -> str:
        """Begin a file and return its key; what was left unfinished long ago goes. `now`: seconds since 1970."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for place in self.folder.glob("*.part"):
            if place.stat().st_mtime < now - LONGEST_WAIT:
                place.unlink(missing_ok=True)
        key = secrets.token_hex(16)
        self._place(owner, key).touch()
        return key

    def append(self, owner: str, key: str, offset: int, data: bytes) -> int:
        """Add a part and return the file's size. Raises WrongOffset, or FileNotFoundError where nobody began such a file."""
        place = self._place(owner, key)
        size = place.stat().st_size
        if offset != size:
            raise WrongOffset(size)
        with place.open("ab") as file:
            file.write(data)
        return size + len(data)

    def read(self, owner: str, key: str) -> bytes:
        """Return what came so far. Raises FileNotFoundError."""
        return self._place(owner, key).read_bytes()

    def remove(self, owner: str, key: str) -> None:
        """Remove a file."""
        self._place(owner, key).unlink(missing_ok=True)

    def _place(self, owner: str, key: str) -> Path:
        if not _KEY.fullmatch(key) or not _KEY.fullmatch(owner):
            raise FileNotFoundError(key)
        return self.folder / f"{owner}-{key}.part"
