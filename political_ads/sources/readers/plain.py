"""Texts as people read them: markup, entities and control characters removed. What comes out is never HTML."""

import html
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

import nh3

MOST_MARKUP = 400_000  # characters of one ad's markup that are looked at

_TAGS = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "span",
    "a",
    "b",
    "i",
    "strong",
    "em",
    "h1",
    "h2",
    "h3",
    "tr",
    "td",
}
_NAMES = "|".join(
    sorted({*_TAGS, "script", "style", "img", "iframe", "svg", "table", "font", "u", "form", "input"})
)
_MARKUP = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE)
_BREAKING = {"p", "div", "br", "li", "h1", "h2", "h3", "tr", "ul", "ol"}
_BLANKS = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r"\n{3,}")
# Shown by Facebook only while the text is folded ("… See more").
_FOLDED = "text_exposed_hide"


def plain(value: Any) -> str:
    """Return a value as plain text: any markup and entities resolved, control characters gone, line breaks kept."""
    if value is None or isinstance(value, dict | list | bool):
        return ""
    text = value if isinstance(value, str) else str(value)
    if "<" in text and _MARKUP.search(text):
        text = from_markup(text)
    elif "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    return tidy(text)


def one_line(value: Any) -> str:
    """Return a value as plain text on one line."""
    return " ".join(plain(value).split())


def tidy(text: str) -> str:
    """Return a text without control and private characters and without blanks at its lines' ends, composed (NFC).

    Marks of direction and of joining stay: some scripts and many emoji need them.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize(
        "NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    )
    text = "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in _UNSHOWN
    )
    lines = (line.strip() for line in text.split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


_UNSHOWN = frozenset({"Cc", "Cs", "Co", "Cn"})


def from_markup(markup: str) -> str:
    """Return the text of a piece of HTML; scripts, styles and what is not shown are left out."""
    cleaned = nh3.clean(
        markup[:MOST_MARKUP],
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes={"*": {"class"}},
        link_rel=None,
    )
    reader = _TextOf()
    reader.feed(cleaned)
    reader.close()
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in "".join(reader.texts).split("\n"))


class _TextOf(HTMLParser):
    """Collects the text of clean HTML, with line breaks where blocks begin and end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.texts.append("\n")
            return
        self._hidden.append(any(name == "class" and _FOLDED in (value or "") for name, value in attrs))
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's signature
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden.pop()
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not any(self._hidden):
            self.texts.append(data)

    def _break(self, tag: str) -> None:
        if tag in _BREAKING and self.texts and not self.texts[-1].endswith("\n"):
            self.texts.append("\n")
