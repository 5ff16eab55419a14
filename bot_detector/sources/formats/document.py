"""A JSON document (an array, an answer, a pretty-printed object) cut into records, one after the other.

A small file is parsed at once. A large or a broken one is walked: each element of the outer list is parsed by itself, so that
memory stays bounded, a broken element costs only itself, and a file that ends too early keeps all that came before.
"""

import json
import re
from collections.abc import Iterator

import orjson

from bot_detector.sources.formats.bytesource import ByteSource
from bot_detector.sources.formats.lines import BLOCK_BYTES, Block
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES, Message, Reject, excerpt
from bot_detector.sources.formats.unwrap import LIST_KEYS
from common.i18n import N_

WHOLE_BYTES = 32 * 2**20  # a document up to this size is parsed at once: about 300 MB of objects at the worst
_BLOCK_RECORDS = 20_000

_TRUNCATED = N_("The file ends in the middle of this record (byte %(offset)d of the text).")
_BROKEN = N_("This is not valid JSON (%(detail)s, at byte %(offset)d of the text).")
_TOO_LONG = N_("The record is longer than %(limit)d MB; the rest of the file was not read.")
_NOTHING = N_("There is something here that is not JSON; it was passed over.")

_GAP = re.compile(r"[\s,]*")
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*', re.DOTALL)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|"|[{}\[\]]', re.DOTALL)  # whole strings, an open string, brackets
_NEXT_RECORD = re.compile(r"\}\s*,?\s*(?=\{)")


def document_blocks(source: ByteSource, *, limit: int = MAX_RECORD_BYTES) -> Iterator[Block | Reject]:
    """Yield the records of a JSON document as blocks of JSON lines, numbered from 1, and refusals, in order."""
    if source.total <= WHOLE_BYTES and not source.packed:
        text = b"".join(iter(lambda: source.read(BLOCK_BYTES), b""))
        try:
            value = orjson.loads(text)
        except ValueError:
            yield from _grouped(_Walker(_Text(iter([text])), limit).records())
            return
        parts = value if isinstance(value, list) else [value]
        yield from _grouped((number, orjson.dumps(part)) for number, part in enumerate(parts, 1))
        return
    chunks = iter(lambda: source.read(BLOCK_BYTES), b"")
    yield from _grouped(_Walker(_Text(chunks), limit).records())


def _grouped(records: Iterator[tuple[int, bytes] | Reject]) -> Iterator[Block | Reject]:
    numbers: list[int] = []
    lines: list[bytes] = []
    size = 0
    for record in records:
        if isinstance(record, Reject):
            yield record
            continue
        numbers.append(record[0])
        lines.append(record[1])
        size += len(record[1])
        if size >= BLOCK_BYTES or len(lines) >= _BLOCK_RECORDS:
            yield Block(b"\n".join(lines), len(lines), numbers=tuple(numbers))
            numbers, lines, size = [], [], 0
    if lines:
        yield Block(b"\n".join(lines), len(lines), numbers=tuple(numbers))


class _Text:
    """A window on the decoded text, filled as needed. `dropped` bytes lie before the window."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._tail = b""
        self.window = ""
        self.at = 0
        self.dropped = 0
        self.ended = False

    def more(self) -> bool:
        """Take in another chunk; false at the end of the file."""
        chunk = next(self._chunks, None)
        if chunk is None:
            self.ended = True
            chunk, self._tail = self._tail, b""
            self._take(chunk.decode("utf-8", "replace"))
            return False
        data = self._tail + chunk
        cut = _whole_characters(data)
        self._tail = data[cut:]
        try:
            self._take(data[:cut].decode("utf-8"))
        except UnicodeDecodeError:
            self._take(data[:cut].decode("cp1252", "replace"))
        return True

    def _take(self, text: str) -> None:
        self.dropped += len(self.window[: self.at].encode("utf-8", "replace"))
        self.window = self.window[self.at :] + text
        self.at = 0

    def peek(self) -> str:
        """Return the next character that is neither blank nor comma, "" at the end."""
        while True:
            gap = _GAP.match(self.window, self.at)
            self.at = gap.end() if gap else self.at
            if self.at < len(self.window):
                return self.window[self.at]
            if self.ended or (not self.more() and not self.window):
                return ""

    @property
    def offset(self) -> int:
        """The byte of the text at which the window's position stands."""
        return self.dropped + len(self.window[: self.at].encode("utf-8", "replace"))


def _whole_characters(data: bytes) -> int:
    """Return how many bytes to take so that no UTF-8 character is cut at the end."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte < 0x80:
            return len(data)
        if byte >= 0xC0:
            size = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) if back >= size else len(data) - back
    return len(data)


class _Walker:
    """Walks the outermost lists of a document and yields each element's text on one line."""

    def __init__(self, text: _Text, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.number = 0
        self._decoder = json.JSONDecoder(strict=False)

    def records(self) -> Iterator[tuple[int, bytes] | Reject]:
        """Yield numbered records and refusals until the end of the file."""
        while character := self.text.peek():
            if character == "[":
                self.text.at += 1
                yield from self._elements()
            elif character == "{":
                yield from self._object()
            elif character in "]}":  # the end of what was entered
                self.text.at += 1
            else:
                yield from self._element(Message(_NOTHING))

    def _elements(self) -> Iterator[tuple[int, bytes] | Reject]:
        while (character := self.text.peek()) not in ("]", ""):
            del character
            yield from self._element()
        self.text.at += 1

    def _object(self) -> Iterator[tuple[int, bytes] | Reject]:
        """Yield an object as one record where it is whole; else the lists inside it, as platforms' answers have them."""
        start = self.text.at
        end = self._end_of_value()
        if end is not None:
            yield self._record(end)
            return
        entered = False
        self.text.at += 1 if self.text.at == start or self.text.peek() == "{" else 0
        while self.text.peek() in ('"', "}"):
            if self.text.peek() == "}":
                self.text.at += 1
                continue
            key = _KEY.match(self.text.window, self.text.at)
            if not key:
                break
            self.text.at = key.end()
            if key.group(1) in LIST_KEYS and self.text.peek() == "[":
                entered = True
                self.text.at += 1
                yield from self._elements()
            elif key.group(1) == "includes" and self.text.peek() == "{":  # X API v2: the users are inside
                self.text.at += 1
            elif (value_end := self._end_of_value()) is not None:
                self.text.at = value_end
            else:
                break
        if not entered:
            yield from self._element()

    def _element(self, reason: Message | None = None) -> Iterator[tuple[int, bytes] | Reject]:
        end = self._end_of_value()
        if end is not None:
            yield self._record(end)
            return
        self.number += 1
        yield self._refusal(reason)

    def _record(self, end: int) -> tuple[int, bytes]:
        self.number += 1
        text = self.text.window[self.text.at : end]
        self.text.at = end
        return self.number, text.replace("\n", " ").replace("\r", " ").encode("utf-8", "replace")

    def _end_of_value(self) -> int | None:
        """Return where the value at the present position ends, None where it is broken, cut off or too long."""
        while True:
            try:
                _, end = self._decoder.raw_decode(self.text.window, self.text.at)
            except (ValueError, RecursionError):
                if self._closed() is not None or self._full() or not self._grow():
                    return None
                continue
            # A number may go on beyond the window: only what can follow a value ends it.
            if self.text.window[end : end + 1].strip(",]}:") == "" and end < len(self.text.window):
                return end
            if self.text.ended or not self._grow():
                return end

    def _grow(self) -> bool:
        return not self.text.ended and (self.text.more() or bool(self.text.window))

    def _full(self) -> bool:
        return len(self.text.window) - self.text.at > self.limit

    def _closed(self) -> int | None:
        """Return where the brackets opened at the present position are closed, None where they are not within the window."""
        depth = 0
        for token in _TOKEN.finditer(self.text.window, self.text.at):
            first = token.group()[0]
            if first in "{[":
                depth += 1
            elif first in "}]":
                depth -= 1
                if depth <= 0:
                    return token.end()
            elif token.group() == '"' or depth == 0:
                return None
        return None

    def _refusal(self, reason: Message | None) -> Reject:
        """Refuse what stands here and move to where the next record seems to begin."""
        offset, text = self.text.offset, self.text
        shown = excerpt(text.window[text.at : text.at + 1000])
        end = self._closed()
        if end is None and (following := _NEXT_RECORD.search(text.window, text.at)):
            end = following.end()
        if end is not None:
            detail = self._why()
            text.at = end
            return Reject(
                self.number, reason or Message(_BROKEN, {"detail": detail, "offset": offset}), shown
            )
        too_long = self._full()
        self._finish()
        if too_long:
            return Reject(self.number, Message(_TOO_LONG, {"limit": self.limit // 2**20}), shown)
        return Reject(self.number, reason or Message(_TRUNCATED, {"offset": offset}), shown)

    def _why(self) -> str:
        try:
            self._decoder.raw_decode(self.text.window, self.text.at)
        except json.JSONDecodeError as error:
            return error.msg
        except RecursionError:
            return "nested too deeply"
        return ""

    def _finish(self) -> None:
        """Pass over the rest of the file."""
        self.text.window, self.text.at, self.text.ended = "", 0, True
