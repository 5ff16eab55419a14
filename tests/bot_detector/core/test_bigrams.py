import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_detector.core.features.bigrams import (
    ALPHABET,
    LOWEST_LOG_LIKELIHOOD,
    SYMBOLS,
    fit_bigrams,
    mean_log_likelihood,
)
from bot_detector.core.features.characters import characters_of


def test_rows_are_conditional_probabilities() -> None:
    table = fit_bigrams(characters_of(pl.Series(["anna", "hanna", "ann"])))
    assert np.power(10.0, table.log_likelihood).sum(axis=1) == pytest.approx(np.ones(SYMBOLS), abs=0.01)
    n, a, z = (ALPHABET.index(letter) for letter in "naz")
    assert table.log_likelihood[a, n] > table.log_likelihood[a, z]


def test_pairs_do_not_cross_from_one_handle_to_the_next() -> None:
    together = fit_bigrams(characters_of(pl.Series(["ab", "cd"])))
    b, c, d = (ALPHABET.index(letter) for letter in "bcd")
    assert together.log_likelihood[b, c] == together.log_likelihood[b, d]


def test_known_handles_are_likelier_than_random_strings() -> None:
    table = fit_bigrams(characters_of(pl.Series(["maria", "mario", "marina", "amari"] * 20)))
    likely, unlikely = mean_log_likelihood(characters_of(pl.Series(["marin", "xq9zk"])), table)
    assert likely > unlikely + 0.5


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), min_size=1, max_size=5))
def test_mean_log_likelihood_is_missing_or_in_range(handles: list[str | None]) -> None:
    table = fit_bigrams(characters_of(pl.Series(["maria", "mario"])))
    values = mean_log_likelihood(characters_of(pl.Series(handles, dtype=pl.String)), table)
    for handle, value in zip(handles, values.tolist(), strict=True):
        if handle is None or len(handle) < 2:
            assert np.isnan(value)
        else:
            assert LOWEST_LOG_LIKELIHOOD <= value <= 0.0
