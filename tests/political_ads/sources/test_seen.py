"""Ids that a file had before are found again, however they are put away."""

from hypothesis import given
from hypothesis import strategies as st

from political_ads.sources.readers.seen import Seen


@given(st.lists(st.integers(0, 60)), st.integers(1, 5), st.integers(1, 20))
def test_it_remembers_as_a_dictionary_would(ids: list[int], held: int, longest: int) -> None:
    seen, known = Seen(held=held, longest=longest), dict[int, int]()
    for line, each in enumerate(ids, start=1):
        assert seen.first_line(str(each), line) == known.get(each)
        known.setdefault(each, line)
