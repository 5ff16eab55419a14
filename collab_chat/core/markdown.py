"""Messages as people write them, made into safe HTML: a subset of CommonMark that suits a conversation.

Bold, italic, struck out, code, code blocks, lists, quotes, links and bare addresses; line breaks as they were typed. No pictures, no
headings, no tables, no HTML. What comes out is cleaned again (`nh3`), so that a mistake in the first step does no harm.
"""

import re
from functools import cache
from html import unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote", "a", "span"}
ATTRIBUTES = {"a": {"href", "class"}, "ol": {"start"}, "span": {"class"}}
REL = "nofollow ugc noopener noreferrer"
MENTION = re.compile(r"@(\w(?:[\w.'’-]*\w)?)")
_MARKUP = re.compile(r"[*_`~\[<>&@\\#\n]|^\s*(?:[-+>]|\d+[.)])\s|https?://|www\.")
_BLOCK_ENDS = re.compile(r"</(?:p|li|pre|blockquote)>|<br>")
_TAG = re.compile(r"<[^>]+>")
_BLANK = re.compile(r"\s+")


def to_html(text: str) -> str:
    """Return a message's text as HTML. Mentions stand in `<span class="mention">`."""
    if not _MARKUP.search(text):  # most messages: a plain line
        return f"<p>{text}</p>\n"
    return _cleaner().clean(str(_parser().render(text)))


def plain(text: str, most: int | None = None) -> str:
    """Return a message's text without its markup, on one line, cut to `most` characters."""
    words = unescape(_TAG.sub("", _BLOCK_ENDS.sub(" ", to_html(text))))
    line = _BLANK.sub(" ", words).strip()
    return line if most is None or len(line) <= most else line[: most - 1].rstrip() + "…"


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_our_classes,
        url_schemes={"http", "https", "mailto"},
        link_rel=REL,
    )


def _only_our_classes(tag: str, name: str, value: str) -> str | None:
    return value if name != "class" or value == {"span": "mention", "a": "bare"}.get(tag) else None


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "typographer": False}).enable(
        ["strikethrough"]
    )
    parser.disable(["heading", "lheading", "image", "reference", "hr", "html_block", "html_inline"])
    parser.inline.ruler.before("escape", "mention", _mention)
    parser.inline.ruler.before("escape", "address", _address)
    parser.add_render_rule("mention", _render_mention)
    return parser


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's interface
    """Take `@somebody` that does not stand within a word, such as an e-mail address."""
    at = state.pos
    if state.src[at] != "@" or (at > 0 and state.src[at - 1].isalnum()):
        return False
    found = MENTION.match(state.src, at)
    if found is None:
        return False
    if not silent:
        state.push("mention", "span", 0).content = found.group()
    state.pos = found.end()
    return True


_SCHEME = re.compile(r"(?:^|(?<=\W))https?$")
_REST = re.compile(r"://[^\s<>\"'`]*[^\s<>\"'`.,;:!?…)\]}*_~/]/?")


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's interface
    """Take a bare address, found by its colon (the parser reads words up to there in one go); sentence marks behind are not its own."""
    if state.linkLevel or state.src[state.pos] != ":":
        return False
    scheme = _SCHEME.search(
        state.pending[-len("-https") :]
    )  # from its beginning, many colons would take seconds
    rest = _REST.match(state.src, state.pos) if scheme else None
    if scheme is None or rest is None:
        return False
    address = scheme.group() + rest.group()
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme.group())]
        state.push("link_open", "a", 1).attrs = {
            "class": "bare",
            "href": href,
        }  # on paper the address of any other link stands behind it
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos = rest.end()
    return True


def _render_mention(_renderer: Any, tokens: Any, index: int, _options: Any, _env: Any) -> str:
    name = tokens[index].content.replace("'", "&#39;")
    return f'<span class="mention">{name}</span>'
