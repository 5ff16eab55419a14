"""What follows the parser: outside pictures become links, bare addresses too, links inside links become text."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from common.i18n import N_
from encyclopedia.core.markup.syntax import BAR

_BARE_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"|\\^`{}]{1,2000}")
_TRAILING = ".,;:!?'*_~»”’…"  # ends the sentence rather than the address
ADMONITIONS = {"note": N_("Note"), "tip": N_("Tip"), "warning": N_("Warning"), "example": N_("Example")}
_STYLE = "text-align:"


def settle(tokens: list[Token]) -> list[Token]:
    """Return the tokens of a text, made ready for reading and rendering."""
    for index, token in enumerate(tokens):
        if token.type == "inline":
            token.children = list(_settled(token.children or []))
        elif token.type == "admonition_open":
            _settle_admonition(token, tokens[index + 2])
        elif token.type in ("th_open", "td_open"):
            style = str(token.attrs.pop("style", ""))
            if style.startswith(_STYLE):
                token.attrs["class"] = f"align-{style.removeprefix(_STYLE)}"
    if any(BAR in token.content or BAR in token.info for token in tokens):
        _restore_bars(tokens)
    return tokens


def plain_of(children: list[Token] | None) -> str:
    """Return the words of a line, without its markup and its citations."""
    parts = []
    for child in children or []:
        if child.type == "image":
            parts.append(plain_of(child.children))
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        else:
            parts.append(child.content)
    return "".join(parts)


def _settled(children: list[Token]) -> Iterator[Token]:
    depth = 0  # of links: HTML knows no link inside a link, so the inner ones become text
    for child in children:
        if child.tag == "a":
            outermost = depth == (0 if child.nesting == 1 else 1)
            depth += child.nesting
            if outermost:
                yield child
        elif child.type == "image" and not str(child.attrs["src"]).startswith("media:"):
            yield from _picture_as_link(child, depth)
        elif child.type == "text" and depth == 0 and "://" in child.content:
            yield from _with_addresses(child.content)
        else:
            yield child


def _settle_admonition(opening: Token, title: Token) -> None:
    """Make an unknown kind of remark a note; one without a title bears its kind's name in the page's language."""
    tag = opening.meta["tag"]
    opening.meta["tag"] = tag if tag in ADMONITIONS else "note"
    if title.type == "inline" and title.content == tag.title():
        title.content, title.children = "", []
        title.children.append(Token("admonition_name", "", 0, content=opening.meta["tag"]))


def _picture_as_link(image: Token, depth: int) -> Iterator[Token]:
    """Give an outside picture as a link to it: a page never loads anything from elsewhere."""
    src = str(image.attrs["src"])
    words = plain_of(image.children) or src
    if depth > 0:
        yield _text(words)
    else:
        yield from _link(src, words)


def _with_addresses(content: str) -> Iterator[Token]:
    """Cut a text at its bare addresses and make links of these."""
    end = 0
    for found in _BARE_ADDRESS.finditer(content):
        url = found[0].rstrip(_TRAILING)
        if url.endswith(")") and url.count("(") < url.count(")"):
            url = url[:-1].rstrip(_TRAILING)
        if len(url) <= len("https://"):
            continue
        yield _text(content[end : found.start()])
        yield from _link(url, url)
        end = found.start() + len(url)
    yield _text(content[end:])


def _link(href: str, words: str) -> Iterator[Token]:
    yield Token("link_open", "a", 1, attrs={"href": href})
    yield _text(words)
    yield Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _restore_bars(tokens: list[Token]) -> None:
    """Put back the "|" that were no wikilink's after all: in code, for instance."""
    for token in tokens:
        if BAR in token.content or BAR in token.info:
            token.content = token.content.replace(BAR, "|")
            token.info = token.info.replace(BAR, "|")
            _restore_bars(token.children or [])
        for name, value in token.attrs.items():
            token.attrs[name] = str(value).replace(BAR, "|")
