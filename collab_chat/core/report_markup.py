"""Reports as safe HTML, and as Typst to print: a message's Markdown, with headings and tables. Nothing of HTML goes through."""

from collections.abc import Sequence
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_WRAPS = {
    "paragraph": ("\n", "\n#parbreak()\n"),
    "strong": ("#strong[", "]"),
    "em": ("#emph[", "]"),
    "s": ("#strike[", "]"),
    "bullet_list": ("\n#list(", ")\n"),
    "ordered_list": ("\n#enum(", ")\n"),
    "list_item": ("[", "],"),
    "blockquote": ("\n#quote(block: true)[", "]\n"),
    "th": ("[#strong[", "]],"),
    "td": ("[", "],"),
}


def report_html(text: str, *, deeper: int = 2) -> str:
    """Return a report's HTML. `deeper`: levels by which its headings stand beneath a page's own."""
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + deeper)}"
    made = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )


def report_typst(text: str) -> str:
    """Return a report as Typst markup (https://typst.app/docs/reference/); every piece of text goes in as a string."""
    return _blocks(_parser().parse(text))


def literal(text: str) -> str:
    """Return text as a Typst string literal."""
    plain = "".join(letter for letter in text if letter >= " " or letter == "\n")
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def quoted(text: str) -> str:
    """Return text as a string in markup: nothing in it is read as markup or code."""
    return f"#{literal(text)};"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False})
    return parser.enable(["strikethrough", "table"]).disable(["image", "html_block", "html_inline"])


def _blocks(tokens: Sequence[Token]) -> str:
    made = []
    for place, token in enumerate(tokens):
        if token.type == "inline":
            made.append("".join(map(_inline, token.children or [])))
        elif token.type == "heading_open":
            made.append(f"\n#heading(level: {min(6, int(token.tag[1]) + 1)}, outlined: false)[")
        elif token.type == "table_open":
            made.append(f"\n#table(columns: {_columns(tokens[place:])}, stroke: 0.4pt + gray, ")
        elif token.type in {"fence", "code_block"}:
            made.append(f"\n#raw(block: true, {literal(token.content.rstrip())})\n")
        else:
            made.append(_wrapped(token))
    return "".join(made)


def _wrapped(token: Token) -> str:
    fixed = {"heading_close": "]\n", "hr": "\n#line(length: 100%, stroke: 0.4pt)\n", "table_close": ")\n"}
    if token.type in fixed:
        return fixed[token.type]
    name, _line, end = token.type.rpartition("_")
    if name == "paragraph" and token.hidden:
        return ""
    return _WRAPS[name][end == "close"] if name in _WRAPS else ""


def _inline(token: Token) -> str:
    match token.type:
        case "code_inline":
            return f"#raw({literal(token.content)})"
        case "softbreak":
            return '#" ";'
        case "hardbreak":
            return "#linebreak()"
        case "link_open":
            href = str(token.attrs.get("href", ""))
            return (
                f"#link({literal(href)})[" if href.startswith(("http://", "https://", "mailto:")) else "#box["
            )
        case "link_close":
            return "]"
    return _wrapped(token) or (quoted(token.content) if token.content else "")


def _columns(tokens: Sequence[Token]) -> int:
    count = 0
    for token in tokens:
        count += token.type == "th_open"
        if token.type == "tr_close":
            break
    return max(1, count)
