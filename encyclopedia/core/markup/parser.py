"""The parser: markdown-it with tables, footnotes, definition lists, admonitions, wikilinks and citations; no raw HTML."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from encyclopedia.core.markup import syntax
from encyclopedia.core.markup.limits import DEEPEST, is_too_much
from encyclopedia.core.markup.settling import settle

# Addresses that a link may have: the web, mail, a file of the library, a place on the same page, a page of this site.
_ADDRESS = re.compile(r"(?:https?://|mailto:|media:|#|/(?!/|\\|%5C))", re.IGNORECASE)
RULES = (
    "table", "code", "fence", "blockquote", "hr", "list", "reference", "heading", "lheading",
    "newline", "escape", "backticks", "strikethrough", "emphasis", "link", "image", "autolink", "entity",
)  # fmt: skip


@cache
def parser() -> MarkdownIt:
    """Return the parser, built at its first use; it keeps no state between texts, so threads may share it."""
    built = MarkdownIt("zero", {"maxNesting": DEEPEST, "html": False})
    built.enable(list(RULES))
    footnote_plugin(built, inline=False)
    deflist_plugin(built)
    admon_plugin(built)
    syntax.install(built)
    built.validateLink = is_address  # type: ignore[method-assign]  # markdown-it's own way to set it
    built.parse("# warm\n\n*up*")  # fills the rulers' lazy caches, which threads would otherwise fill at once
    return built


def is_address(url: str) -> bool:
    """Say whether a link may lead to an address."""
    return bool(_ADDRESS.match(url))


def tokens_of(text: str) -> list[Token] | None:
    """Return a text as markdown-it's tokens, pictures and bare addresses settled; None where it is too much to parse."""
    if is_too_much(text):
        return None
    tokens = parser().parse(syntax.shield_bars(text), {})
    if any(token.level >= DEEPEST - 1 for token in tokens):  # what lies deeper was dropped by the parser
        return None
    return settle(tokens)


def blocks_of(text: str) -> list[Token] | None:
    """Return a text's block tokens, the lines inside them unread; quicker where only places matter. None as above."""
    if is_too_much(text):
        return None
    tokens: list[Token] = []
    prepared = re.sub(r"\r\n|\r", "\n", syntax.shield_bars(text)).replace("\0", "\ufffd")
    parser().block.parse(prepared, parser(), {}, tokens)
    return None if any(token.level >= DEEPEST - 1 for token in tokens) else tokens
