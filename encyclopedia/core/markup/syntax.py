"""The marks that Markdown lacks: wikilinks, citations, calls of footnotes, as inline rules for markdown-it."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from encyclopedia.core.markup.citing import CITATION, read_citations
from encyclopedia.core.markup.cleaning import slugify
from encyclopedia.core.markup.limits import DELIMITERS

# Stands for the "|" of a wikilink while tables are cut at "|"; a noncharacter, so no stored text holds it.
BAR = "\ufdd0"
WIKILINK = re.compile(rf"\[\[([^\[\]|\n{BAR}]{{1,200}})(?:[|{BAR}]([^\[\]\n{BAR}]{{1,300}}))?\]\]")
_BARRED = re.compile(r"(\[\[[^\[\]|\n\\]{1,200})\\?\|(?=[^\[\]\n]{1,300}\]\])")
_NOTE = re.compile(r"\[\^([^\s\]]{1,100})\]")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,118}")


def wikilink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """Read ``[[slug]]``, ``[[slug|words]]``, ``[[slug#section]]`` and ``[[#section]]`` (a section of the same text)."""
    if not state.src.startswith("[[", state.pos):
        return False
    found = WIKILINK.match(state.src, state.pos, state.posMax)
    if found is None or not found[1].strip():
        return False
    if not silent:
        target, _, fragment = found[1].strip().partition("#")
        words = (found[2] or "").strip()
        token = state.push("wikilink", "", 0)
        token.content = words or target.strip().replace("-", " ") or fragment.strip()
        token.meta = {
            "slug": as_slug(target.strip()),
            "words": words,
            "fragment": f"s-{slugify(fragment)}" if fragment.strip() else "",
        }
    state.pos = found.end()
    return True


def citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """Read ``[@key]``, ``[@key, p. 3]`` and ``[@key; @other, p. 5]``."""
    if not state.src.startswith("[@", state.pos):
        return False
    found = CITATION.match(state.src, state.pos, state.posMax)
    citations = read_citations(found[1]) if found else ()
    if found is None or not citations:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"citations": citations}
    state.pos = found.end()
    return True


def footnote(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """Read ``[^label]``. In place of the plugin's rule, which reads to the end of the line at each "[^": quadratic."""
    if not state.src.startswith("[^", state.pos):
        return False
    found = _NOTE.match(state.src, state.pos, state.posMax)
    notes = state.env.get("footnotes")
    if found is None or not notes or f":{found[1]}" not in notes["refs"]:
        return False
    if not silent:
        name = f":{found[1]}"
        if notes["refs"][name] < 0:
            notes["refs"][name] = len(notes["list"])
            notes["list"][notes["refs"][name]] = {"label": found[1], "count": 0}
        note = notes["list"][notes["refs"][name]]
        token = state.push("footnote_ref", "", 0)
        token.meta = {"id": notes["refs"][name], "subId": note["count"], "label": found[1]}
        note["count"] += 1
    state.pos = found.end()
    return True


def as_slug(target: str) -> str:
    """Return the slug that a wikilink means: itself, or what its words become ("" for a section of the same text)."""
    return target if not target or _SLUG.fullmatch(target) else slugify(target)


def shield_bars(text: str) -> str:
    """Return the text with the "|" of wikilinks shielded from tables; as long as the original but for a backslash before "|"."""
    text = text.replace(BAR, "\ufffd")
    return _BARRED.sub(rf"\1{BAR}", text) if "[[" in text and DELIMITERS.search(text) else text


def install(parser: MarkdownIt) -> None:
    """Teach a parser the rules of this module; the footnotes' plugin comes first."""
    parser.inline.ruler.before("link", "wikilink", wikilink)
    parser.inline.ruler.before("link", "citation", citation)
    parser.inline.ruler.at("footnote_ref", footnote)
