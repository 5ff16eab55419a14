"""What counts as the same text, and what does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.similarity import (
    BANDS,
    SAME,
    bands,
    jaccard,
    normalise,
    pin,
    same_text,
    shingles,
    signatures,
    text_key,
)

TEXT = "Come to the meeting on the new tram line in Northam, everybody who lives along the river is welcome."
texts = st.text(max_size=200)


def likeness(one: str, other: str) -> float:
    cut = shingles([normalise(one), normalise(other)])
    return jaccard(cut.of(0), cut.of(1))


def same(one: str, other: str) -> bool:
    return same_text(normalise(one), normalise(other), likeness(one, other))


@given(texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == " ".join(once.split())


@pytest.mark.parametrize(
    "variant",
    [
        TEXT.upper(),
        f"🔴 {TEXT} 👉🏽",
        f"{TEXT}\n\nhttps://example.org/?utm_source=facebook&ad=77",
        TEXT.replace(",", " –").replace(".", "!!!"),
        TEXT.replace(" ", "  \u200b"),
        "Côme to the mèeting" + TEXT[19:],
        "𝗖𝗼𝗺𝗲" + TEXT[4:],
    ],
)
def test_dress_does_not_make_another_text(variant: str) -> None:
    assert text_key(variant, "", "p", "1").hash == text_key(TEXT, "another title", "q", "2").hash


def test_scripts_keep_their_vowels() -> None:
    assert normalise("मतदान करें!") == "मतदान करें"
    assert normalise("投票してください。") != normalise("投票しないでください。")


def test_a_place_swapped_stays_the_same_and_another_text_does_not() -> None:
    assert same(TEXT, TEXT.replace("Northam", "Eastbury"))
    assert not same(
        TEXT,
        "Sign the petition for a second bakery, before the council decides on the market square in June.",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vote yes on", "Vote no on"),
        ("You should", "You should not"),
        ("Everyone is for", "Everyone is against"),
    ],
)
def test_the_opposite_is_not_the_same(one: str, other: str) -> None:
    rest = " the measure that the council of Northam has put on the ballot of the fifth of November, for all of us"
    assert likeness(one + rest, other + rest) >= SAME
    assert not same(one + rest, other + rest)


def test_short_texts_are_told_apart_by_page_and_title_and_wordless_ads_stay_alone() -> None:
    keys = {
        text_key("Vote!", "", "a", "1").hash,
        text_key("vote", "", "a", "2").hash,
        text_key("Vote!", "", "b", "3").hash,
        text_key("Vote!", "On Sunday", "a", "4").hash,
        text_key("👉", "", "a", "5").hash,
        text_key("", "", "a", "6").hash,
        text_key("", "On Sunday", "a", "7").hash,
        text_key("", "On Sunday", "a", "8").hash,
    }
    assert len(keys) == 6


@given(st.lists(texts, min_size=1, max_size=6))
def test_a_text_is_cut_alike_in_any_company(many: list[str]) -> None:
    words = [normalise(text) for text in many]
    together = shingles(words)
    signed = bands(signatures(together))
    for n, word in enumerate(words):
        alone = shingles([word])
        assert alone.of(0) == together.of(n)
        assert np.array_equal(bands(signatures(alone))[0], signed[n])


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_jaccard_is_a_likeness(one: set[int], other: set[int]) -> None:
    assert jaccard(one, other) == jaccard(other, one)
    assert 0 <= jaccard(one, other) <= 1
    assert (jaccard(one, other) == 1) == (one == other and bool(one))


def test_signatures_estimate_the_jaccard_index() -> None:
    rng = np.random.default_rng(7)
    letters = list("abcdefghij ")
    errors = []
    for _n in range(60):
        one = "".join(rng.choice(letters, size=300))
        other = one[: int(rng.integers(100, 300))] + "".join(rng.choice(letters, size=60))
        cut = shingles([one, other])
        signed = signatures(cut)
        errors.append(float(np.mean(signed[0] == signed[1])) - jaccard(cut.of(0), cut.of(1)))
    assert abs(float(np.mean(errors))) < 0.03
    assert float(np.std(errors)) < 0.12


def test_texts_that_are_the_same_share_a_band_nearly_always() -> None:
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(list("etaoinshrdlu"), size=int(rng.integers(3, 9)))) for _n in range(900)]
    met = 0
    for _n in range(100):
        chosen = [words[int(k)] for k in rng.integers(len(words), size=30)]
        varied = [*chosen]
        varied[int(rng.integers(30))] = words[int(rng.integers(len(words)))]
        banded = bands(signatures(shingles([" ".join(chosen), " ".join(varied)])))
        assert banded.shape == (2, BANDS)
        met += bool(set(banded[0].tolist()) & set(banded[1].tolist()))
    assert met >= 97


def test_pins_are_stable_64_bit_numbers() -> None:
    assert pin("0" * 32) == pin("0" * 32) != pin("1" * 32)
    assert -(2**63) <= pin("0" * 32) < 2**63
    # stored for ever: these must never change
    assert text_key(TEXT, "", "", "").hash == "c8a330034b099dd2e7982d63e3195c74"
