"""A file as text, whatever its compression and encoding, in chunks and in lines that are never longer than a bound."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple

from common.errors import Invalid
from common.i18n import gettext as _

CHUNK_BYTES = 2**20
SAMPLE_CHARS = 256 * 1024
MOST_CHARS = 8 * 2**20  # of one record; the longest real ad record known is under 1 MB

_BOMS = (  # UTF-32 before UTF-16: the mark of the latter begins the mark of the former
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARCHIVES = (
    (b"PK\x03\x04", "zip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "7z"),
    (b"%PDF", "PDF"),
    (b"PAR1", "Parquet"),
)
_SURROGATES = re.compile(r"[\udc80-\udcff]")


class Line(NamedTuple):
    """One line without its end; `whole` is false where it was longer than the bound, and only its beginning is here.

    `ended` is false where the file stops without a line end.
    """

    number: int
    text: str
    whole: bool = True
    ended: bool = True


class TextSource:
    """A file read as text. gzip is unpacked; UTF-8 (with or without mark), UTF-16 and UTF-32 are recognised.

    Bytes that are not UTF-8 are read as Windows-1252, one by one, so that a bad line does not change how others are read.
    `position` and `total` count bytes on disk. `notes` says what was done to read it.
    """

    def __init__(self, path: Path) -> None:
        self._raw = opened(path)
        self.total = path.stat().st_size
        self.notes: list[str] = []
        head = self._raw.read(CHUNK_BYTES)
        self._raw.seek(0)
        try:
            _refuse_archives(head)
        except Invalid:
            self._raw.close()
            raise
        self._packed = head.startswith(b"\x1f\x8b")
        self._stream: BinaryIO = gzip.GzipFile(fileobj=self._raw) if self._packed else self._raw  # type: ignore[assignment]  # GzipFile reads as BinaryIO does
        self._text = self._decoded()
        self._ahead: list[str] = []

    @property
    def position(self) -> int:
        """Bytes of the file on disk read so far."""
        return self._raw.tell()

    def __enter__(self) -> "TextSource":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._stream.close()
        self._raw.close()

    def sample(self, size: int = SAMPLE_CHARS) -> str:
        """Return about `size` first characters without consuming them."""
        while sum(map(len, self._ahead)) < size and (chunk := next(self._text, "")):
            self._ahead.append(chunk)
        return "".join(self._ahead)

    def chunks(self) -> Iterator[str]:
        """Yield the text in chunks of about 1 MiB."""
        while self._ahead:
            yield self._ahead.pop(0)
        yield from self._text

    def lines(self, most: int = MOST_CHARS) -> Iterator[Line]:
        """Yield the lines, numbered from 1. One longer than `most` characters is passed over but for its beginning."""
        held, number, cut = "", 1, ""
        for chunk in self.chunks():
            parts = (held + chunk).split("\n")
            held = parts.pop()
            for text in parts:
                whole = not cut and len(text) <= most
                yield Line(number, text if whole else (cut or text)[:1000], whole)
                number, cut = number + 1, ""
            if len(held) > most or cut:
                held, cut = "", cut or held[:1000]
        if cut or held:
            yield Line(number, cut or held, not cut, ended=False)

    def _decoded(self) -> Iterator[str]:
        data = self._pull()
        encoding = _encoding(data)
        errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
        decoder = codecs.getincrementaldecoder(encoding)(errors=errors)
        if not encoding.startswith("utf-8"):
            self._note(_("The file is in %(encoding)s and was re-coded.") % {"encoding": encoding.upper()})
        old_ends: bool | None = None
        while data:
            text = self._mended(decoder.decode(data))
            if old_ends is None:  # line ends of the first Macintosh, still written by some spreadsheets
                old_ends = "\r" in text and "\n" not in text
            yield text.replace("\r", "\n") if old_ends else text
            data = self._pull()
        rest = self._mended(decoder.decode(b"", final=True))
        if rest:
            yield rest

    def _mended(self, text: str) -> str:
        if text.isascii() or not _SURROGATES.search(text):
            return text
        self._note(_("The file is not valid UTF-8 throughout; what is not was read as Windows-1252."))
        return _SURROGATES.sub(lambda found: _from_1252(found.group()), text)

    def _pull(self) -> bytes:
        try:
            if self._packed:  # `read` would lose what it had unpacked where the damage begins
                data: bytes = self._stream.read1(CHUNK_BYTES)  # type: ignore[attr-defined]  # GzipFile has it
                return data
            return self._stream.read(CHUNK_BYTES)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            self._note(_("The compressed file is damaged and was read up to the damage."))
            return b""

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def _from_1252(escaped: str) -> str:
    return bytes([ord(escaped) - 0xDC00]).decode("cp1252", "replace")


def opened(path: Path) -> BufferedReader:
    """Open a file to read. Raises `Invalid`, with a sentence, where that cannot be done."""
    if path.is_dir():
        raise Invalid(_("%(name)s is a folder. Give a file.") % {"name": path.name})
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Invalid(_("There is no file %(name)s.") % {"name": path.name}) from None
    except OSError as error:
        detail = {"name": path.name, "detail": error.strerror or ""}
        raise Invalid(_("The file %(name)s cannot be opened: %(detail)s.") % detail) from None


def _refuse_archives(head: bytes) -> None:
    for magic, name in _ARCHIVES:
        if head.startswith(magic):
            sentence = _(
                "This is a %(kind)s file. Give the table or the JSON inside (gzip is read as it is)."
            )
            raise Invalid(sentence % {"kind": name})


def _encoding(head: bytes) -> str:
    """Return the encoding that the byte order mark or the pattern of zero bytes shows; else UTF-8."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(odd) >= 4 and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if len(even) >= 4 and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return "utf-8"
