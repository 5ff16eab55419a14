"""Texts made to be slow: what counts is that the work is bounded, told by counting calls rather than by the clock."""

import sys

import pytest

from encyclopedia.core.markup import Document, EntryTarget, Resolve, sections
from encyclopedia.core.markup.limits import MOST_WORK, work

RESOLVE = Resolve(lambda slug: EntryTarget("/e", slug, exists=True), lambda _key: True, lambda _name: None)
MEGABYTE = 1_000_000


def flood(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def stairs(piece: str, length: int) -> str:
    lines: list[str] = []
    size = 0
    while size < length:
        lines.append("  " * len(lines) + piece)
        size += len(lines[-1])
    return "".join(lines)


def references(length: int) -> str:
    return "".join(f"[r{number}]: /u\n" for number in range(length // 12))


def wide_table(length: int) -> str:
    columns = length // 8
    return f"{'|a' * columns}|\n{'|-' * columns}|\n{'|a' * columns}|\n"


SHAPES = {
    **{piece: flood(piece, MEGABYTE) for piece in (
        "[", "[[", "[[a|", "![", "](", "[a](", "[@", "[^", ">", "> ", "- ", "1. ", "*_", "**a", "_a ", "~~", "(", "`", "`a``b```c ", "&", "&amp;",
        "<", "<a ", "<http://a>", "\\", '"', "'", "# a\n", "#", " #", "- a\n", "a\n: b\n", "!!! note\n", "[r]: /u\n", "[r\n", "|a|b|\n", "|-",
        "\n", "\t", " ", "http://", "```\n", "[^a]: x\n", "> a\n\n", "a\n=\n", "😀", "\u00a0", "[[a]] ", "[@k] ",
    )},
    "nested list": stairs("- a\n", MEGABYTE),
    "nested remarks": stairs("!!! note\n", MEGABYTE),
    "lazy lines": ">" * 19 + " a\n" + flood("b\n", MEGABYTE),
    "deep lines": "- " * 9 + "a\n" + flood("\n\n" + " " * 18 + "b\n", MEGABYTE),
    "reference flood": references(MEGABYTE),
    "wide table": wide_table(MEGABYTE),
    "filled table": "|a" * 250 + "|\n" + "|-" * 250 + "|\n" + flood("|a\n", MEGABYTE),
    "a table that is none": flood("|-", MEGABYTE) + "x",
    "a rule that is none": flood("-", MEGABYTE) + "x",
    "calls of notes": "[^a]: x\n\n" + flood("[^", MEGABYTE),
    "backtick stairs": "".join("`" * number + " " for number in range(1_400)),
}  # fmt: skip


def calls(text: str) -> int:
    """Count the Python calls that reading and rendering a text take."""
    count = 0

    def one(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(one)
    try:
        document = Document(text, "en")
        document.render(RESOLVE)
        assert document.parsed.words >= 0
    finally:
        sys.setprofile(before)
    return count


def first_part(text: str, most_work: float) -> str:
    """Return the longest beginning of a text (to a tenth) whose estimated work is at most `most_work`."""
    length = len(text)
    while work(text[:length]) > most_work:
        length = length * 9 // 10
    return text[:length]


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_the_estimate_bounds_the_work_on_a_hostile_text(name: str) -> None:
    half, whole = (first_part(SHAPES[name], MOST_WORK / share) for share in (32, 16))
    steps, more_steps = calls(half), calls(whole)

    assert more_steps < 130 * MOST_WORK / 16
    assert more_steps < 2.8 * steps * max(1.0, len(whole) / (2 * len(half))) + 1_000


@pytest.mark.parametrize(
    "piece", ["[", "![", "[^", "**a", "`a``b```c ", "> a\n\n", "- a\n", "# a\n", "|a|b|\n"]
)
def test_twice_the_text_is_about_twice_the_work(piece: str) -> None:
    once, twice = (calls("[^a]: x\n\n" + flood(piece, length)) for length in (1_000, 2_000))

    assert twice < 2.6 * once


def test_what_is_too_much_is_kept_and_shown_as_typed() -> None:
    text = flood("[a](", MEGABYTE)
    document = Document(text, "en")

    assert document.parsed.plain_only
    assert document.render(RESOLVE).plain_only
    assert text in document.render(RESOLVE).html
    assert [(section.start, section.end) for section in sections(text)] == [(0, MEGABYTE)]


def test_a_long_article_is_within_bounds() -> None:
    paragraph = "The [[network-mapping]] of *several* campaigns was described [@meta-2024, p. 3] in [reports](https://example.org/a).\n\n"
    text = "## Part\n\n" + flood(paragraph, 150_000)

    assert work(text) < MOST_WORK
    assert not Document(text, "en").parsed.plain_only
