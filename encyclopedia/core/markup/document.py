"""A text, parsed once, read and rendered as often as needed."""

from functools import cache, cached_property
from html import escape

import nh3
from markdown_it.token import Token

from common.i18n import use_locale
from encyclopedia.core.markup.html import Page, renderer
from encyclopedia.core.markup.parser import parser, tokens_of
from encyclopedia.core.markup.reading import headings, read, read_plain
from encyclopedia.core.markup.shapes import Heading, Numbering, Parsed, Rendered, Resolve

# Exactly what `html` writes; all else is removed, whatever a bug or a trick in the parser may let through.
ATTRIBUTES = {
    "a": {"id", "href", "title", "rel", "aria-label"},
    "img": {"src", "alt", "width", "height", "loading"},
    "th": {"scope"},
    "ol": {"start"},
    "li": {"id"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
CLASSES = {
    "a": {"wikilink", "missing", "external", "media", "missing-media", "edit-section"},
    "div": {"heading", "table-scroll", "admonition", "note", "tip", "warning", "example"},
    "span": {"unknown-source", "missing-media"},
    "sup": {"citation", "footnote"},
    "p": {"admonition-title"},
    "pre": {"plain-text"},
    "ol": {"footnotes"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
}
TAGS = set(ATTRIBUTES) | set(CLASSES) | {
    "ul", "dl", "dt", "dd", "blockquote", "code", "em", "strong", "s", "br", "hr",
    "table", "thead", "tbody", "tr", "figure", "figcaption",
}  # fmt: skip


class Document:
    """One text of one language. `parsed` and `render` share the parse, which is the larger part of the work."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self._tokens: list[Token] | None = tokens_of(text)

    @cached_property
    def parsed(self) -> Parsed:
        """What the text says and points to."""
        return read_plain(self.text) if self._tokens is None else read(self._tokens)

    def render(self, resolve: Resolve, numbering: Numbering | None = None) -> Rendered:
        """Render the text as sanitised HTML; `numbering` is shared by the texts of one page."""
        numbering = numbering or Numbering()
        toc: tuple[Heading, ...] = ()
        if self._tokens is None:
            html = _as_typed(self.text)
        else:
            toc = headings(self._tokens, numbering)
            page = Page(resolve, numbering, toc, first_note=numbering.notes)
            with use_locale(self.language):
                html = sanitise(renderer().render(self._tokens, parser().options, {"page": page}))
        anchors = {key: tuple(ids) for key, ids in numbering.anchors.items()}
        return Rendered(html, toc, tuple(anchors), anchors, plain_only=self._tokens is None)


def parse(text: str, language: str) -> Parsed:
    """Read what a text says and points to; with `render` to follow, use a Document and parse once."""
    return Document(text, language).parsed


def render(text: str, language: str, resolve: Resolve, numbering: Numbering | None = None) -> Rendered:
    """Render a text as sanitised HTML."""
    return Document(text, language).render(resolve, numbering)


def sanitise(html: str) -> str:
    """Return the HTML with nothing but the tags, attributes, classes and addresses that our texts need."""
    return _cleaner().clean(html)


def _as_typed(text: str) -> str:
    """Show a text without reading any markup in it; not for the sanitiser, which is quadratic in the number of "&"."""
    shown = escape(text, quote=False).replace("\xa0", "&nbsp;")
    return f'<pre class="plain-text">{shown}</pre>\n'


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,  # set by the renderer, on links that lead elsewhere only
    )
