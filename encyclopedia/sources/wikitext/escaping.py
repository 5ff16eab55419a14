"""Plain words inside Markdown: signs that would mean something are escaped, and blocks are kept apart by blank lines."""

import re

_SIGNS = re.compile(r"[\\`*\[\]<~|]|(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"^( {0,3})([#>+-]|=+$|\d{1,9}[.)](?=\s|$)|!!!|:(?=\s))", re.MULTILINE)
_NUMBER = re.compile(r"\d+")
_LIST = re.compile(r"^\s*(- |1\. |> |: )")


def escape(text: str, *, at_line_start: bool) -> str:
    """Return plain text as Markdown that shows the same signs."""
    text = _SIGNS.sub(r"\\\g<0>", text)
    first, newline, rest = text.partition("\n")
    if at_line_start:
        first = _LINE_START.sub(_guard, first)
    return first + newline + _LINE_START.sub(_guard, rest)


def _guard(found: re.Match[str]) -> str:
    sign = found[2]
    number = _NUMBER.match(sign)
    return f"{found[1]}{number[0]}\\{sign[number.end() :]}" if number else f"{found[1]}\\{sign}"


def spaced(markdown: str) -> str:
    """Return Markdown in which lists, headings and quotations have blank lines around them, and nowhere more than one."""
    lines: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        marks = re.match(r"`{3,}", line)
        if not fence and lines and lines[-1].strip() and _needs_gap(lines[-1], line):
            lines.append("")
        if marks and (not fence or line.strip() == fence):
            fence = "" if fence else marks[0]
        lines.append(line.rstrip() if not fence else line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _needs_gap(before: str, line: str) -> bool:
    if not line.strip():
        return False
    if line.startswith("#") or before.startswith("#"):
        return True
    in_list, was_list = bool(_LIST.match(line)), bool(_LIST.match(before))
    if line.startswith(": ") or (was_list and line.startswith("  ")):
        return False  # a definition follows its term; an indented line belongs to its item
    return in_list != was_list


def code(text: str) -> str:
    """Return text as inline code, or as a fenced block where it has several lines."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    if "\n" in text:
        fence = "`" * max(3, longest + 1)
        return f"\n\n{fence}\n{text.strip(chr(10))}\n{fence}\n\n"
    marks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{pad}{text}{pad}{marks}"


def wrapped(text: str, marks: str) -> str:
    """Return text between emphasis marks, with its outer blanks outside them (inside, the marks would not count)."""
    bare = text.strip()
    if not bare:
        return text
    start = text.index(bare)
    return f"{text[:start]}{marks}{bare}{marks}{text[start + len(bare) :]}"
