"""The table behind `/scale`. Its figures are invented."""

from pathlib import Path

import pytest

from collab_chat.core.reach import read_table, standing
from common.errors import Invalid

HEAD = "platform,measure,at_least,meaning_en,meaning_fr,dated,source\n"
TABLE = HEAD + (
    "any,shares,1000,Invented: some,Inventé : quelques,2026-01-01,invented for a test\n"
    "any,shares,100000,Invented: many,Inventé : beaucoup,2026-01-01,invented for a test\n"
    "tiktok,views,1000,Invented: few views,,2026-01-01,invented for a test\n"
)
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "alerts-in.md"


def test_the_highest_line_that_a_number_reaches_counts() -> None:
    figures = read_table("\ufeff" + TABLE)
    assert [one.meaning["en"] for one in standing(figures, 12_000, "shares", "")] == ["Invented: some"]
    assert [one.meaning["en"] for one in standing(figures, 100_000, "shares", "")] == ["Invented: many"]
    assert standing(figures, 999, "shares", "") == []
    assert len(standing(figures, 12_000, "", "")) == 2


def test_a_platform_that_is_not_in_the_table_has_the_lines_for_any() -> None:
    figures = read_table(TABLE)
    assert [one.platform for one in standing(figures, 5_000, "shares", "facebook")] == ["any"]
    assert [one.platform for one in standing(figures, 5_000, "views", "tiktok")] == ["tiktok"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "lacks"),
        (HEAD, "empty"),
        (HEAD + "x y,shares,1,a,b,2026-01-01,s\n", "Line 2: “platform”"),
        (HEAD + "x,shares,many,a,b,2026-01-01,s\n", "at_least"),
        (HEAD + "x,shares,1,,,2026-01-01,s\n", "language"),
        (HEAD + "x,shares,1,a,b,yesterday,s\n", "dated"),
        (HEAD + "x,shares,1,a,b,2026-01-01,\n", "source"),
        (HEAD + "x,shares,1," + "a" * 501 + ",b,2026-01-01,s\n", "longer"),
    ],
)
def test_each_wrong_line_is_named(table: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_table(table)


def test_the_guides_example_is_a_table() -> None:
    example = GUIDE.read_text().split("```csv\n")[1].split("```")[0]
    figures = read_table(example)
    assert all("invented" in one.source for one in figures)
