"""Wikitext's list signs as Markdown's, and the text written so far, of which only the end is looked at."""

DEEPEST = 12
TAIL = 2_000  # characters: enough to see the line before


class Written:
    """Text that grows piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.tail = ""

    def add(self, piece: str) -> None:
        """Add a piece. What begins a definition follows its term without blanks between."""
        if piece.startswith("\n: ") and self.pieces:
            self.pieces[-1] = self.pieces[-1].rstrip()
        self.pieces.append(piece)
        self.tail = (self.tail + piece)[-TAIL:]

    @property
    def at_line_start(self) -> bool:
        """Whether the next piece begins a line."""
        return not self.tail or self.tail.endswith("\n")

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)


def list_mark(prefix: str, before: str) -> str:
    """Return the Markdown for list signs: `**` is a list's second level, `;` a term, `:` its definition or an indent."""
    prefix = prefix[:DEEPEST]
    last = prefix[-1]
    if last == ";":
        return "\n" if before.endswith("\n") and not before.endswith("\n\n") else ""
    if set(prefix) <= {":"}:
        return ": " if prefix == ":" and _is_term(before) else "> " * len(prefix)
    indent = "".join("   " if sign == "#" else "  " for sign in prefix[:-1])
    return indent + {"*": "- ", "#": "1. ", ":": "  "}.get(last, "- ")


def _is_term(before: str) -> bool:
    """Whether the line before is a term or a definition, so that a `:` continues it."""
    line = before.rstrip("\n").rpartition("\n")[2]
    return "\n" in before and not before.endswith("\n\n") and bool(line) and line[0] not in ">-#"
