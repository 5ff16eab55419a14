"""What people send, kept as a file until it is scored."""

import shutil
from pathlib import Path
from typing import BinaryIO

from common.db import new_id


def keep_upload(folder: Path, content: BinaryIO) -> tuple[str, int]:
    """Copy a stream into a new file of the folder; return the file's name and its size in bytes."""
    name = new_id().hex
    path = folder / name
    try:
        with path.open("xb") as kept:
            shutil.copyfileobj(content, kept)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name, path.stat().st_size
