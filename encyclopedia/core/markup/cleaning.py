"""What is stored of a text, and the address that a title gets."""

import re
import unicodedata

LONGEST_SLUG = 119  # schemas.Slug
_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")
# Controls, what overrides the direction of writing (Unicode TR36, "Trojan source"), lone surrogates, byte-order marks
# and noncharacters: none has a place in a text, and each can hide something from a reader.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_LETTERS = str.maketrans({
    "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
    "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i",
})  # fmt: skip
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def normalise(text: str) -> str:
    """Return a text as it is stored: NFC, LF, no hidden characters, no stray blanks; it ends with one newline or is empty.

    Two blanks at the end of a line stay, since they break it in Markdown; more of them become two.
    """
    text = _UNWANTED.sub("", _NEWLINES.sub("\n", text))
    lines = [_trimmed(line) for line in unicodedata.normalize("NFC", text).split("\n")]
    text = "\n".join(lines).strip("\n").rstrip()
    return f"{text}\n" if text else ""


def slugify(title: str) -> str:
    """Return a title as an address: a-z, 0-9 and "-", 1 to 119 characters, never empty."""
    plain = unicodedata.normalize("NFKD", title[:500].translate(_LETTERS)).lower()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    slug = _NOT_SLUG.sub("-", plain).strip("-")
    if len(slug) > LONGEST_SLUG:
        cut = slug[: LONGEST_SLUG + 1]
        slug = cut[: cut.rfind("-")] if "-" in cut else cut[:LONGEST_SLUG]
    return slug.strip("-") or "entry"


def _trimmed(line: str) -> str:
    bare = line.rstrip(" \t")
    return f"{bare}  " if bare and line.endswith("  ") else bare
