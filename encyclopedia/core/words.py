"""Words as the search sees them: folded (no case, no accents), cut from their endings, marked with their language.

Both databases are given the same words, made here, so that both find the same pages. A *token* is what is indexed: a stem and
the language it was made in (``detect_en``), or a filter (``_`` and a digest). Words never hold an underscore, so that the two
cannot be taken for each other.

Stems: Snowball (M. F. Porter, "Snowball: a language for stemming algorithms", 2001, https://snowballstem.org).
"""

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import Stemmer

MOST_WORDS = 16_000  # of one page; PostgreSQL's word positions end at 16,383
LONGEST_WORD = 40  # characters; what lies beyond is cut off
LAST_FOLDED = 0x2000  # Latin, Greek, Cyrillic and their further letters stand below
STEMMERS = {"en": "english", "fr": "french"}
_STOP_WORDS = (
    "a an and are as at be by for from in is it of on or that the this to with "
    "au aux ce ces cette dans de des du en est et la le les ou par pour que qui sa ses sur un une"
)
# Words that nearly every page holds: a search does not ask for them, unless within quotation marks.
STOP_WORDS = frozenset(_STOP_WORDS.split())

# French elisions are no words of their own: l'information, qu’elle.
_WORD = re.compile(r"(?:\b(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’ʼ](?=[^\W_]))?([^\W_]+)")
_LIGATURES = (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("þ", "th"))
# Endings that Snowball's French knows by their accent, which a folded word has lost; and verbs such as vérifier, whose forms
# it would part from vérification.
_FRENCH_ENDINGS = (
    ("ifier", "ifie"), ("ifiee", "ifie"), ("ifiees", "ifie"), ("ifient", "ifie"),
    ("ees", "és"), ("ee", "é"), ("ieres", "ières"), ("iere", "ière"), ("ites", "ités"), ("ite", "ité"),
)  # fmt: skip
_ANY_FRENCH_ENDING = tuple(ending for ending, _ in _FRENCH_ENDINGS)
_thread = threading.local()  # a Snowball stemmer must not be used by two threads at once


@dataclass(frozen=True)
class Word:
    """A word of a text: as it is compared, and where it stands (characters, end excluded)."""

    text: str
    start: int
    end: int


def _folding() -> dict[int, str]:
    """Return every letter that has a plainer one of the same length."""
    table = {ord(letter): plain for letter, plain in zip("øØłŁđĐðÐı", "oollddddi", strict=True)}
    for code in range(0x41, LAST_FOLDED):
        letter = chr(code)
        plain = unicodedata.normalize("NFD", letter.lower())
        if len(plain) > 1 and all(unicodedata.combining(mark) for mark in plain[1:]):
            plain = plain[0]
        if len(plain) == 1 and plain != letter and code not in table:
            table[code] = plain
    return table


_FOLDING = _folding()


def fold(text: str) -> str:
    """Return a text without case and accents, of the same length, so that places in one are places in the other."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def sendable(text: str) -> str:
    """Return a text without what no database takes: lone surrogates and NUL, which a form or an address may hold."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")


def words(text: str) -> Iterator[Word]:
    """Give a text's words in their order, folded; ligatures are spelt out."""
    folded = fold(text)
    for match in _WORD.finditer(folded):
        yield Word(_spelt(match[1]), match.start(1), match.end(1))


def plain_words(text: str) -> list[str]:
    """Return a text's words, folded, at most `MOST_WORDS`."""
    found = [match[1] for match in _WORD.finditer(fold(text))]
    return [_spelt(word) for word in found[:MOST_WORDS]]


def _spelt(word: str) -> str:
    if not word.isascii():
        for ligature, letters in _LIGATURES:
            word = word.replace(ligature, letters)
    return word[:LONGEST_WORD]


def stems(folded: Iterable[str], language: str) -> list[str]:
    """Return the stems of folded words; the words themselves in a language that has no stemmer here.

    The same folded word always has the same stem, so that "détecté" and "detecte" are one to the search.
    """
    stemmer = _stemmer(language)
    if stemmer is None:
        return list(folded)
    if language == "fr":
        found: list[str] = stemmer.stemWords([_accented(word) for word in folded])
        return [stem if stem.isascii() else fold(stem) for stem in found]
    return list(stemmer.stemWords(list(folded)))


def tokens(folded: Iterable[str], language: str) -> list[str]:
    """Return what is indexed of folded words: their stems, marked with the language."""
    return [f"{stem}_{language}" for stem in stems(folded, language)]


def filter_token(key: str, value: str) -> str:
    """Return the token by which a page is filtered: ten hexadecimal digits of a digest behind an underscore."""
    return "_" + hashlib.blake2b(f"{key}={value}".encode(), digest_size=5).hexdigest()


def _accented(word: str) -> str:
    if not word.endswith(_ANY_FRENCH_ENDING):
        return word
    for ending, accented in _FRENCH_ENDINGS:
        if word.endswith(ending):
            return word[: -len(ending)] + accented
    return word


def _stemmer(language: str) -> "Stemmer.Stemmer | None":
    if language not in STEMMERS:
        return None
    known: dict[str, Stemmer.Stemmer] | None = getattr(_thread, "stemmers", None)
    if known is None:
        known = _thread.stemmers = {}
    if language not in known:
        known[language] = Stemmer.Stemmer(STEMMERS[language])
    return known[language]
