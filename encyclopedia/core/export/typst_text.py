"""Our Markdown as Typst markup (https://typst.app/docs/reference/), from the same tokens as the HTML.

Every piece of text goes through `quoted`: Typst takes it as a string and runs nothing that an editor wrote.
"""

from collections.abc import Callable, Mapping, Sequence

from markdown_it.token import Token

from common.i18n import gettext as _
from encyclopedia.core.markup.parser import tokens_of
from encyclopedia.core.markup.settling import ADMONITIONS, plain_of

Numbers = dict[str, int]  # citation key → its number
_WRAPS: Mapping[str, tuple[str, str]] = {
    "paragraph": ("\n", "\n#parbreak()\n"),
    "strong": ("#strong[", "]"),
    "em": ("#emph[", "]"),
    "s": ("#strike[", "]"),
    "bullet_list": ("\n#list(", ")\n"),
    "ordered_list": ("\n#enum(", ")\n"),
    "list_item": ("[", "],"),
    "blockquote": ("\n#quote(block: true)[", "]\n"),
    "admonition": ("\n#block(inset: 8pt, stroke: (left: 2pt + gray), width: 100%)[", "]\n"),
    "admonition_title": ("#strong[", "]#parbreak()\n"),
    "dl": ("\n#block[", "]\n"),
    "dt": ("#strong[", "]"),
    "dd": ("#pad(left: 1.2em)[", "]"),
    "footnote_block": ("\n#line(length: 30%, stroke: 0.4pt)\n#enum(", ")\n"),
    "footnote": ("[", "],"),
}
_FIXED: Mapping[str, str] = {
    "heading_close": "]\n",
    "hr": "\n#line(length: 100%, stroke: 0.4pt)\n",
    "th_open": "[#strong[",
    "th_close": "]],",
    "td_open": "[",
    "td_close": "],",
    "table_close": ")\n",
    "softbreak": '#" ";',
    "hardbreak": "#linebreak()",
    "link_close": "]",
}
_SILENT = {"footnote_anchor", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close"}


def quoted(text: str) -> str:
    """Return text as a Typst string in markup: nothing in it is read as markup or code."""
    return f"#{literal(text)};"


def literal(text: str) -> str:
    """Return text as a Typst string literal."""
    plain = "".join(letter for letter in text if letter >= " " or letter == "\n")
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def to_typst(text: str, *, site: str, numbers: Numbers, knows: Callable[[str], bool]) -> str:
    """Return a text as Typst markup; `numbers` goes on from text to text, `site` is put before our own addresses."""
    tokens = tokens_of(text)
    if tokens is None:  # too much for the parser: as typed
        return f"#raw(block: true, {literal(text)})\n"
    return _Writing(site, numbers, knows).blocks(tokens)


class _Writing:
    """The writing of one text."""

    def __init__(self, site: str, numbers: Numbers, knows: Callable[[str], bool]) -> None:
        self.site, self.numbers, self.knows = site, numbers, knows

    def blocks(self, tokens: Sequence[Token]) -> str:
        made = []
        for index, token in enumerate(tokens):
            if token.type == "inline":
                made.append(self.inline(token.children or []))
            else:
                made.append(self.block(token, tokens, index))
        return "".join(made)

    def block(self, token: Token, tokens: Sequence[Token], index: int) -> str:
        if token.type in _SILENT:
            return ""
        if token.type == "heading_open":
            return f"\n#heading(level: {min(6, max(2, int(token.tag[1])))}, outlined: false)["
        if token.type == "table_open":
            return f"\n#table(columns: {_columns(tokens, index)}, stroke: 0.4pt + gray, "
        if token.type in {"fence", "code_block"}:
            return f"\n#raw(block: true, {literal(token.content.rstrip())})\n"
        return _FIXED[token.type] if token.type in _FIXED else self.wrapped(token)

    def wrapped(self, token: Token) -> str:
        name, _underscore, end = token.type.rpartition("_")
        if name == "paragraph" and token.hidden:
            return ""
        if name == "ordered_list" and end == "open" and token.attrs.get("start"):
            return f"\n#enum(start: {int(token.attrs['start'])}, "
        if name in _WRAPS:
            return _WRAPS[name][end == "close"]
        return quoted(token.content) if token.content else ""

    def inline(self, children: Sequence[Token]) -> str:
        return "".join(self.one(child) for child in children)

    def one(self, child: Token) -> str:
        """Write one inline token: by its own method, by a fixed word, or as its text."""
        own: dict[str, Callable[[Token], str]] = {
            "code_inline": lambda token: f"#raw({literal(token.content)})",
            "admonition_name": lambda token: quoted(_(ADMONITIONS[token.content])),
            "link_open": self.link,
            "wikilink": self.wikilink,
            "citation": self.citation,
            "image": lambda token: (
                f"#emph[{quoted(plain_of(token.children) or str(token.attrs.get('src', '')))}]"
            ),
            "footnote_ref": lambda token: f"#super[{quoted(str(token.meta['id'] + 1))}]",
        }
        if child.type in own:
            return own[child.type](child)
        return _FIXED[child.type] if child.type in _FIXED else self.wrapped(child)

    def link(self, child: Token) -> str:
        href = self.address(str(child.attrs.get("href", "")))
        return f"#link({literal(href)})[" if href else "#box["

    def wikilink(self, child: Token) -> str:
        slug = child.meta["slug"]
        if not slug:
            return quoted(child.content)
        return f"#link({literal(f'{self.site}/encyclopedia/entries/{slug}')})[{quoted(child.content)}]"

    def citation(self, child: Token) -> str:
        parts = []
        for each in child.meta["citations"]:
            if self.knows(each.key):
                number = self.numbers.setdefault(each.key, len(self.numbers) + 1)
                parts.append(f"{number}, {each.locator}" if each.locator else str(number))
            else:
                parts.append(f"?{each.key}")
        return quoted(f"[{'; '.join(parts)}]")

    def address(self, href: str) -> str:
        if href.startswith("/"):
            return self.site + href
        return href if href.startswith(("http://", "https://", "mailto:")) else ""


def _columns(tokens: Sequence[Token], start: int) -> int:
    """Count the cells of a table's first row."""
    count = 0
    for token in tokens[start:]:
        count += token.type in {"th_open", "td_open"}
        if token.type == "tr_close":
            break
    return max(1, count)
