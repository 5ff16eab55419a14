"""Forms with files (RFC 7578), read as leniently as PHP does.

pywikibot ends its lines with a line feed alone, which stricter readers refuse. A part's content ends before the line feed that precedes
the next boundary; a carriage return before that belongs to the line's end.
"""

import re
from email.parser import BytesHeaderParser

MOST_PARTS = 200
_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,200})"?', re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class BrokenForm(ValueError):
    """A form that cannot be read."""


def read_form(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return a form's texts and its files by name; the last of a name counts. Raises `BrokenForm`."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BrokenForm("the form names no boundary")
    delimiter = b"--" + found[1].encode("latin-1", "replace")
    pieces = (b"\n" + body).split(b"\n" + delimiter, MOST_PARTS + 2)
    if len(pieces) > MOST_PARTS + 2:
        raise BrokenForm("the form has too many parts")
    values: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        name, is_file, content = _part(piece)
        if is_file:
            files[name] = content
        else:
            values[name] = content.decode("utf-8", "replace")
    return values, files


def _part(piece: bytes) -> tuple[str, bool, bytes]:
    """Return a part's name, whether it is a file, and its content."""
    end = _HEAD_END.search(piece)
    if end is None:
        raise BrokenForm("a part of the form has no content")
    headers = BytesHeaderParser().parsebytes(piece[: end.start()].lstrip(b"\r\n"))
    name = headers.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise BrokenForm("a part of the form has no name")
    is_file = headers.get_param("filename", header="content-disposition") is not None
    return name, is_file, piece[end.end() :].removesuffix(b"\r")
