"""An ad's words as the classifier reads them: no address, no case, single blanks."""

import re
import unicodedata
from collections.abc import Sequence

# Addresses name the page or the party: a model that reads them has learned who speaks, not what is said.
_ADDRESS = re.compile(
    r"""(?:https?://|www\.)\S+                       # with a scheme, or begun with www
      | \S+@\S+\.\S+                                 # e-mail
      | (?<![\w@])(?:[\w-]+\.)+                      # a bare domain with a known ending, and what follows it
        (?:com|org|net|info|gov|edu|eu|io|me|tv|ly|gl|gd|be|ca|fr|it|nl|de|uk|us|uy|es|ch|at|cm|co)\b(?:/\S*)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BLANKS = re.compile(r"\s+")


def plain(text: str) -> str:
    """Return the text without addresses, NFKC, lower case, single blanks; empty where nothing is left."""
    shown = _ADDRESS.sub(" ", unicodedata.normalize("NFKC", text))
    # \x00 would be taken for the padding of a batch.
    return _BLANKS.sub(" ", shown.lower().replace("\x00", " ")).strip()


def plain_all(texts: Sequence[str]) -> list[str]:
    """Return `plain` of each text."""
    return [plain(text) for text in texts]
