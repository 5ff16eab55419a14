"""Files on this machine's disk, named by the SHA-256 of what they hold; never changed once written."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from common.errors import TooLarge
from common.i18n import gettext as _

FOLDER = "rooms/files"  # in the data folder
PIECE = 1 << 18  # bytes read at a time
PREVIEW = ".preview"
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Received:
    """A file that has come in whole and has no name yet."""

    place: Path
    sha256: str
    size: int  # bytes
    head: bytes  # its first bytes


@dataclass(frozen=True)
class KeptFiles:
    """A folder of files; two that hold the same are one. Previews lie beside their originals."""

    folder: Path

    def receive(self, source: BinaryIO, *, most: int, head: int) -> Received:
        """Write a stream to the disk piece by piece; `adopt` or `discard` follows.

        Raises:
            TooLarge: it has more than `most` bytes; nothing of it stays.
        """
        digest, size, begun = hashlib.sha256(), 0, b""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="coming-")
        try:
            with os.fdopen(handle, "wb") as file:
                while piece := source.read(PIECE):
                    size += len(piece)
                    if size > most:
                        raise TooLarge(
                            _("The file is larger than %(most)s MB.") % {"most": most // 1_000_000}
                        )
                    begun = begun or piece[:head]
                    digest.update(piece)
                    file.write(piece)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Received(Path(name), digest.hexdigest(), size, begun)

    def adopt(self, received: Received) -> None:
        """Give a received file its name; where it was there already, the old one stays."""
        place = self._place(received.sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            os.utime(place)  # the sweeper must not take it just now
            received.place.unlink()
        else:
            received.place.replace(place)

    def discard(self, received: Received) -> None:
        """Let a received file go."""
        received.place.unlink(missing_ok=True)

    def keep(self, data: bytes) -> str:
        """Keep what we made ourselves (a capture, a screenshot); return its SHA-256."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="coming-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        received = Received(Path(name), hashlib.sha256(data).hexdigest(), len(data), b"")
        self.adopt(received)
        return received.sha256

    def keep_preview(self, sha256: str, data: bytes) -> Path:
        """Write a file's preview beside it; nobody ever reads half of one."""
        place = self._place(sha256 + PREVIEW)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix="coming-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(place)
        return place

    def path(self, sha256: str) -> Path | None:
        """Return where a file lies; None where there is none."""
        place = self._place(sha256) if _NAME.fullmatch(sha256) else None
        return place if place is not None and place.is_file() else None

    def preview(self, sha256: str) -> Path | None:
        """Return where a file's preview lies; None where none was made yet."""
        place = self._place(sha256 + PREVIEW) if _NAME.fullmatch(sha256) else None
        return place if place is not None and place.is_file() else None

    def remove(self, sha256: str) -> None:
        """Remove a file and its preview."""
        for place in (self.path(sha256), self.preview(sha256)):
            if place is not None:
                place.unlink(missing_ok=True)

    def older_than(self, moment: float) -> Iterator[str]:
        """Give the names of the files written before `moment` (seconds since 1970), and drop what never came in whole."""
        for place in self.folder.glob("??/*"):
            if _NAME.fullmatch(place.name) and place.stat().st_mtime < moment:
                yield place.name
        for place in (*self.folder.glob("coming-*"), *self.folder.glob("??/coming-*")):
            if place.stat().st_mtime < moment:
                place.unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / name
