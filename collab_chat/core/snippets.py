"""The place of a text where searched words stand, with these marked; the same for both databases."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collab_chat.core.search_box import Term

LENGTH = 220  # characters of a snippet
BEFORE = 60  # of these before the first word that was found
MOST_READ = 20_000  # characters of a text that are looked at


@dataclass(frozen=True)
class Piece:
    """A part of a snippet; `found`: it is what was searched for."""

    text: str
    found: bool


def snippet(text: str, terms: Sequence[Term]) -> list[Piece]:
    """Return the part of a text around the first word that was searched for, cut at blanks, ellipses where it was cut."""
    text = " ".join(text[:MOST_READ].split())
    places = _places(text, terms)
    first = places[0][0] if places else 0
    start = 0 if first <= BEFORE else text.find(" ", first - BEFORE) + 1
    if start > first:
        start = first
    end = len(text) if len(text) - start <= LENGTH else max(text.rfind(" ", start, start + LENGTH), start + 1)
    if end < len(text) and end - start < LENGTH // 2:
        end = start + LENGTH  # one long word
    pieces = list(_cut(text, start, end, places))
    if start:
        pieces.insert(0, Piece("… ", found=False))
    if end < len(text):
        pieces.append(Piece(" …", found=False))
    return pieces


def _cut(text: str, start: int, end: int, places: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    here = start
    for begin, stop in places:
        if stop <= here or begin >= end:
            continue
        if begin > here:
            yield Piece(text[here:begin], found=False)
        yield Piece(text[max(begin, here) : min(stop, end)], found=True)
        here = min(stop, end)
    if here < end:
        yield Piece(text[here:end], found=False)


def _places(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return where the terms stand, in order: beginnings and ends of whole words."""
    words = list(_words(text))
    found: set[tuple[int, int]] = set()
    for term in terms:
        wanted = [word for word, _begin, _end in _words(term.words)]
        for place in range(len(words) - len(wanted) + 1 if wanted else 0):
            here = [word for word, _begin, _end in words[place : place + len(wanted)]]
            last = here[-1].startswith(wanted[-1]) if term.begins else here[-1] == wanted[-1]
            if last and here[:-1] == wanted[:-1]:
                found.add((words[place][1], words[place + len(wanted) - 1][2]))
    return sorted(found)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Give each word, without accents and case, with where it begins and ends."""
    begin, letters = 0, ""
    for place, letter in enumerate(text):
        folded = _folded(letter)
        if folded is None:
            if letters:
                yield letters, begin, place
            letters = ""
        else:
            begin = begin if letters else place
            letters += folded
    if letters:
        yield letters, begin, len(text)


def _folded(letter: str) -> str | None:
    """Return a letter without accent and case; "" for an accent that stands by itself, None for what parts words."""
    if letter.isalnum():
        parted = unicodedata.normalize("NFD", letter.lower())
        return "".join(one for one in parted if not unicodedata.combining(one))
    return "" if unicodedata.combining(letter) else None
