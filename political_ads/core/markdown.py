"""Guidelines and campaigns' words: CommonMark without HTML, images or anything that loads."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

LOWEST = 6  # the last heading level that HTML has
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}  # model cards have some
TAGS = {"p", "br", "hr", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote", "a", *TABLE} | {
    f"h{level}" for level in range(1, LOWEST + 1)
}


def to_html(text: str, *, below: int = 1) -> str:
    """Return a text as sanitised HTML. Its highest heading stands one level under `below` (1 to 5)."""
    tokens = _parser().parse(text)
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = below + 1 - min(levels, default=below + 1)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(LOWEST, max(1, int(token.tag[1]) + shift))}"
    html: str = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
