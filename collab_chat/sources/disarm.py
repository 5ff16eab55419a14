"""The names of the DISARM framework's techniques (DISARM Foundation), as the MISP galaxy writes them; the file says which version."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NAMES = Path(__file__).with_name("disarm_techniques.json")


@cache
def techniques() -> Mapping[str, str]:
    """Return id → name; a later technique than the file's is missing."""
    found: dict[str, str] = json.loads(NAMES.read_text("utf-8"))["techniques"]
    return found
