"""No cell that goes out is run by a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_detector.sources.formats import neutralise_formula


@given(st.text(max_size=30))
def test_no_text_is_a_formula_once_it_is_neutralised(text: str) -> None:
    safe = neutralise_formula(text)
    assert safe in (text, "'" + text)
    if safe == text and text.lstrip(" \u00a0\ufeff").startswith(("=", "@", "\t", "\r")):
        raise AssertionError(text)
    if safe == text and text.startswith(("+", "-")):
        float(text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+33 1 23", "'+33 1 23"),
        ("-5", "-5"),
        ("-5e3", "-5e3"),
        ("-inf", "'-inf"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("lena_fictive", "lena_fictive"),
        ("", ""),
    ],
)
def test_formulas_are_neutralised(text: str, safe: str) -> None:
    assert neutralise_formula(text) == safe
