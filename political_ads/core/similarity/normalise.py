"""An ad's text as it is compared: what advertisers vary without saying anything else is taken out.

Out go: case, accents (French capitals are often written without), punctuation, emoji and their variants, invisible characters,
web addresses (their tracking parameters differ from ad to ad), line ends and repeated blanks. What stays: letters of any script,
digits and the names behind @ and #. Hashes of the result are stored: a change here asks for all ads to be placed again.
"""

import re
import unicodedata

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Latin, Greek and Cyrillic accents. Marks of other scripts carry vowels, and stay.
_ACCENTS = range(0x0300, 0x0370)
_VARIATIONS = range(0xFE00, 0xFE10)


class _Fold(dict[int, int | str | None]):
    """What becomes of each character, found out when it is first met: there are 1.1 million."""

    def __missing__(self, point: int) -> int | str | None:
        found: int | str | None = point
        category = unicodedata.category(chr(point))
        if category == "Cf" or point in _ACCENTS or point in _VARIATIONS:
            found = None
        elif category[0] not in "LNM":
            found = " "
        self[point] = found
        return found


_FOLD = _Fold()


def normalise(text: str) -> str:
    """Return the text as it is compared: words between single blanks; empty where no letter or digit is left. Idempotent."""
    if text.isascii():
        folded = _ADDRESS.sub(" ", text).lower()
    else:
        # Compatibility forms (bold letters, full width) become plain; lower-casing can bring new ones in, hence twice.
        decomposed = unicodedata.normalize("NFKD", _ADDRESS.sub(" ", unicodedata.normalize("NFKC", text)))
        folded = unicodedata.normalize("NFKD", decomposed.casefold())
    return " ".join(folded.translate(_FOLD).split())
