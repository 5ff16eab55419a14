"""Which signals say the same."""

import pytest

from collab_chat.core.likeness import compared, likest

CLAIM = "The polling station of Rue des Lilas closes at noon today, tell everybody you know"


def test_case_accents_marks_and_addresses_make_no_difference() -> None:
    one = compared("ÉLECTIONS : fermé à midi ! https://example.org/a?utm_source=x")
    assert one == compared("elections ferme a midi") == "elections ferme a midi"


@pytest.mark.parametrize(
    "other",
    [
        "The polling station of Rue des Roses closes at noon today, tell everybody you know!!",
        "THE POLLING STATION of rue des Lilas closes at noon today - tell everybody you know",
    ],
)
def test_small_changes_are_the_same(other: str) -> None:
    assert likest(compared(other), ["quite another thing that was said", compared(CLAIM)]) == 1


@pytest.mark.parametrize(
    "other",
    [
        "The polling station of Rue des Lilas does not close at noon today, tell everybody you know",
        "FALSE: The polling station of Rue des Lilas closes at noon today, tell everybody you know",
        "The library of Rue des Lilas is open until ten in the evening",
    ],
)
def test_a_denial_and_another_matter_are_not(other: str) -> None:
    assert likest(compared(other), [compared(CLAIM)]) is None


def test_short_texts_must_be_equal_and_empty_ones_never_are() -> None:
    assert likest("closed", ["close", "closed"]) == 1
    assert likest("closed", ["closer"]) is None
    assert likest("", [""]) is None
