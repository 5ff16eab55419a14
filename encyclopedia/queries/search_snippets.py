"""The piece of a text that shows why it was found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from encyclopedia.core.words import Word, fold, stems, words
from encyclopedia.queries.search_ranking import AskedTerm

READ = 20_000  # characters of a text in which a snippet is looked for
LENGTH = 220  # characters of a snippet
BEFORE = 60  # characters before its first marked word


@dataclass(frozen=True)
class Span:
    """A piece of a snippet; `marked`: it is one of the words that were looked for."""

    text: str
    marked: bool = False


def snippet(plain: str, terms: Sequence[AskedTerm], language: str) -> tuple[Span, ...]:
    """Return the part of a text with the most of the words that were looked for, or its beginning."""
    text = plain[:READ]
    found = _places(text, terms, language)
    start = _densest(found)
    begin = max(0, start - BEFORE)
    if begin:  # at a blank, and not within a word
        begin = text.find(" ", begin, start) + 1 or start
    end = begin + LENGTH
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + LENGTH // 2)
    return tuple(_spans(text, begin, end, found, len(plain)))


def _places(text: str, terms: Sequence[AskedTerm], language: str) -> list[tuple[int, Word]]:
    """Return (which stem, the word) of every word of the text that was looked for."""
    ending = f"_{language}"
    wanted = {
        token.removesuffix(ending)
        for term in terms
        for phrase in term.clause
        for token in phrase
        if token.endswith(ending)
    }
    if not wanted:
        return []
    # Endings change in front of the stem too (study, studi-), so the pattern is shorter and each word is looked at again.
    starts = sorted({re.escape(stem[: max(2, len(stem) - 2)]) for stem in wanted})
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(starts)})[^\W_]*")
    order = {stem: number for number, stem in enumerate(sorted(wanted))}
    found = []
    for match in pattern.finditer(fold(text)):
        for word in words(match[0]):
            (stem,) = stems([word.text], language)
            if stem in order:
                found.append(
                    (order[stem], Word(word.text, match.start() + word.start, match.start() + word.end))
                )
    return found


def _densest(found: Sequence[tuple[int, Word]]) -> int:
    """Return where the stretch with the most different words begins."""
    best, start = 0, 0
    for number, (_, first) in enumerate(found):
        within = {
            stem for stem, word in found[number : number + 40] if word.end <= first.start + LENGTH - BEFORE
        }
        if len(within) > best:
            best, start = len(within), first.start
    return start


def _spans(text: str, begin: int, end: int, found: Sequence[tuple[int, Word]], length: int) -> Iterable[Span]:
    if begin:
        yield Span("… ")
    at = begin
    for _, word in found:
        if at <= word.start and word.end <= end:
            if word.start > at:
                yield Span(_line(text[at : word.start]))
            yield Span(text[word.start : word.end], marked=True)
            at = word.end
    rest = _line(text[at:end]).rstrip()
    if rest or end < length:
        yield Span(rest + (" …" if end < length else ""))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
