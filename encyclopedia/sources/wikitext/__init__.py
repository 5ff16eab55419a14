"""Wikitext to our Markdown: what has no counterpart is kept visibly and reported."""

from encyclopedia.sources.wikitext.convert import Converted, to_markdown

__all__ = ["Converted", "to_markdown"]
