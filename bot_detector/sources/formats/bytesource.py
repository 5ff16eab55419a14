"""Bytes of a file, whatever its compression and encoding: a stream of UTF-8 that never holds more than it must."""

import codecs
import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO

from bot_detector.sources.formats.shapes import Message, Note
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _

SAMPLE_BYTES = 256 * 1024

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
)


class ByteSource:
    """A readable stream of UTF-8 text, from a path or from bytes; gzip is unpacked, UTF-16 and UTF-32 are re-coded.

    Bytes that are not UTF-8 pass through unchanged: the readers mend them line by line, so that one bad line does not change
    how the others are read. `position` and `total` count bytes on disk.
    """

    def __init__(self, origin: Path | bytes) -> None:
        self._raw: BinaryIO = io.BytesIO(origin) if isinstance(origin, bytes) else _open(origin)
        self.total = len(origin) if isinstance(origin, bytes) else origin.stat().st_size
        self.notes: list[Note] = []
        head = self._raw.read(2)
        self._raw.seek(0)
        self.packed = head == b"\x1f\x8b"
        self._damaged = False
        self._stream: BinaryIO = gzip.GzipFile(fileobj=self._raw) if self.packed else self._raw  # type: ignore[assignment]  # GzipFile reads as BinaryIO does
        self._ahead = b""
        self._ended = False
        self._decoder: codecs.IncrementalDecoder | None = None
        try:
            self._start()
        except Invalid:
            self._raw.close()
            raise

    def _start(self) -> None:
        self._ahead = self._pull(SAMPLE_BYTES)
        for magic, name in _ARCHIVES:
            if self._ahead.startswith(magic):
                raise Invalid(
                    _(
                        "This is a %(kind)s archive. Unpack it and give the file inside (gzip is read as it is)."
                    )
                    % {"kind": name}
                )
        encoding = _encoding(self._ahead)
        if encoding == "utf-8-sig":
            self._ahead = self._ahead[len(codecs.BOM_UTF8) :]
        elif encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
            self._ahead = self._recode(self._ahead)
            self.notes.append(
                Note(
                    Message(
                        N_("The file is in %(encoding)s and was re-coded."), {"encoding": encoding.upper()}
                    ),
                    rows=0,
                )
            )
        if (
            b"\r" in self._ahead and b"\n" not in self._ahead
        ):  # line ends of the first Macintosh, still written by some spreadsheets
            self._old_line_ends = True
            self._ahead = self._ahead.replace(b"\r", b"\n")
        else:
            self._old_line_ends = False

    @property
    def position(self) -> int:
        """Bytes of the file on disk read so far."""
        return self._raw.tell()

    def sample(self, size: int = SAMPLE_BYTES) -> tuple[bytes, bool]:
        """Return about `size` first bytes, as UTF-8, without consuming them, and whether that is all there is.

        Only before the first `read`.
        """
        while len(self._ahead) < size and not self._ended:
            self._ahead += self._mend(self._pull(size - len(self._ahead)))
        return self._ahead, self._ended

    def read(self, size: int) -> bytes:
        """Return about `size` bytes of UTF-8; nothing at the end."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        while not self._ended:
            data = self._pull(size)
            recoded = self._mend(data)
            if recoded:
                return recoded
        return b""

    def rest_of_line(self, limit: int) -> bytes:
        """Return the bytes up to the next line end, at most `limit`; nothing where the stream is being re-coded."""
        if self._decoder or self._old_line_ends or self._ended:
            return b""
        return self._pull(limit, line=True)

    def close(self) -> None:
        """Release the file."""
        self._stream.close()
        self._raw.close()

    def _mend(self, data: bytes) -> bytes:
        recoded = self._recode(data)
        return recoded.replace(b"\r", b"\n") if self._old_line_ends else recoded

    def _recode(self, data: bytes) -> bytes:
        return self._decoder.decode(data, final=self._ended).encode("utf-8") if self._decoder else data

    def _pull(self, size: int, *, line: bool = False) -> bytes:
        if self.packed:
            data = self._unpacked(size, line=line)
        else:
            data = self._stream.readline(size) if line else self._stream.read(size)
        self._ended = not data
        return data

    def _unpacked(self, size: int, *, line: bool) -> bytes:
        """Unpack `size` bytes, or up to a line end, piece by piece: asked for all at once, what came before a damage would be lost."""
        pieces: list[bytes] = []
        try:
            while size > 0 and not self._damaged:
                piece = self._unpack(size, line=line)
                pieces.append(piece)
                size -= len(piece)
                if not piece or (line and piece.endswith(b"\n")):
                    break
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            self._damaged = True
            self.notes.append(
                Note(
                    Message(
                        N_("The compressed file is damaged and was read up to the damage (%(detail)s)."),
                        {"detail": str(error)},
                    ),
                    rows=0,
                )
            )
        return b"".join(pieces)

    def _unpack(self, size: int, *, line: bool) -> bytes:
        """Return what is unpacked at once, at most `size` bytes, and not beyond a line end where `line` is set."""
        if line:
            ready: bytes = self._stream.peek(1)  # type: ignore[attr-defined]  # GzipFile has it
            size = min(size, ready.find(b"\n") + 1 or len(ready))
        data: bytes = self._stream.read1(size) if size else b""  # type: ignore[attr-defined]  # GzipFile has it
        return data


def _open(path: Path) -> BinaryIO:
    if path.is_dir():
        raise Invalid(_("%(name)s is a folder. Give a file.") % {"name": path.name})
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Invalid(_("There is no file %(name)s.") % {"name": path.name}) from None
    except OSError as error:
        raise Invalid(
            _("The file %(name)s cannot be opened: %(detail)s.")
            % {"name": path.name, "detail": error.strerror or ""}
        ) from None


def _encoding(head: bytes) -> str:
    """Return the encoding that the byte order mark or the pattern of zero bytes shows; UTF-8 where nothing speaks against it."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(odd) >= 4 and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if len(even) >= 4 and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return "utf-8"


def decode_line(line: bytes) -> tuple[str, bool]:
    """Return the text of a line, and whether it had to be read as Windows-1252 because it is not UTF-8."""
    try:
        return line.decode("utf-8"), False
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace"), True
