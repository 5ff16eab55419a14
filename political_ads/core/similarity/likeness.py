"""Whether two texts are the same but for small changes."""

from collections import Counter
from collections.abc import Set

# The share of all shingles that two texts must have in common. Chosen by eye on pairs of real ads in five languages: from here on
# they differ by a place, a date or a sentence; a little below, by the candidate.
SAME = 0.75

# A text that says the opposite differs by a word or two. Such words must occur equally often in both.
# As `normalise` leaves them: don’t is "don t", não is "nao".
_TURNS = frozenset(
    word
    for language in (
        "no not t cannot never none nothing without against stop yes",
        "non ne n pas jamais rien sans contre oui",
        "nein nicht kein keine nie ohne gegen ja",
        "nunca nada sin contra si",
        "nee niet geen nooit zonder tegen",
        "nao sem sim",
        "mai niente senza contro",
    )
    for word in language.split()
)


def jaccard(one: Set[int], other: Set[int]) -> float:
    """Return the Jaccard index of two sets, 0 to 1; 0 where both are empty."""
    common = len(one & other)
    total = len(one) + len(other) - common
    return common / total if total else 0.0


def polarity(words: str) -> Counter[str]:
    """Return how often each word that can turn a text's meaning stands in a normalised text."""
    return Counter(word for word in words.split() if word in _TURNS)


def same_text(one: str, other: str, likeness: float) -> bool:
    """Say whether two normalised texts of that Jaccard index count as one: alike enough, and none is the other's denial."""
    return likeness >= SAME and polarity(one) == polarity(other)
