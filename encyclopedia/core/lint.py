"""Advice to the editor on a text, by our own rule: no private persons, no live hostile links, figures with date and source.

What is found is advice, never a refusal. Precision comes before recall: whoever is warned wrongly stops reading.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit

from common.i18n import N_
from encyclopedia.core.defanging import is_under
from encyclopedia.core.markup.citing import CITATION
from encyclopedia.core.markup.parser import blocks_of
from encyclopedia.core.persons import persons_in

LONGEST = 200_000  # characters looked at: no article is longer, and advice must come at once
MOST_FINDINGS = 200
WORDS_TO_SOURCE = 60  # a paragraph as long as this says enough to need a source


class Severity(StrEnum):
    """How much it matters."""

    WARNING = "warning"  # somebody may be harmed
    ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    """One piece of advice on the characters [start, end) of the text: translate `message`, then fill it with `values`."""

    code: str
    message: str
    start: int
    end: int
    severity: Severity = Severity.ADVICE
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the linter need not warn of, and what it must."""

    names: frozenset[str] = frozenset()  # organisations, entries, cited authors, public handles; in any case
    hostile: frozenset[str] = frozenset()  # domains, in lower case


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading or cell of the text; in `clean`, code and citations are blanked out, places kept."""

    start: int
    source: str
    clean: str
    kind: str  # the block token that opens it: paragraph_open, heading_open …
    top: bool  # on the text's top level
    level: int  # of a heading

    def finding(
        self, code: str, message: str, span: tuple[int, int], severity: Severity = Severity.ADVICE
    ) -> Finding:
        """Return a finding on part of the passage."""
        start, end = span
        values = {"excerpt": self.source[start:end].strip()[:80]}
        return Finding(code, message, self.start + start, self.start + end, severity, values)


PRIVATE = N_(
    "“%(excerpt)s” may lead to a private person: public texts do not name them. Say what the person did, not who it is."
)
HOSTILE = N_(
    "“%(excerpt)s” leads readers to a hostile site: write it so that it cannot be clicked, as hxxps://example[.]org."
)
UNDATED = N_("“%(excerpt)s” has neither a date nor a source in its paragraph.")
UNSOURCED = N_("This paragraph cites nothing. Where is it from?")
UNSOURCED_TEXT = N_("This text cites no source yet.")
NO_LEAD = N_("There is no lead: one sentence that says what this is, for lists and search results.")
SKIPS = N_("The heading “%(excerpt)s” skips a level.")
BARE = N_("A bare address says little and breaks silently: make it a source, or give it words.")
NO_ALT = N_("This picture has no description for those who cannot see it.")

_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]{1,500}\1(?!`)")
_DESTINATION = re.compile(r"(?<=\])\([^()\s]{1,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?")
_URL = re.compile(r"https?://[^\s<>\"|`]{1,2000}", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FIGURE = re.compile(
    r"(?<![\w.,/#-])\d[\d.,\u00a0\u202f ]{0,15}\s?(?:%|percent\b|per cent\b|pour cent\b|thousand\b|millions?\b|billions?\b"
    r"|milliers?\b|milliards?\b|accounts\b|comptes\b|users\b|utilisateurs\b|followers\b|abonnés\b|tweets\b|posts\b"
    r"|messages\b|publications\b|people\b|personnes\b|euros?\b|dollars?\b|€)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\[\^[^\s\]]{1,100}\]")
_SOURCED = re.compile(r"\[\^|\]\(|https?://|hxxps?://|\[\[", re.IGNORECASE)
_NO_ALT = re.compile(r"!\[\s*\]\([^)\s]{1,300}")


def lint(text: str, *, known: Known = Known(), lead: str | None = None) -> tuple[Finding, ...]:
    """Return advice on a text, in the order of its places. `lead`: the page's lead; None where the text is not a page's body.

    Works in French and English alike. A text that is too much to parse gets advice on its lead only; of a very long one the
    first 200,000 characters are looked at, and at most 200 findings given.
    """
    text = text[:LONGEST]
    passages = list(_passages(text))
    findings = [found for passage in passages for rule in RULES for found in rule(passage, known)]
    findings += _levels(passages)
    findings += _sources(passages, text)
    if lead is not None and not lead.strip():
        findings.append(Finding("no_lead", NO_LEAD, 0, 0))
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.code))[:MOST_FINDINGS])


def _passages(text: str) -> Iterator[Passage]:
    tokens = blocks_of(text) or []
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text)), len(text)]
    cell = 0
    for opening, token in pairwise(tokens):
        if token.type != "inline" or not token.map or token.map[0] < cell:
            continue
        start, end = starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]
        if opening.type in ("td_open", "th_open"):  # a row's cells share its line: it is read once
            cell = token.map[0] + 1
        source = text[start:end]
        clean = CITATION.sub(_blank, _CODE.sub(_blank, source))
        level = int(opening.tag[1]) if opening.type == "heading_open" else 0
        yield Passage(start, source, clean, opening.type, opening.level == 0, level)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _private_persons(passage: Passage, known: Known) -> Iterator[Finding]:
    text = _URL.sub(_blank, _DESTINATION.sub(_blank, passage.clean))
    for span in persons_in(text, known.names):
        yield passage.finding("private_person", PRIVATE, span, Severity.WARNING)


def _hostile_links(passage: Passage, known: Known) -> Iterator[Finding]:
    for found in _URL.finditer(passage.clean) if known.hostile else ():
        try:
            host = urlsplit(found[0]).hostname or ""
        except ValueError:  # such as an unclosed bracket
            continue
        if is_under(host.rstrip(").,;"), known.hostile):
            end = found.start() + len(found[0].rstrip(").,;:"))
            yield passage.finding("hostile_link", HOSTILE, (found.start(), end), Severity.WARNING)


def _undated_figures(passage: Passage, _known: Known) -> Iterator[Finding]:
    sourced = CITATION.search(passage.source) or _NOTE.search(passage.source) or _YEAR.search(passage.source)
    found = None if sourced or passage.kind != "paragraph_open" else _FIGURE.search(passage.clean)
    if found:
        yield passage.finding("undated_figure", UNDATED, found.span())


def _bare_urls(passage: Passage, _known: Known) -> Iterator[Finding]:
    for found in _URL.finditer(_DESTINATION.sub(_blank, passage.clean)):
        if passage.clean[found.start() - 1 : found.start()] not in ("<", "(", "[") and not _is_definition(
            passage
        ):
            yield passage.finding("bare_url", BARE, found.span())


def _is_definition(passage: Passage) -> bool:
    return passage.source.lstrip().startswith("[") and "]:" in passage.source


def _missing_alt(passage: Passage, _known: Known) -> Iterator[Finding]:
    for found in _NO_ALT.finditer(passage.clean):
        yield passage.finding(
            "missing_alt", NO_ALT, (found.start(), min(found.end() + 1, len(passage.source)))
        )


RULES: tuple[Callable[[Passage, Known], Iterator[Finding]], ...] = (
    _private_persons, _hostile_links, _undated_figures, _bare_urls, _missing_alt,
)  # fmt: skip


def _levels(passages: list[Passage]) -> Iterator[Finding]:
    """Find headings that skip a level; the page's title is the level above the first."""
    above = 1
    for passage in passages:
        if passage.level and passage.top:
            if passage.level > above + 1:
                words = passage.source.strip().strip("#").strip()
                start = passage.source.find(words)
                yield passage.finding("heading_skips_level", SKIPS, (start, start + len(words)))
            above = passage.level


def _sources(passages: list[Passage], text: str) -> Iterator[Finding]:
    """Find long paragraphs without a source; where there is none in the whole text, that is said once."""
    paragraphs = [passage for passage in passages if passage.kind == "paragraph_open"]
    if not any(
        CITATION.search(paragraph.source) or _SOURCED.search(paragraph.source) for paragraph in paragraphs
    ):
        if sum(len(paragraph.source.split()) for paragraph in paragraphs) >= WORDS_TO_SOURCE:
            yield Finding("unsourced_text", UNSOURCED_TEXT, 0, len(text))
        return
    for paragraph in paragraphs:
        long = paragraph.top and len(paragraph.source.split()) >= WORDS_TO_SOURCE
        if long and not CITATION.search(paragraph.source) and not _SOURCED.search(paragraph.source):
            yield paragraph.finding("unsourced_paragraph", UNSOURCED, (0, len(paragraph.source.rstrip())))
