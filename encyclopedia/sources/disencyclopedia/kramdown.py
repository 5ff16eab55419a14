"""Kramdown with Liquid tags, as Jekyll reads it, to our Markdown, line by line."""

import re
from collections.abc import Iterator

from common.i18n import N_
from encyclopedia.schemas import Message, NotUnderstood

INSIDE = "inside:"  # marks an address within the 2019 site, until it is turned into a wikilink

_RELATIVE = re.compile(r'\{\{\s*"([^"]*)"\s*\|\s*relative_url\s*(?:\|\s*append:\s*"([^"]*)"\s*)?\}\}')
_ATTRIBUTES = re.compile(r"\{:[^}]*\}")
_INCLUDE = re.compile(r"\{%\s*include\s+(table-of-contents\.md|langswitcher\.html)\s*%\}")
_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
_COMMENT = re.compile(r"<!--(.*?)(-->|$)")
_ABBREVIATION = re.compile(r'<abbr title="([^"]*)">(.*?)</abbr>')
_FRAME = re.compile(r'<iframe[^>]*\bsrc="([^"]*)"[^>]*>\s*(</iframe>)?')
_BREAK = re.compile(r"\s*<br\s*/?>\s*")
_SUPERSCRIPT = re.compile(r"</?su[pb]>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_RULE = re.compile(r"^\s*(-\s*-\s*-[-\s]*|\*\s*\*\s*\*[*\s]*)$")


class Cleaner:
    """Turns one file's lines into our Markdown and notes what could not be kept."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.notes: list[NotUnderstood] = []

    def note(self, line: int, text: str, template: str) -> None:
        """Note a piece that was not understood."""
        reason = Message(template=template)
        self.notes.append(NotUnderstood(path=self.path, line=line, text=text.strip()[:300], reason=reason))

    def clean(self, lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Return the lines in our Markdown; attribute lists and comments that stand alone are gone."""
        return [
            (number, self._line(number, line))
            for number, line in self._without_comments(lines)
            if not _stands_for_layout(line)
        ]

    def _without_comments(self, lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        inside = False
        for number, line in lines:
            kept, rest = "", line
            while rest:
                if inside:
                    before, end, rest = rest.partition("-->")
                    inside = not end
                    self._comment(number, before)
                else:
                    before, start, rest = rest.partition("<!--")
                    kept += before
                    inside = bool(start)
            if kept.strip() or not line.strip():
                yield number, kept

    def _comment(self, number: int, text: str) -> None:
        if text.strip():
            self.note(number, text, N_("An editor's comment; it was left out."))

    def _line(self, number: int, line: str) -> str:
        raw = line
        if _RULE.match(line):
            return "* * *"
        line = _RELATIVE.sub(lambda found: f"{INSIDE}/{found[1].strip('/')}{found[2] or ''}", line)
        line = _ATTRIBUTES.sub("", _INCLUDE.sub("", line))
        line = _ABBREVIATION.sub(r"\2 (\1)", line)
        line = _FRAME.sub(lambda found: f"<{found[1]}>", line)
        line = _SUPERSCRIPT.sub("", _BREAK.sub(" ", line) if line.lstrip().startswith("#") else line)
        line = _BREAK.sub("\\\\\n", line) if not line.lstrip().startswith("|") else line
        line = _PICTURE.sub(lambda found: self._picture(number, found[1], found[2]), line)
        for found in _LIQUID.findall(line):
            self.note(number, found, N_("A Liquid tag; it was left out."))
        line = _LIQUID.sub("", line)
        for found in _TAG.findall(line):
            if not _BREAK.fullmatch(found) and not found.startswith("<http"):
                self.note(number, found, N_("An HTML tag; it was left out, its text was kept."))
                line = line.replace(found, "")
        return line.rstrip() if raw.startswith(" ") else line.strip()

    def _picture(self, number: int, alternative: str, address: str) -> str:
        if address.startswith(("http://", "https://")):
            return f"[{alternative or address}]({address})"
        self.note(number, address, N_("A picture that is not in the folder; its description was kept."))
        return f"*{alternative}*" if alternative else ""


def _stands_for_layout(line: str) -> bool:
    bare = _INCLUDE.sub("", _ATTRIBUTES.sub("", line)).strip()
    return bool(line.strip()) and not bare


def attributes_id(line: str) -> str | None:
    """Return the id that a line of attributes gives (`{: #the-id }`)."""
    found = re.match(r"^\{:[^}]*#([\w-]+)[^}]*\}\s*$", line.strip())
    return found[1] if found else None
