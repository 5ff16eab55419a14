"""Cut a stream into blocks of whole lines, holding no more than one record's limit beyond a block."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot_detector.sources.formats.bytesource import ByteSource
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES, Message, Reject, excerpt
from common.i18n import N_

BLOCK_BYTES = 16 * 2**20  # spreads the cost of a call over ten thousand accounts and more


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records, one a line, as UTF-8, on `height` lines, numbered from `first` or, where given, by `numbers`."""

    data: bytes
    height: int
    first: int = 1
    numbers: tuple[int, ...] | None = None

    def records(self) -> list[tuple[int, bytes]]:
        """Return the lines that hold anything, with their numbers."""
        lines = self.data.split(b"\n")
        if self.numbers is not None:
            return [(number, line) for number, line in zip(self.numbers, lines, strict=False) if line.strip()]
        return [(number, line) for number, line in enumerate(lines, self.first) if line.strip()]


def blocks(source: ByteSource, *, limit: int = MAX_RECORD_BYTES) -> Iterator[Block | Reject]:
    """Yield the file's lines in blocks of about 16 MiB, in order, and a refusal for each line longer than `limit` bytes."""
    held, line = b"", 1
    while data := source.read(BLOCK_BYTES):
        held = held + data if held else data
        unfinished = len(held) - held.rfind(b"\n") - 1
        if 0 < unfinished < limit:  # completing the line here spares a copy of the whole block
            held += source.rest_of_line(limit - unfinished)
        cut = held.rfind(b"\n") + 1
        if cut:
            height = held.count(b"\n", 0, cut)
            yield Block(held[:cut], height, line)
            held, line = held[cut:], line + height
        elif len(held) > limit:
            yield _too_long(line, held, limit)
            held, line = _after_newline(source), line + 1
    if held and not held.isspace():
        yield Block(held, 1, line)


def _after_newline(source: ByteSource) -> bytes:
    """Drop the rest of a line and return what was read beyond it."""
    while data := source.read(BLOCK_BYTES):
        cut = data.find(b"\n") + 1
        if cut:
            return data[cut:]
    return b""


def _too_long(line: int, held: bytes, limit: int) -> Reject:
    reason = Message(N_("The line is longer than %(limit)d MB."), {"limit": limit // 2**20})
    return Reject(line, reason, excerpt(held[:1000]))
