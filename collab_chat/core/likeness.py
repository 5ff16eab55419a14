"""Whether two signals say the same: texts as they are compared, and how alike they must be."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

MOST = 1_000  # characters that are compared
SHORTEST = 20  # characters: below, only equal texts count as the same
SAME = 90.0  # rapidfuzz's ratio, 0 to 100: a place, a date or a number may differ, not a sentence
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# A denial differs from the claim by a word. Such words must occur equally often in both; accents are off by then.
_TURNS = frozenset(
    word
    for language in (
        "no not t cannot never none nothing without fake false hoax",
        "non ne n pas jamais rien sans faux fausse intox dementi dement",
        "nicht kein keine nie ohne nunca nada sin falso bulo nao sem",
    )
    for word in language.split()
)


def compared(text: str) -> str:
    """Return a text as it is compared: letters and digits between single blanks, no accents, case or addresses; cut to `MOST`."""
    plain = unicodedata.normalize("NFKD", _ADDRESS.sub(" ", text)).casefold()
    letters = (
        char if unicodedata.category(char)[0] in "LN" else "" if unicodedata.combining(char) else " "
        for char in plain[: MOST * 4]
    )
    return " ".join("".join(letters).split())[:MOST]


def likest(text: str, others: Sequence[str]) -> int | None:
    """Return which of the compared texts is the same as this one but for small changes; None where none is.

    The likest one counts; of equals, the first.
    """
    if not text:
        return None
    if len(text) < SHORTEST:
        return next((number for number, other in enumerate(others) if other == text), None)
    turns = _turns(text)
    found = process.extract(text, others, scorer=fuzz.ratio, score_cutoff=SAME, limit=5)
    return next((number for other, _score, number in found if _turns(other) == turns), None)


def _turns(text: str) -> Counter[str]:
    return Counter(word for word in text.split() if word in _TURNS)
