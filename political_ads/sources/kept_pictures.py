"""Pictures of ads on this machine's disk, named by the SHA-256 of what they hold."""

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = "ads_images"  # in the data folder
_NAME = re.compile(r"[0-9a-f]{64}\.webp")


@dataclass(frozen=True)
class KeptPictures:
    """A folder of files that are never changed once written; two that hold the same are one."""

    folder: Path

    def keep(self, data: bytes) -> str:
        """Write a picture, unless it is there already; return its name. Nobody ever reads half a file."""
        name = f"{hashlib.sha256(data).hexdigest()}.webp"
        place = self.folder / name[:2] / name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
                file.write(data)
            Path(file.name).replace(place)
        return name

    def path(self, name: str) -> Path | None:
        """Return where a picture lies; None where there is none of this name."""
        place = self.folder / name[:2] / name if _NAME.fullmatch(name) else None
        return place if place is not None and place.is_file() else None

    def remove(self, name: str) -> None:
        """Remove a picture, if it is there."""
        if place := self.path(name):
            place.unlink(missing_ok=True)
