"""Titles as wiki clients write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.wiki_titles import (
    InvalidTitle,
    WikiTitle,
    hashed_id,
    name_of,
    parse_title,
    split_language,
)


@given(st.text(max_size=80))
def test_a_title_that_was_read_is_read_again_alike(text: str) -> None:
    try:
        title = parse_title(text)
    except InvalidTitle:
        return
    assert parse_title(str(title)) == title or title.namespace == 0


@given(st.text(max_size=200))
def test_the_name_of_a_text_can_be_read_as_a_title(text: str) -> None:
    name = name_of(text, "a-slug")
    assert parse_title(name) == WikiTitle(0, name)
    assert split_language(name) == (name, None)


@pytest.mark.parametrize(
    ("written", "namespace", "name"),
    [
        ("Prebunking", 0, "Prebunking"),
        ("talk:_Some  page_", 1, "Some page"),
        ("Image:a_b.png", 6, "a b.png"),
        (":Category:Tool", 14, "Tool"),
        ("Phase: Detection", 0, "Phase: Detection"),
    ],
)
def test_titles_are_read(written: str, namespace: int, name: str) -> None:
    assert parse_title(written) == WikiTitle(namespace, name)


@pytest.mark.parametrize(
    "written", ["", "  ", "Talk:", "a[b", "a|b", "a#b", "..", "a/../b", "%41", "é" * 200]
)
def test_what_cannot_be_a_title_is_refused(written: str) -> None:
    with pytest.raises(InvalidTitle):
        parse_title(written)


def test_hashed_ids_are_stable_and_exact_in_json() -> None:
    assert hashed_id("kind=tool") == hashed_id("kind=tool")
    assert 10**12 <= hashed_id("x") < 2**53
