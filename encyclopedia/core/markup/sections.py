"""The sections of a text, by character offsets, so that one can be edited alone."""

import re
from itertools import pairwise

from common.errors import NotFound
from common.i18n import gettext as _
from encyclopedia.core.markup.parser import blocks_of
from encyclopedia.core.markup.shapes import Section

_LINE_END = re.compile(r"\r\n|\r|\n")


def sections(text: str) -> tuple[Section, ...]:
    """Return section 0 (what precedes all headings) and one for each heading on the text's top level.

    A section includes its sub-sections, as in MediaWiki. A text that is too much to parse is one section 0.
    """
    tokens = blocks_of(text) or []
    starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
    heads = [
        (int(token.tag[1]), inline.content, starts[token.map[0]])
        for token, inline in pairwise(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]
    found = [Section(0, 0, "", 0, heads[0][2] if heads else len(text))]
    for place, (level, title, start) in enumerate(heads):
        ends = (later for other, _title, later in heads[place + 1 :] if other <= level)
        found.append(Section(place + 1, level, title, start, next(ends, len(text))))
    return tuple(found)


def section_text(text: str, number: int) -> str:
    """Return the text of a section. Raises NotFound where there is none of that number."""
    section = _section(text, number)
    return text[section.start : section.end]


def replace_section(text: str, number: int, new: str) -> str:
    """Return the text with one section (and its sub-sections) replaced. Raises NotFound as above.

    All else stays as it was, but for a blank line between the new section and what follows it.
    """
    section = _section(text, number)
    before, old, after = text[: section.start], text[section.start : section.end], text[section.end :]
    if new != old and new and after:
        new = new.rstrip("\n") + "\n\n"
    return before + new + after


def _section(text: str, number: int) -> Section:
    found = sections(text)
    if not 0 <= number < len(found):
        raise NotFound(_("This text has no section of that number any more."))
    return found[number]
