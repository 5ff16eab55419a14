"""What a text says and points to, read from its tokens."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from urllib.parse import unquote

from markdown_it.token import Token

from encyclopedia.core.markup.citing import Citation
from encyclopedia.core.markup.settling import plain_of
from encyclopedia.core.markup.shapes import Heading, Numbering, Parsed

_BLANK_BEFORE_STOP = re.compile(r" ([.,])(?=\s|$)")  # left behind by a citation
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def read(tokens: Sequence[Token]) -> Parsed:
    """Read a text's links, citations, headings and words."""
    wikilinks: dict[str, bool] = {}
    outside: dict[str, bool] = {}
    media: dict[str, bool] = {}
    citations: list[Citation] = []
    for child in _children(tokens):
        if child.type == "wikilink" and child.meta["slug"]:
            wikilinks[child.meta["slug"]] = True
        elif child.type == "citation":
            citations.extend(child.meta["citations"])
        elif child.type in ("link_open", "image"):
            _sort_address(str(child.attrs.get("href") or child.attrs.get("src")), outside, media)
    lines = _lines(tokens)
    plain = "\n".join(line for _, line in lines)
    return Parsed(
        wikilinks=tuple(wikilinks),
        citations=tuple(citations),
        external_links=tuple(outside),
        media=tuple(media),
        headings=headings(tokens, Numbering()),
        words=count_words(plain),
        plain=plain,
        first_paragraph=next((line for top, line in lines if top), ""),
    )


def read_plain(text: str) -> Parsed:
    """Read a text that is too much for the parser: all of it is words."""
    first = text.strip().partition("\n\n")[0][:5_000]
    return Parsed((), (), (), (), (), count_words(text), text, first, plain_only=True)


def count_words(plain: str) -> int:
    """Count the words of a plain text."""
    return sum(1 for _ in _WORD.finditer(plain))


def headings(tokens: Sequence[Token], numbering: Numbering) -> tuple[Heading, ...]:
    """Return a text's headings; those on the top level open the sections, numbered from 1."""
    found: list[Heading] = []
    section = 0
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            section += token.level == 0
            text = " ".join(plain_of(inline.children).split())
            number = section if token.level == 0 else 0
            found.append(Heading(int(token.tag[1]), text, numbering.heading_id(text), number))
    return tuple(found)


def _children(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _lines(tokens: Sequence[Token]) -> list[tuple[bool, str]]:
    """Return (is a paragraph of the text itself, words) for each block that has words."""
    lines = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            line = _BLANK_BEFORE_STOP.sub(r"\1", " ".join(plain_of(token.children).split()))
            paragraph = before is not None and before.type == "paragraph_open" and before.level == 0
        elif token.type in ("fence", "code_block"):
            line, paragraph = token.content.strip(), False
        else:
            continue
        if line:
            lines.append((paragraph, line))
    return lines


def _sort_address(address: str, outside: dict[str, bool], media: dict[str, bool]) -> None:
    if address.startswith("media:"):
        media[media_name(address)] = True
    elif address.lower().startswith(("http://", "https://")):
        outside[address] = True


def media_name(address: str) -> str:
    """Return the file's name in a ``media:`` address."""
    return unquote(address).removeprefix("media:").strip("/")
