"""Wikitext tables to Markdown tables: one header row, cells of one line."""

import re
from collections.abc import Callable

from mwparserfromhell.nodes import Tag

Inline = Callable[[object], str]


def table(tag: Tag, inline: Inline) -> str:
    """Return a table. Without a header row of its own it gets an empty one, since Markdown needs one."""
    rows = [(_is_header(row), _cells(row, inline)) for row in _rows(tag)]
    rows = [(header, cells) for header, cells in rows if cells]
    if not rows:
        return ""
    width = max(len(cells) for _, cells in rows)
    head = rows.pop(0)[1] if rows[0][0] else [""] * width
    lines = [_line(head, width), _line(["---"] * width, width), *(_line(cells, width) for _, cells in rows)]
    return "\n\n" + "\n".join(lines) + "\n\n"


def _rows(tag: Tag) -> list[list[Tag]]:
    """Return the rows' cells; cells that stand before the first row mark are a row too."""
    loose: list[Tag] = []
    rows: list[list[Tag]] = []
    for node in tag.contents.nodes:
        if not isinstance(node, Tag):
            continue
        name = str(node.tag).casefold()
        if name in ("td", "th"):
            loose.append(node)
        elif name == "tr":
            rows.append(
                [
                    cell
                    for cell in node.contents.nodes
                    if isinstance(cell, Tag) and str(cell.tag).casefold() in ("td", "th")
                ]
            )
        elif name in ("tbody", "thead"):
            rows.extend(_rows(node))
    return [loose, *rows] if loose else rows


def _is_header(row: list[Tag]) -> bool:
    return bool(row) and all(str(cell.tag).casefold() == "th" for cell in row)


def _cells(row: list[Tag], inline: Inline) -> list[str]:
    return [re.sub(r"\s+", " ", re.sub(r"(?<!\\)\|", r"\\|", inline(cell.contents))).strip() for cell in row]


def _line(cells: list[str], width: int) -> str:
    return "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"
