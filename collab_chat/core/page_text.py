"""What a captured page says: its title and the beginning of its words."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

LONGEST_TITLE = 300  # characters
LONGEST_TEXT = 4_000
MOST_READ = 1_000_000  # characters of a page that are looked at
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object"})
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote"}
)
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class PageText:
    """Title and text of a page, without markup."""

    title: str
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.named = ""  # by og:title
        self.words: list[str] = []
        self.length = 0
        self._in_title = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag == "meta":
            given = dict(attrs)
            if given.get("property") == "og:title" and not self.named:
                self.named = given.get("content") or ""
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._silent and self.length < 4 * LONGEST_TEXT:
            self.words.append(data)
            self.length += len(data)


def read_html(html: str) -> PageText:
    """Return what a page says. Broken markup gives what can be read of it."""
    reader = _Reader()
    try:
        reader.feed(html[:MOST_READ])
        reader.close()
    except AssertionError:  # the standard library's parser on some malformed declarations
        pass
    title = " ".join("".join(reader.title).split()) or " ".join(reader.named.split())
    return PageText(clean(title)[:LONGEST_TITLE], tidy("".join(reader.words)))


def tidy(text: str) -> str:
    """Return text with single blanks and lines, and no longer than is kept."""
    single = _LINES.sub("\n", _BLANKS.sub(" ", clean(text[: 4 * LONGEST_TEXT]))).strip()
    return single[:LONGEST_TEXT].strip()


def clean(text: str) -> str:
    """Return text without what no database takes: NUL, other controls, halves of letters."""
    return "".join(
        letter
        for letter in text
        if letter in "\n\t" or (letter >= " " and not "\ud800" <= letter <= "\udfff")
    )
