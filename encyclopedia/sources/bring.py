"""What readers of entries share: the hash by which a second import sees that nothing changed, and addresses for titles."""

import hashlib
import re
from typing import Literal

from encyclopedia.core.exchange import dump_entry_yaml, dump_page
from encyclopedia.core.markup import slugify
from encyclopedia.schemas import BroughtEntry, ExchangedEntry

_ADDRESS = re.compile(r"https?://[^\s<>\"`|\\]+")


def brought(
    origin: str, entry: ExchangedEntry, role: Literal["entry", "page", "site"] = "entry"
) -> BroughtEntry:
    """Return an entry with its origin (at most 300 characters) and the hash of all that would be stored."""
    digest = hashlib.sha256(f"{entry.slug}\n{dump_entry_yaml(entry)}".encode())
    for language, text in sorted(entry.texts.items()):
        digest.update(f"\n{language}\n{dump_page(text)}".encode())
    return BroughtEntry(origin[:300], digest.hexdigest(), entry, role)


def free_slug(title: str, taken: set[str], suffix: str = "") -> str:
    """Return an address for a title that is not taken yet, and take it."""
    wanted = slugify(title)
    numbered = (f"{wanted[:110]}-{number}" for number in range(2, 1_000_000))
    candidates = [wanted, *([f"{wanted}-{suffix}"[:119]] if suffix else [])]
    slug = next((slug for slug in candidates if slug not in taken), None) or next(
        slug for slug in numbered if slug not in taken
    )
    taken.add(slug)
    return slug


def addresses(text: str) -> set[str]:
    """Return the web addresses in a text, whole: closing brackets that were opened inside belong to them."""
    return {_trimmed(found) for found in _ADDRESS.findall(text)}


def _trimmed(address: str) -> str:
    depth = 0
    for place, character in enumerate(address):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
            if depth < 0:
                address = address[:place]
                break
    return address.rstrip(".,;:!?*'")
