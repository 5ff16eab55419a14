"""Zip files whose bytes depend on nothing but what is in them."""

import zipfile
from collections.abc import Iterable
from typing import IO

_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_PLAIN_FILE = 0o100644 << 16


def write_zip(target: IO[bytes], files: Iterable[tuple[str, bytes]]) -> None:
    """Write files (path with `/`, content) into a zip, in the order given, undated."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            member = zipfile.ZipInfo(path, _NO_DATE)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, _PLAIN_FILE
            archive.writestr(member, content)
