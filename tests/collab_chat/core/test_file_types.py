"""What a file is, and under which name it is given out."""

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_chat.core.file_types import ENDINGS, LONGEST_NAME, file_name, type_of
from common.errors import Invalid


@given(st.text(), st.sampled_from(sorted(ENDINGS)))
def test_a_name_is_never_a_path_and_fits_its_type(given_name: str, kind: str) -> None:
    name = file_name(given_name, kind)
    assert name.lower().endswith(ENDINGS[kind])
    assert 0 < len(name) <= LONGEST_NAME
    assert not set(name) & set('/\\:*?"<>|\0\r\n')
    assert not name.startswith(".")
    assert all(unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} for letter in name)
    assert file_name(name, kind) == name


@given(st.binary(max_size=200), st.text(max_size=20))
def test_whatever_it_holds_it_is_of_a_known_kind_or_refused(data: bytes, name: str) -> None:
    kind = None
    with contextlib.suppress(Invalid):
        kind = type_of(data, name)
    assert kind is None or kind in ENDINGS


@pytest.mark.parametrize(
    "tag", ["html", "script", "svg", "iframe", "!DOCTYPE html", "body", "math", "meta", "?xml version"]
)
def test_text_that_browsers_would_run_is_refused(tag: str) -> None:
    with pytest.raises(Invalid, match="programs"):
        type_of(f"some words before \n<{tag.upper()} x>".encode(), "a.txt")
