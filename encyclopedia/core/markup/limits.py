"""What is too much for the parser, told before it is tried.

Parsing costs some 0.3 µs a character, 30 µs a line and 12 µs a sign that may be markup. A text made to be slow can cost
hundreds of times more than an article of its length, so its cost is estimated from counts, which is itself linear and quick.
The weights below bound what was measured for about 150 hostile shapes.
"""

import math
import re

DEEPEST = 20  # levels of nested blocks (a list in a list takes two), and of brackets within a line
LONGEST_MARKS = 400  # characters
MOST_WORK = 60_000  # in steps of about 10 µs
PER_CHARACTER, PER_LINE, PER_CELL = 0.05, 4.0, 1.5
# An opening bracket may begin five things; quotation marks and ">" cost only once escaped, in the sanitiser; the last
# group stops the parser at each of them, for plugins or for rules and tables that turn out to be none.
PER_SIGN = {
    "[": 1.8,
    **dict.fromkeys("]*_`~!<&\\@:", 1.2),
    '"': 0.3,
    ">": 0.3,
    **dict.fromkeys("#|{}$%+=^", 0.2),
    "-": 0.25,
}

_DEPTH = re.compile(r"^([ \t]*)((?:>[ \t]?|[*+-][ \t]+|\d{1,9}[.)][ \t]+)*)", re.MULTILINE)
_MARKER = re.compile(r"[>*+.)-]")
DELIMITERS = re.compile(r"^[ \t>]*[|:-][-:| \t]*$", re.MULTILINE)  # maybe the second line of a table


def is_too_much(text: str) -> bool:
    """Say whether parsing a text would take unreasonably long; it is then shown as it was typed."""
    return work(text) > MOST_WORK


def work(text: str) -> float:
    """Estimate what parsing and rendering a text costs, in steps of about 10 µs."""
    lines = text.count("\n") + 1
    signs = sum(weight * text.count(sign) for sign, weight in PER_SIGN.items())
    flat = PER_CHARACTER * len(text) + PER_LINE * lines + signs
    if flat > MOST_WORK:
        return flat
    return flat + PER_LINE * lines * _depth(text) / 8 + PER_CELL * _cells(text)


def _depth(text: str) -> float:
    """Return how deep blocks may be nested, at most DEEPEST: each line inside is tried against each block around it.

    A line that opens with some hundred marks is beyond all depth: the parser would read it to its end at each of them.
    """
    depth = 0
    for found in _DEPTH.finditer(text):
        if len(found[2]) > LONGEST_MARKS:
            return math.inf
        depth = max(depth, len(found[1]) // 2 + len(_MARKER.findall(found[2][:200])))
        if depth >= DEEPEST:
            return DEEPEST
    return depth


def _cells(text: str) -> int:
    """Count the cells that tables may have, the empty ones which the parser adds included."""
    cells = 0
    for found in DELIMITERS.finditer(text):
        if "|" not in found[0]:
            continue
        end = text.find("\n\n", found.end())
        rows = 2 + text.count("\n", found.end(), end if end >= 0 else len(text))
        cells += rows * found[0].count("|")
        if cells * PER_CELL > MOST_WORK:
            break
    return cells
