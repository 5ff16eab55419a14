"""Walks the parsed wikitext (mwparserfromhell) and writes Markdown."""

import re
from dataclasses import dataclass, field

import mwparserfromhell
from mwparserfromhell.nodes import (
    Argument,
    Comment,
    ExternalLink,
    Heading,
    HTMLEntity,
    Node,
    Tag,
    Template,
    Text,
    Wikilink,
)
from mwparserfromhell.wikicode import Wikicode

from common.i18n import N_
from encyclopedia.core.markup import slugify
from encyclopedia.schemas import LARGEST_TEXT, Message, SourceData
from encyclopedia.sources.wikitext.citing import source_of
from encyclopedia.sources.wikitext.escaping import code, escape, spaced, wrapped
from encyclopedia.sources.wikitext.lists import Written, list_mark
from encyclopedia.sources.wikitext.tables import table
from encyclopedia.sources.wikitext.tangles import is_tangled

_REDIRECT = re.compile(r"^\s*#\s*(?:REDIRECT|REDIRECTION)\s*:?\s*\[\[\s*:?([^\]|#]+)", re.IGNORECASE)
_MAGIC = re.compile(r"__(?:NO|FORCE)?(?:TOC|EDITSECTION|INDEX|NOINDEX|GALLERY|NEWSECTIONLINK|HIDDENCAT)__")
_CATEGORY = re.compile(r"^(?:category|catégorie)\s*:\s*(.+)$", re.IGNORECASE)
_FILE = re.compile(r"^(?:file|image|fichier|media|média)\s*:\s*(.+)$", re.IGNORECASE)
_LANGUAGE_LINK = re.compile(r"^[a-z]{2,3}(?:-[a-z]+)?:(?=\S)")
_PICTURE_OPTIONS = re.compile(
    r"^(thumb|thumbnail|frame|frameless|border|left|right|center|none|upright.*|\d*x?\d+px|link=.*|class=.*)$"
)
_LISTS = ("li", "dt", "dd")
_QUIET_TEMPLATES = frozenset({"reflist", "references", "références", "clear", "-"})
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "strike": "~~"}
_TRANSPARENT = frozenset(
    "span div center small big u font abbr sub sup p cite ins mark q var dfn section includeonly noinclude onlyinclude".split()  # noqa: SIM905 - a list of words
)  # fmt: skip
_CODE = frozenset(
    {"code", "tt", "kbd", "samp", "math", "pre", "syntaxhighlight", "source", "gallery", "timeline", "score"}
)


@dataclass(frozen=True)
class Converted:
    """What a wikitext became."""

    markdown: str
    categories: tuple[str, ...] = ()
    redirect: str | None = None  # title that it leads to
    sources: tuple[SourceData, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()  # links to the same page in other languages: (code, title)
    notes: tuple[tuple[str, Message], ...] = ()  # (piece, what was done with it)


def to_markdown(wikitext: str) -> Converted:
    """Convert one page's wikitext. A text longer than `LARGEST_TEXT` is kept as code, up to that length, with a note."""
    if len(wikitext) > LARGEST_TEXT:
        note = Message(
            template=N_("The text is longer than %(most)s characters; it was cut."),
            values={"most": LARGEST_TEXT},
        )
        return Converted(code(wikitext[: LARGEST_TEXT - 100] + "\n"), notes=(("", note),))
    if is_tangled(wikitext):
        note = Message(
            template=N_("The text opens many tags or tables that it never closes; it was kept as it stands.")
        )
        return Converted(code(wikitext + "\n"), notes=(("", note),))
    redirect = _REDIRECT.match(wikitext)
    walker = _Walker()
    body = walker.blocks(mwparserfromhell.parse(_MAGIC.sub("", wikitext)))
    markdown = spaced("\n\n".join([body, *walker.footnotes]))
    if len(markdown) > LARGEST_TEXT:  # signs that had to be escaped make a text longer
        markdown = markdown[:LARGEST_TEXT]
        walker.note("", N_("The text became longer than what an entry takes; it was cut."))
    return Converted(
        markdown="" if redirect else markdown,
        categories=tuple(dict.fromkeys(walker.categories)),
        redirect=redirect[1].strip() if redirect else None,
        sources=tuple(walker.sources.values()),
        languages=tuple(walker.languages),
        notes=tuple(walker.notes),
    )


@dataclass
class _Walker:
    """Converts nodes and collects what stands beside the text."""

    categories: list[str] = field(default_factory=list)
    sources: dict[str, SourceData] = field(default_factory=dict)
    languages: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, Message]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)  # a reference's name → its mark in the text

    def note(self, piece: object, template: str) -> None:
        self.notes.append((str(piece)[:300], Message(template=template)))

    def blocks(self, wikicode: Wikicode) -> str:
        """Convert nodes, with lists and headings at the beginnings of lines."""
        written = Written()
        prefix, trim = "", False
        for node in wikicode.nodes if wikicode else ():  # a tag without contents has None
            if isinstance(node, Tag) and node.wiki_markup and str(node.tag) in _LISTS:
                if node.wiki_markup == ":" and not prefix and not written.at_line_start:
                    written.add("\n: ")  # "; term : definition" in one line
                    trim = True
                else:
                    prefix += str(node.wiki_markup)
                continue
            if prefix:
                written.add(list_mark(prefix, written.tail))
                prefix, trim = "", True
            piece = self.node(node, at_line_start=not trim and written.at_line_start)
            written.add(piece.lstrip(" ") if trim else piece)
            trim = False
        return written.text

    def inline(self, wikicode: object) -> str:
        """Convert nodes that stand inside a line."""
        return self.blocks(wikicode).strip() if isinstance(wikicode, Wikicode) else ""

    def node(self, node: Node, *, at_line_start: bool) -> str:
        """Convert one node."""
        if isinstance(node, Text):
            return escape(str(node.value), at_line_start=at_line_start)
        if isinstance(node, Heading):
            return f"\n\n{'#' * max(2, min(node.level, 6))} {self.inline(node.title)}\n\n"
        if isinstance(node, Wikilink):
            return self.wikilink(node)
        if isinstance(node, ExternalLink):
            return self.external(node)
        if isinstance(node, Tag):
            return self.tag(node)
        return self.rest(node)

    def rest(self, node: Node) -> str:
        if isinstance(node, Comment):
            return ""
        if isinstance(node, HTMLEntity):
            return escape(_character(node), at_line_start=False)
        if isinstance(node, Template):
            return self.template(node)
        if isinstance(node, Argument):
            self.note(node, N_("A template's parameter; it was kept as it stands."))
        return code(str(node))

    def template(self, node: Template) -> str:
        if str(node.name).strip().casefold() in _QUIET_TEMPLATES:
            return ""
        source = source_of(node)
        if source is not None:
            return self._cited(source)
        self.note(node, N_("A template; it was kept as it stands."))
        return code(str(node))

    def _cited(self, source: SourceData) -> str:
        self.sources.setdefault(source.key, source)
        return f"[@{source.key}]"

    def wikilink(self, node: Wikilink) -> str:
        title = str(node.title).strip()
        if found := _CATEGORY.match(title):
            self.categories.append(found[1].strip())
            return ""
        if found := _FILE.match(title):
            return self._picture(found[1].strip(), str(node.text or ""))
        if (found := _LANGUAGE_LINK.match(title)) and node.text is None:
            self.languages.append((found[0].rstrip(":"), title[found.end() :].strip()))
            return ""
        words = (
            self.inline(node.text)
            if node.text is not None
            else escape(title.lstrip(":"), at_line_start=False)
        )
        page = title.lstrip(":").partition("#")[0].strip()
        if not page:  # a link to a heading of the same page
            return words.lstrip("#")
        return f"[[{slugify(page)}|{words.replace(']]', '').replace(chr(10), ' ')}]]"

    def _picture(self, name: str, options: str) -> str:
        parts = [part.strip() for part in options.split("|")]
        alternative = next((part[4:] for part in parts if part.startswith("alt=")), "")
        caption = next(
            (
                part
                for part in reversed(parts)
                if part and not _PICTURE_OPTIONS.match(part) and "=" not in part
            ),
            "",
        )
        words = alternative or self.inline(mwparserfromhell.parse(caption)) or name
        self.note(
            f"File:{name}", N_("A picture; it is shown once a file of this name is in the media library.")
        )
        return f"![{words.replace(chr(10), ' ')}](media:{name.replace(' ', '-')})"

    def external(self, node: ExternalLink) -> str:
        address = str(node.url).strip()
        address = f"https:{address}" if address.startswith("//") else address
        words = self.inline(node.title) if node.title is not None else ""
        if not address.startswith(("http://", "https://")):
            self.note(node, N_("A link that is not of the web; its words were kept."))
            return words or escape(address, at_line_start=False)
        if re.search(r"[\s<>]", address):
            return code(str(node))
        if not words:
            return f"<{address}>"
        return f"[{words}](<{address}>)" if re.search(r"[()]", address) else f"[{words}]({address})"

    def tag(self, node: Tag) -> str:
        name = str(node.tag).strip().casefold()
        if name in _MARKS:
            return wrapped(self.blocks(node.contents), _MARKS[name])
        if name in _CODE:
            return code(str(node.contents)) if name != "gallery" else self._kept(node)
        simple = {"br": "\\\n", "hr": "\n\n* * *\n\n", "references": "", "wbr": ""}
        if name in simple:
            return simple[name]
        if name == "ref":
            return self._reference(node)
        if name == "nowiki":
            return escape(str(node.contents or ""), at_line_start=False)
        return self._block_tag(node, name)

    def _block_tag(self, node: Tag, name: str) -> str:
        if name == "table":
            return table(node, self.inline)
        if name == "blockquote":
            quoted = self.blocks(node.contents).strip().replace("\n", "\n> ")
            return f"\n\n> {quoted}\n\n"
        if name in ("ul", "ol", "li", "dl", "dt", "dd") and not node.wiki_markup:
            return (
                f"\n- {self.inline(node.contents)}"
                if name in ("li", "dt", "dd")
                else f"\n{self.blocks(node.contents)}\n\n"
            )
        if name in _TRANSPARENT:
            return self.blocks(node.contents)
        return self._kept(node)

    def _kept(self, node: Tag) -> str:
        self.note(node, N_("A tag without a counterpart; it was kept as it stands."))
        return code(str(node))

    def _reference(self, node: Tag) -> str:
        name = str(node.get("name").value).strip() if node.has("name") else ""
        if not str(node.contents or "").strip():
            return self.named.get(name, "")
        templates = [one for one in node.contents.nodes if isinstance(one, Template)]
        words = str(node.contents).strip()
        source = source_of(templates[0]) if len(templates) == 1 and words == str(templates[0]) else None
        if source is not None:
            mark = self._cited(source)
        else:
            number = len(self.footnotes) + 1
            self.footnotes.append("")  # its place is taken before its own references are numbered
            self.footnotes[number - 1] = f"[^{number}]: {self.inline(node.contents).replace(chr(10), ' ')}"
            mark = f"[^{number}]"
        if name:
            self.named[name] = mark
        return mark


def _character(node: HTMLEntity) -> str:
    try:
        return str(node.normalize() or "")
    except (ValueError, OverflowError):
        return str(node)
