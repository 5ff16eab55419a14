"""JSON as rows: JSON lines, a list, a platform's page of results, a single record; also cut off or broken in places.

A document is walked: each element of its outer list is parsed by itself, so that memory stays bounded, a broken element
costs only itself, and a file that ends too early keeps all that came before.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from common.i18n import gettext as _
from political_ads.schemas.ads import Refusal
from political_ads.sources.readers.bytesource import MOST_CHARS, Line, TextSource
from political_ads.sources.readers.shapes import Row, excerpt, refusal, too_long

# Where platforms and collectors put the list of ads; the last two are ProPublica's seeds.
LIST_KEYS = ("data", "ads", "results", "records", "items", "political", "not_political")
_NONE = object()  # no value: JSON itself has null
LIST_FIELD = "__list__"  # the field of a row that says in which list of an object it stood
TEXT_FIELD = "text"  # of an element that is a bare text

_GAP = re.compile(r"[\s,]*")
# Possessive, so that an open string of megabytes costs no memory to go back through.
_STRING = r'[^"\\]*+(?:\\.[^"\\]*+)*+'
_KEY = re.compile(rf'"({_STRING})"\s*:\s*', re.DOTALL)
_TOKEN = re.compile(rf'"{_STRING}"|"|[{{}}\[\]]', re.DOTALL)  # whole strings, an open string, brackets
_IN_STRING = re.compile(r'["\\]')
_OUTSIDE = re.compile(r'["{}\[\]]')
_NEXT = re.compile(r"\}\s*,?\s*(?=\{)")


def is_lines(sample: str) -> bool:
    """Say whether a text is JSON lines: its first line is a whole object, and is no page that holds a list of them."""
    lines = [line for line in sample.split("\n", 20)[:20] if line.strip()]
    if not lines or not lines[0].lstrip().startswith("{"):
        return False
    try:
        first = json.loads(lines[0], strict=False)
    except (ValueError, RecursionError):
        return len(lines) > 1 and lines[0].rstrip().endswith("}") and lines[1].lstrip().startswith("{")
    return not any(isinstance(first.get(key), list) for key in LIST_KEYS)


def json_rows(source: TextSource, *, most: int = MOST_CHARS) -> Iterator[Row | Refusal]:
    """Yield the records of a JSON file in order, numbered from 1 (JSON lines: by their lines), and refusals."""
    if is_lines(source.sample()):
        for line in source.lines(most):
            if line.text.strip():
                yield _from_line(line, most)
        return
    yield from _Walker(source.chunks(), most).rows()


def _from_line(line: Line, most: int) -> Row | Refusal:
    if not line.whole:
        return too_long(line.number, line.text, most)
    try:
        value = _loads(line.text)
    except (ValueError, RecursionError) as error:
        return refusal(line.number, _not_json(error), line.text)
    return _row(line.number, value, "")


def _loads(text: str) -> Any:
    """Parse JSON; what orjson refuses but leaves no doubt is forgiven: control characters in texts, NaN, long numbers."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text, strict=False)


def _not_json(error: Exception) -> str:
    detail = error.msg if isinstance(error, json.JSONDecodeError) else _("nested too deeply")
    return _("This is not valid JSON (%(detail)s).") % {"detail": detail}


def _row(number: int, value: Any, key: str) -> Row | Refusal:
    if isinstance(value, str) and key:
        return Row(number, {TEXT_FIELD: value, LIST_FIELD: key})
    if not isinstance(value, dict) or not value:
        return refusal(
            number, _("This is no record: an object with the fields of an ad was expected."), excerpt(value)
        )
    return Row(number, value)


class _Text:
    """A window on the text, filled as needed."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self.window = ""
        self.at = 0
        self.ended = False

    def more(self) -> bool:
        """Take in as much again as the window holds (so that growing costs no more than reading); false at the end."""
        held = self.window[self.at :]
        taken, size = [held], 0
        while size <= len(held):
            chunk = next(self._chunks, None)
            if chunk is None:
                self.ended = True
                break
            taken.append(chunk)
            size += len(chunk)
        self.window, self.at = "".join(taken), 0
        return size > 0

    def peek(self) -> str:
        """Return the next character that is neither blank nor comma, "" at the end."""
        while True:
            gap = _GAP.match(self.window, self.at)
            self.at = gap.end() if gap else self.at
            if self.at < len(self.window):
                return self.window[self.at]
            if self.ended or not self.more():
                return ""


class _Walker:
    """Walks the outermost lists of a document and yields each element as a row."""

    def __init__(self, chunks: Iterator[str], most: int) -> None:
        self.text = _Text(chunks)
        self.most = most
        self.number = 0
        self._decoder = json.JSONDecoder(strict=False)
        self._next = _NEXT  # where a record seems to begin: with the key that the last good one began with

    def rows(self) -> Iterator[Row | Refusal]:
        """Yield rows and refusals until the end of the file."""
        while letter := self.text.peek():
            if letter == "[":
                self.text.at += 1
                yield from self._elements("")
            elif letter == "{":
                yield from self._object()
            elif letter in "]}":  # the end of what was entered
                self.text.at += 1
            else:
                yield from self._element("")

    def _elements(self, key: str) -> Iterator[Row | Refusal]:
        while self.text.peek() not in ("]", ""):
            yield from self._element(key)
        self.text.at += 1

    def _object(self) -> Iterator[Row | Refusal]:
        """Yield what an outermost object holds: the elements of its lists of ads, or itself as one record."""
        self.text.at += 1
        fields: dict[str, Any] = {}
        entered = False
        while self.text.peek() == '"':
            key = self._key()
            if key is None:
                break
            if key in LIST_KEYS and self.text.peek() == "[":
                entered = True
                self.text.at += 1
                yield from self._elements(key)
                continue
            value = self._value()
            if value is _NONE:
                break
            fields[key] = value
        if self.text.peek() == "}":
            self.text.at += 1
            if not entered:
                self.number += 1
                yield _row(self.number, fields, "")
        elif self.text.peek() or not entered:
            yield self._refuse()

    def _key(self) -> str | None:
        while True:
            found = _KEY.match(self.text.window, self.text.at)
            if found and (found.end() < len(self.text.window) or self.text.ended):
                self.text.at = found.end()
                return found.group(1)
            if self._full() or self.text.ended or not self.text.more():
                return None

    def _element(self, key: str) -> Iterator[Row | Refusal]:
        value = self._value()
        if value is _NONE:
            yield self._refuse()
            return
        self.number += 1
        if isinstance(value, dict) and value:
            self._next = re.compile(rf'\}}\s*,?\s*(?=\{{\s*"{re.escape(next(iter(value)))}")')
        yield _row(self.number, value, key)

    def _value(self) -> Any:
        """Return the value at the present position and go behind it; `_NONE` where it is broken, cut off or too long."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self.text.window, self.text.at)
            except (ValueError, RecursionError):
                if self._closed() is not None or self._full() or self.text.ended or not self.text.more():
                    return _NONE
                continue
            # A number may go on beyond the window: only what can follow a value ends it.
            length = end - self.text.at
            if end < len(self.text.window) or self.text.ended or not self.text.more():
                self.text.at += length
                return value

    def _full(self) -> bool:
        return len(self.text.window) - self.text.at > self.most

    def _closed(self) -> int | None:
        """Return where the brackets opened at the present position are closed; None where not within the window."""
        depth = 0
        for token in _TOKEN.finditer(self.text.window, self.text.at):
            first = token.group()[0]
            if first in "{[":
                depth += 1
            elif first in "}]":
                depth -= 1
                if depth <= 0:
                    return token.end()
            elif token.group() == '"':
                return None
            elif depth == 0:
                return token.end()
        return None

    def _refuse(self) -> Refusal:
        """Refuse what stands here and go to where the next record seems to begin."""
        self.number += 1
        text = self.text
        shown = excerpt(text.window[text.at : text.at + 1000])
        end = self._closed()
        if end is None and not self._full() and (following := self._next.search(text.window, text.at)):
            end = following.end()
        if end is not None:
            reason = self._why()
            text.at = end
            return refusal(self.number, reason, shown)
        if self._full():
            self._pass_over()
            return too_long(self.number, shown, self.most)
        text.window, text.at, text.ended = "", 0, True
        return refusal(self.number, _("The file ends in the middle of this record."), shown)

    def _why(self) -> str:
        try:
            self._decoder.raw_decode(self.text.window, self.text.at)
        except (ValueError, RecursionError) as error:
            return _not_json(error)
        return _("This is not valid JSON (%(detail)s).") % {"detail": _("something does not belong here")}

    def _pass_over(self) -> None:
        """Go behind a value that is too long, holding no more than a chunk of it at a time."""
        depth, in_string, text = 0, False, self.text
        while True:
            position = text.at
            while found := (_IN_STRING if in_string else _OUTSIDE).search(text.window, position):
                position = found.end() + (found.group() == "\\")  # what an escape escapes ends no string
                if found.group() == '"':
                    in_string = not in_string
                elif not in_string:
                    depth += 1 if found.group() in "{[" else -1
                if depth <= 0 and not in_string:
                    text.at = position
                    return
            over = max(position - len(text.window), 0)
            text.window, text.at = "", 0
            if not text.more():
                return
            text.at = over
