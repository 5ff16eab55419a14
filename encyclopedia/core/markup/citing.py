"""How a text cites: ``[@key]``, ``[@key, p. 3]``, ``[@key; @other]``."""

import re
from dataclasses import dataclass

KEY = re.compile(r"[a-z0-9][a-z0-9_:.-]{0,79}")  # schemas.SourceKey
CITATION = re.compile(r"\[(@[^\[\]\n]{1,400})\]")  # [@key], [@key, p. 3], [@key; @other]
_ONE = re.compile(rf"\s*@({KEY.pattern})\s*(?:,\s*(.*?))?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Citation:
    """One mention of a source in a text; the locator is as written ("p. 3"), "" for none."""

    key: str
    locator: str = ""


def read_citations(inner: str) -> tuple[Citation, ...]:
    """Read what stands between the brackets of ``[@key, p. 3; @other]``; empty where it is no citation."""
    found = [_ONE.fullmatch(part) for part in inner.split(";")]
    if not all(found):
        return ()
    return tuple(Citation(one[1].lower(), (one[2] or "").strip()) for one in found if one)
