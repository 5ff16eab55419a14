"""Tells texts that would take the parser too long: each tag that stays open is looked for to the end of the text."""

import re
from collections import Counter

MOST_OPEN = 200

_OPEN_TAG = re.compile(r"<([a-zA-Z]+)\b[^<>]{0,500}>")
_CLOSING_TAG = re.compile(r"</([a-zA-Z]+)\s*>")
_LONG_RUN = re.compile(r"^[*#:;]{100}", re.MULTILINE)
_PAIRS = (("{|", "|}"), ("<!--", "-->"), ("{{", "}}"), ("[", "]"))
_VOID = frozenset({"br", "hr", "wbr", "references"})


def is_tangled(wikitext: str) -> bool:
    """Whether so many tags or tables stay open, or list signs follow one another, that parsing would take a time quadratic in them."""
    opened = Counter(
        found[1].casefold() for found in _OPEN_TAG.finditer(wikitext) if not found[0].endswith("/>")
    )
    closed = Counter(found[1].casefold() for found in _CLOSING_TAG.finditer(wikitext))
    if any(wikitext.count(start) - wikitext.count(end) > MOST_OPEN for start, end in _PAIRS):
        return True
    if _LONG_RUN.search(wikitext):
        return True
    return any(count - closed[name] > MOST_OPEN for name, count in opened.items() if name not in _VOID)
