"""A difference as the rows of a table, in the way of MediaWiki's: a marker and a cell for each side."""

from html import escape

from encyclopedia.core.diff import Line, LineKind, diff
from encyclopedia.core.diff import Span as Words


def table_rows(old: str, new: str) -> str:
    """Return the rows; nothing where the texts are the same."""
    rows = []
    for hunk in diff(old, new).hunks:
        rows.append(
            f'<tr><td colspan="2" class="diff-lineno">Line {hunk.old_start}:</td>'
            f'<td colspan="2" class="diff-lineno">Line {hunk.new_start}:</td></tr>'
        )
        rows += [_row(line) for line in hunk.lines]
    return "\n".join(rows)


def _row(line: Line) -> str:
    if line.kind is LineKind.SAME:
        cell = f'<td class="diff-marker"></td><td class="diff-context"><div>{_shown(line.new_spans, "")}</div></td>'
        return f"<tr>{cell}{cell}</tr>"
    old = _cell(line.old_spans, "deleted", "−", "del") if line.old_number is not None else _EMPTY
    new = _cell(line.new_spans, "added", "+", "ins") if line.new_number is not None else _EMPTY
    return f"<tr>{old}{new}</tr>"


_EMPTY = '<td colspan="2" class="diff-empty"></td>'


def _cell(spans: tuple[Words, ...], side: str, marker: str, tag: str) -> str:
    return (
        f'<td class="diff-marker" data-marker="{marker}"></td>'
        f'<td class="diff-{side}line diff-side-{side}"><div>{_shown(spans, tag)}</div></td>'
    )


def _shown(spans: tuple[Words, ...], tag: str) -> str:
    return "".join(
        f'<{tag} class="diffchange diffchange-inline">{escape(span.text)}</{tag}>'
        if span.changed and tag
        else escape(span.text)
        for span in spans
    )
