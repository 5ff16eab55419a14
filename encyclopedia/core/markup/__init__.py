"""The encyclopedia's markup: CommonMark with tables, footnotes, definition lists, admonitions, wikilinks, citations and media."""

from encyclopedia.core.markup.citing import Citation
from encyclopedia.core.markup.cleaning import normalise, slugify
from encyclopedia.core.markup.document import Document, parse, render, sanitise
from encyclopedia.core.markup.sections import replace_section, section_text, sections
from encyclopedia.core.markup.shapes import (
    EntryTarget,
    Heading,
    MediaTarget,
    Numbering,
    Parsed,
    Rendered,
    Resolve,
    Section,
)

__all__ = [
    "Citation",
    "Document",
    "EntryTarget",
    "Heading",
    "MediaTarget",
    "Numbering",
    "Parsed",
    "Rendered",
    "Resolve",
    "Section",
    "normalise",
    "parse",
    "render",
    "replace_section",
    "sanitise",
    "section_text",
    "sections",
    "slugify",
]
