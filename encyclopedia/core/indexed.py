"""A page as both databases index it: the same words, stems and filters for each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from encyclopedia.core.words import MOST_WORDS, plain_words, tokens

LONGEST_PLAIN = 120_000  # characters of a text that are kept for snippets: about as much as is indexed
SEGMENTS = ("title", "other", "lead", "facts")  # of the head, from what tells most to what tells least
HIGHEST_POSITION = 16_383  # of a word in a PostgreSQL tsvector
_WEIGHTS = {"title": "A", "other": "B", "lead": "C", "facts": "D"}


@dataclass(frozen=True)
class Content:
    """What a page says. `other`: its former titles and synonyms; `facts`: the sheet in words; `plain`: all text, no markup."""

    language: str
    title: str
    other: str = ""
    lead: str = ""
    facts: str = ""
    plain: str = ""


@dataclass(frozen=True)
class Indexed:
    """A page's words. `words` and `stems` hold the head's four segments, each word between blanks, with "|" between them."""

    words: str
    stems: str
    body: tuple[str, ...]  # tokens of the text
    vocabulary: frozenset[str]  # every folded word
    title_words: frozenset[str]  # those of the title and the other names

    def segments(self) -> list[str]:
        """Return the stems of title, other names, lead and facts."""
        return self.stems.split("|")


def indexed(content: Content) -> Indexed:
    """Return what is indexed of a page; of a very long text the first `MOST_WORDS` words."""
    head = [plain_words(getattr(content, name)) for name in SEGMENTS]
    body = plain_words(content.plain)
    return Indexed(
        words="|".join(_spaced(part) for part in head),
        stems="|".join(_spaced(tokens(part, content.language)) for part in head),
        body=tuple(tokens(body[: MOST_WORDS - sum(map(len, head))], content.language)),
        vocabulary=frozenset(body).union(*head),
        title_words=frozenset(head[0]).union(head[1]),
    )


def vocabulary_of(words: str, plain: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return (every word, the words of title and other names) of a page that was indexed, from what was kept of it."""
    head = [segment.split() for segment in words.split("|")]
    return frozenset(plain_words(plain)).union(*head), frozenset(head[0]).union(head[1])


def vectors(page: Indexed, filters: Collection[str]) -> tuple[str, str]:
    """Return a page as two PostgreSQL tsvector literals: its head with a weight a segment, and everything."""
    head: dict[str, list[str]] = {}
    everything: dict[str, list[str]] = {}
    position = 0
    for name, segment in zip(SEGMENTS, page.segments(), strict=True):
        for token in segment.split():
            position = min(position + 1, HIGHEST_POSITION)
            head.setdefault(token, []).append(f"{position}{_WEIGHTS[name]}")
            everything.setdefault(token, []).append(str(position))
        position += 1  # a phrase does not reach from one segment into the next
    for token in page.body:
        position = min(position + 1, HIGHEST_POSITION)
        everything.setdefault(token, []).append(str(position))
    for token in filters:
        head[token] = everything[token] = []
    return _literal(head), _literal(everything)


def _literal(lexemes: dict[str, list[str]]) -> str:
    return " ".join(f"'{token}':{','.join(places)}" if places else f"'{token}'" for token, places in lexemes.items())  # fmt: skip


def _spaced(found: Iterable[str]) -> str:
    return f" {' '.join(found)} "
