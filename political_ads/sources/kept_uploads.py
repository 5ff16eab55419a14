"""Files of ads that people gave, kept on this machine's disk until they are read."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from common.db import new_id
from common.errors import Conflict, TooLarge
from common.i18n import gettext as _
from political_ads.sources.readers.bytesource import opened

FOLDER = "ads_uploads"  # in the data folder
_NAME = re.compile(r"[0-9a-f]{32}")
_PIECE = 2**20


@dataclass(frozen=True)
class KeptUploads:
    """A folder of files under names that nobody chose."""

    folder: Path

    def keep(self, content: BinaryIO, *, most: int) -> tuple[str, int]:
        """Copy a stream into a new file; return its name and its size in bytes. Raises `TooLarge` beyond `most` bytes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name, size = new_id().hex, 0
        path = self.folder / name
        try:
            with path.open("xb") as kept:
                while piece := content.read(_PIECE):
                    size += len(piece)
                    if size > most:
                        told = _("The file is larger than %(most)d MB. Larger ones: disinfo ads import.")
                        raise TooLarge(told % {"most": most // 1_000_000})
                    kept.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return name, size

    def path(self, name: str | None) -> Path:
        """Return where a file is kept. Raises `Conflict` where it is kept no more."""
        path = self.folder / name if name and _NAME.fullmatch(name) else None
        if path is None or not path.is_file():
            raise Conflict(_("The file is not kept any more. Give it again."))
        return path

    def remove(self, name: str | None) -> None:
        """Remove a file, if it is there."""
        if name and _NAME.fullmatch(name):
            (self.folder / name).unlink(missing_ok=True)

    def older_than(self, seconds: float) -> list[str]:
        """Return the files last written before a moment (seconds since 1970)."""
        if not self.folder.is_dir():
            return []
        return [path.name for path in self.folder.iterdir() if path.stat().st_mtime < seconds]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's content. Raises `Invalid` where it cannot be opened."""
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
