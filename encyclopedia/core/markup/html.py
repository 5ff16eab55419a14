"""Tokens as HTML. What is written here is trusted by nobody: `document` sanitises all of it afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from common.i18n import gettext as _
from encyclopedia.core.markup.citing import Citation
from encyclopedia.core.markup.reading import media_name
from encyclopedia.core.markup.settling import ADMONITIONS, plain_of
from encyclopedia.core.markup.shapes import Heading, MediaTarget, Numbering, Resolve

Options = Mapping[str, Any]
Env = Mapping[str, Any]


@dataclass
class Page:
    """What rendering one text needs: passed through markdown-it's environment as "page"."""

    resolve: Resolve
    numbering: Numbering
    headings: Sequence[Heading]
    next_heading: int = 0
    first_note: int = 0  # footnotes shown on the page before this text

    def heading(self) -> Heading:
        """Return the heading that is being rendered, the next one from now on."""
        self.next_heading += 1
        return self.headings[self.next_heading - 1]


class Html(RendererHTML):
    """The rendering of each kind of token that differs from markdown-it's own; the methods bear the tokens' names."""

    def heading_open(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Open a heading; the page's title is the only one of level 1."""
        level = max(2, int(tokens[idx].tag[1]))
        heading = env["page"].headings[env["page"].next_heading]
        return f'<div class="heading"><h{level} id="{escape(heading.id)}">'

    def heading_close(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Close a heading, with the link that edits its section."""
        page: Page = env["page"]
        heading, edit = page.heading(), page.resolve.edit_section
        link = ""
        if edit is not None and heading.section:
            label = escape(_("Edit section: %(title)s") % {"title": heading.text})
            href = escape(edit(heading.section))
            link = f'<a class="edit-section" href="{href}" aria-label="{label}">{escape(_("Edit"))}</a>'
        return f"</h{max(2, int(tokens[idx].tag[1]))}>{link}</div>\n"

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: Options, env: Env) -> str:
        """Open a paragraph, or a figure where a picture with a title stands alone."""
        if _figure_of(tokens, idx + 1) is not None:
            return "<figure>"
        return self.renderToken(tokens, idx, options, env)  # type: ignore[arg-type]  # the options' class is not exported

    def paragraph_close(self, tokens: Sequence[Token], idx: int, options: Options, env: Env) -> str:
        """Close it, the picture's title as its caption."""
        figure = _figure_of(tokens, idx - 1)
        if figure is not None:
            return f"<figcaption>{escape(str(figure.attrs['title']))}</figcaption></figure>\n"
        return self.renderToken(tokens, idx, options, env)  # type: ignore[arg-type]  # as above

    def wikilink(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Link to an entry; a missing one leads to the address that creates it."""
        token = tokens[idx]
        slug, fragment = token.meta["slug"], token.meta["fragment"]
        if not slug:
            return f'<a href="#{escape(fragment)}">{escape(token.content)}</a>'
        target = env["page"].resolve.entry(slug)
        known = token.meta["words"] or (target.title if target.exists else token.content)
        href = target.href + (f"#{fragment}" if fragment and target.exists else "")
        kind = "wikilink" if target.exists else "wikilink missing"
        return f'<a class="{kind}" href="{escape(href)}">{escape(known)}</a>'

    def citation(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Show the numbers of the sources cited; the page's list of references has the ids that they lead to."""
        return "".join(_mention(citation, env["page"]) for citation in tokens[idx].meta["citations"])

    def image(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Show a picture of the media library; others have become links before."""
        token = tokens[idx]
        name = media_name(str(token.attrs["src"]))
        target = env["page"].resolve.media(name)
        words = plain_of(token.children)
        if target is None:
            return f'<span class="missing-media">{escape(words or name)}</span>'
        return _picture(target, words)

    def link_open(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Open a link; one that leads elsewhere says so and lends no weight."""
        href = str(tokens[idx].attrs["href"])
        kind = ""
        if href.startswith("media:"):
            target = env["page"].resolve.media(media_name(href))
            href, kind = (target.src, ' class="media"') if target else ("", ' class="missing-media"')
        elif href.lower().startswith(("http://", "https://")):
            kind = ' class="external" rel="nofollow noopener external"'
        title = tokens[idx].attrs.get("title")
        return (
            f'<a href="{escape(href)}"{kind}' + (f' title="{escape(str(title))}"' if title else "") + ">"
            if href
            else f"<a{kind}>"
        )

    def table_open(self, _tokens: Sequence[Token], _idx: int, _options: Options, _env: Env) -> str:
        """Open a table in a box that scrolls, so that a wide one does not widen the page."""
        return '<div class="table-scroll"><table>\n'

    def table_close(self, _tokens: Sequence[Token], _idx: int, _options: Options, _env: Env) -> str:
        """Close both."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, _options: Options, _env: Env) -> str:
        """Open a column's head."""
        kind = tokens[idx].attrs.get("class")
        return f'<th scope="col" class="{kind}">' if kind else '<th scope="col">'

    def admonition_open(self, tokens: Sequence[Token], idx: int, _options: Options, _env: Env) -> str:
        """Open a set-off remark of one of the four kinds; an unknown kind is a note."""
        return f'<div class="admonition {tokens[idx].meta["tag"]}">\n'

    def admonition_title_open(self, _tokens: Sequence[Token], _idx: int, _options: Options, _env: Env) -> str:
        """Open its title."""
        return '<p class="admonition-title">'

    def footnote_ref(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Show a footnote's number."""
        number, anchor = _note(tokens[idx], env["page"])
        return f'<sup class="footnote"><a id="fnref-{anchor}" href="#fn-{number}">{number}</a></sup>'

    def footnote_block_open(self, _tokens: Sequence[Token], _idx: int, _options: Options, env: Env) -> str:
        """Open the list of footnotes."""
        return f'<ol class="footnotes" start="{env["page"].first_note + 1}">\n'

    def footnote_block_close(self, _tokens: Sequence[Token], _idx: int, _options: Options, _env: Env) -> str:
        """Close it."""
        return "</ol>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Open a footnote."""
        number, _anchor = _note(tokens[idx], env["page"])
        env["page"].numbering.notes = max(env["page"].numbering.notes, number)
        return f'<li id="fn-{number}">'

    def footnote_close(self, _tokens: Sequence[Token], _idx: int, _options: Options, _env: Env) -> str:
        """Close it."""
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, _options: Options, env: Env) -> str:
        """Link back from a footnote to where it is called."""
        _number, anchor = _note(tokens[idx], env["page"])
        return f' <a href="#fnref-{anchor}" aria-label="{escape(_("Back to the text"))}">↩</a>'

    def admonition_name(self, tokens: Sequence[Token], idx: int, _options: Options, _env: Env) -> str:
        """Name the kind of a remark that has no title of its own."""
        return escape(_(ADMONITIONS[tokens[idx].content]))


@cache
def renderer() -> Html:
    """Return the renderer; it keeps no state."""
    return Html()


def _mention(citation: Citation, page: Page) -> str:
    where = f", {escape(citation.locator)}" if citation.locator else ""
    if not page.resolve.knows_source(citation.key):
        return f'<span class="unknown-source">[?{escape(citation.key)}{where}]</span>'
    number, anchor = page.numbering.cite(citation.key)
    key = escape(citation.key)
    return f'<sup class="citation"><a id="{escape(anchor)}" href="#ref-{key}">[{number}{where}]</a></sup>'


def _picture(target: MediaTarget, words: str) -> str:
    size = f' width="{target.width}" height="{target.height}"' if target.width and target.height else ""
    picture = f'<img src="{escape(target.src)}" alt="{escape(words or target.alt)}"{size} loading="lazy">'
    return f'<a class="media" href="{escape(target.page)}">{picture}</a>' if target.page else picture


def _figure_of(tokens: Sequence[Token], idx: int) -> Token | None:
    """Return the picture that is alone in a paragraph and has a title."""
    children = tokens[idx].children or []
    alone = len(children) == 1 and children[0].type == "image" and not tokens[idx - 1].hidden
    return children[0] if alone and children[0].attrs.get("title") else None


def _note(token: Token, page: Page) -> tuple[int, str]:
    """Return a footnote's number on the page, and the id of this call of it."""
    number, again = page.first_note + token.meta["id"] + 1, token.meta.get("subId", 0)
    return number, f"{number}-{again + 1}" if again else str(number)
