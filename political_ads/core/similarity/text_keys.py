"""What tells an ad's text apart from all others."""

from dataclasses import dataclass
from hashlib import blake2b

from political_ads.core.similarity.normalise import normalise

# Characters of a normalised text from which on texts are compared for likeness, about seven words. In shorter ones ("Vote on
# Sunday!") everything hangs on each word, and on who says them: they are the same only with the same title by the same page.
SHORTEST = 40
_BETWEEN = "\x1f"  # ASCII unit separator


@dataclass(frozen=True)
class TextKey:
    """`hash`: 32 hexadecimal digits, equal for the same normalised text. `near`: also compared for likeness, by `words`."""

    hash: str
    words: str
    near: bool


def text_key(text: str, title: str, page: str, unique: str) -> TextKey:
    """Return an ad's key. `page`: its page's id or name; `unique`: what no other ad has, for ads without any words.

    An ad of pictures only has nothing by which it could be grouped: it stays alone, unless its page gave it a title.
    """
    words = normalise(text)
    if len(words) >= SHORTEST:
        return TextKey(_hash("text", words), words, near=True)
    named = normalise(title)
    if words or named:
        return TextKey(_hash("short", words, named, page), words, near=False)
    return TextKey(_hash("alone", unique), "", near=False)


def pin(text_hash: str) -> int:
    """Return the 64-bit number under which a group's further texts are found: a hash of the hash, told from bands by its salt."""
    digest = blake2b(text_hash.encode(), digest_size=8, person=b"ads pin").digest()
    return int.from_bytes(digest, signed=True)


def _hash(*parts: str) -> str:
    joined = _BETWEEN.join(parts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=16, person=b"ads text").hexdigest()
