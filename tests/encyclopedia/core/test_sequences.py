"""The matching under differences and merges: true matches in order, by whichever way it can afford."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core import sequences
from encyclopedia.core.sequences import gaps, match_lines, match_words, words

ITEMS = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@pytest.mark.parametrize("affordable", [True, False], ids=["blocks", "repetitive"])
@pytest.mark.parametrize("match", [match_lines, match_words])
def test_matches_are_equal_runs_in_order_and_gaps_are_the_rest(match, affordable, monkeypatch) -> None:
    if not affordable:
        monkeypatch.setattr(sequences, "BLOCK_BUDGET", 0)

    @given(ITEMS, ITEMS)
    def holds(a: list[str], b: list[str]) -> None:
        covered_a, covered_b = [], []
        for found in match(a, b):
            assert found.size > 0
            assert a[found.a : found.a + found.size] == b[found.b : found.b + found.size]
            covered_a += range(found.a, found.a + found.size)
            covered_b += range(found.b, found.b + found.size)
        for gap in gaps(match(a, b), len(a), len(b)):
            covered_a += range(gap.a, gap.a_end)
            covered_b += range(gap.b, gap.b_end)
        assert sorted(covered_a) == list(range(len(a)))
        assert sorted(covered_b) == list(range(len(b)))

    holds()


def test_unique_lines_anchor_the_match_rather_than_blank_ones() -> None:
    old = ["intro", "", "alpha", "", "", "", "omega"]
    new = ["", "", "", "intro", "", "alpha", "omega"]
    assert [old[found.a] for found in match_lines(old, new)] == ["intro", "omega"]


def test_few_edits_among_thousands_of_equal_lines_are_found() -> None:
    old = ["x"] * 5_000
    new = old.copy()
    new[10], new[4_000] = "y", "z"
    assert sum(found.size for found in match_lines(old, new)) == 4_998


@given(st.text(max_size=200))
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@given(st.text(st.sampled_from("ab.!\n …"), max_size=200))
def test_sentences_joined_are_the_text(text: str) -> None:
    long = text + "x" * sequences.FINEST_TEXT + text
    assert "".join(words(long)) == long
