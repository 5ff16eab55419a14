"""Files on this machine's disk, named by the SHA-256 of what they hold: the media library, and our copies of web pages."""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}(-[0-9]{1,4})?")


@dataclass(frozen=True)
class KeptFiles:
    """A folder of files that are never changed once written; two that hold the same are one."""

    folder: Path

    def keep(self, data: bytes, variants: Mapping[int, bytes] | None = None) -> str:
        """Write a file, with smaller variants beside it, unless it is there already; return its SHA-256.

        Variants are written first: a file that is there is there with its variants.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        for side, smaller in (variants or {}).items():
            self._write(f"{sha256}-{side}", smaller)
        self._write(sha256, data)
        return sha256

    def path(self, sha256: str, side: int | None = None) -> Path | None:
        """Return where a file lies, or its variant; a variant that was not made is the file itself. None: no such file."""
        places = [self._place(f"{sha256}-{side}")] if side is not None else []
        return next((place for place in [*places, self._place(sha256)] if place and place.is_file()), None)

    def remove(self, sha256: str) -> None:
        """Remove a file and its variants."""
        place = self._place(sha256)
        for each in [place, *place.parent.glob(f"{sha256}-*")] if place else []:
            each.unlink(missing_ok=True)

    def older_than(self, moment: float) -> Iterator[str]:
        """Give the SHA-256 of each file that was written before `moment` (seconds since 1970)."""
        for place in self.folder.glob("??/*"):
            if len(place.name) == hashlib.sha256().digest_size * 2 and place.stat().st_mtime < moment:
                yield place.name

    def _place(self, name: str) -> Path | None:
        return self.folder / name[:2] / name if _NAME.fullmatch(name) else None

    def _write(self, name: str, data: bytes) -> None:
        """Write beside its place and move it there, so that nobody ever reads half a file."""
        place = self.folder / name[:2] / name
        if place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(data)
        Path(file.name).replace(place)
