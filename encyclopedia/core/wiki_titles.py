"""Page titles as MediaWiki's Action API writes them: namespace and name (https://www.mediawiki.org/wiki/Manual:Page_title)."""

import re
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

from encyclopedia.schemas import LANGUAGES


class Namespace(IntEnum):
    """The namespaces that hold something here."""

    MAIN = 0
    TALK = 1
    USER = 2
    FILE = 6
    CATEGORY = 14


# All of MediaWiki's own, since clients know them and would read "Help: where to begin" as one of theirs.
NAMESPACES = {
    -2: "Media", -1: "Special", 0: "", 1: "Talk", 2: "User", 3: "User talk", 4: "Project", 5: "Project talk", 6: "File",
    7: "File talk", 8: "MediaWiki", 9: "MediaWiki talk", 10: "Template", 11: "Template talk", 12: "Help", 13: "Help talk",
    14: "Category", 15: "Category talk",
}  # fmt: skip
ALIASES = {"Image": 6, "Image talk": 7}
_BY_NAME = {name.lower(): number for number, name in NAMESPACES.items() if name} | {
    name.lower(): number for name, number in ALIASES.items()
}
LONGEST = 250  # bytes: MediaWiki's 255 less a language at the end
LEGAL = " %!\"$&'()*,\\-.\\/0-9:;=?@A-Z\\\\^_`a-z~\\x80-\\xFF+"  # as siteinfo tells it
_ILLEGAL = re.compile(r"[#<>\[\]|{}\x00-\x1f\x7f�]|~~~|%[0-9A-Fa-f]{2}|&[A-Za-z0-9#]+;")
_RELATIVE = re.compile(r"^\.{1,2}(/|$)|/\.{1,2}(/|$)")
_BLANKS = re.compile(r"[ _\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_LANGUAGE = re.compile(rf"^(.+)/({'|'.join(LANGUAGES)})$")
HASHED_FROM = 10**12  # ids of what has no number of its own


class InvalidTitle(ValueError):
    """Something that cannot be a title; the message says why, as MediaWiki does."""


@dataclass(frozen=True, order=True)
class WikiTitle:
    """A title: the namespace's number, and the name without it."""

    namespace: int
    name: str

    def __str__(self) -> str:
        prefix = NAMESPACES[self.namespace]
        return f"{prefix}:{self.name}" if prefix else self.name


def parse_title(written: str) -> WikiTitle:
    """Read a title. Raises `InvalidTitle`."""
    text = _tidy(written)
    if text.startswith(":"):
        text = _tidy(text[1:])
    prefix, colon, rest = text.partition(":")
    number = _BY_NAME.get(_tidy(prefix).lower(), 0) if colon else 0
    name = _tidy(rest) if number else text
    if not name:
        raise InvalidTitle("The requested page title is empty or contains only a namespace prefix.")
    if _ILLEGAL.search(name) or _RELATIVE.search(name):
        raise InvalidTitle("The requested page title contains invalid characters.")
    if len(name.encode()) > LONGEST + 5:
        raise InvalidTitle("The requested page title is too long.")
    return WikiTitle(number, name)


def name_of(title: str, slug: str) -> str:
    """Return how programs call a text: by its title, or by its slug where a title cannot be written that way."""
    try:
        parsed = parse_title(title)
    except InvalidTitle:
        return slug
    plain = parsed == WikiTitle(0, title) and len(title.encode()) <= LONGEST
    return title if plain and split_language(title)[1] is None else slug


def split_language(name: str) -> tuple[str, str | None]:
    """Return a name without the language at its end, and the language: ``Prebunking/fr`` → (``Prebunking``, ``fr``)."""
    found = _LANGUAGE.match(name)
    return (found[1], found[2]) if found else (name, None)


def hashed_id(name: str) -> int:
    """Return a stable number for something that has none: 40 bits of a hash, above all real numbers, exact in any JSON reader."""
    return HASHED_FROM + int.from_bytes(blake2b(name.encode(), digest_size=5).digest())


def _tidy(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
