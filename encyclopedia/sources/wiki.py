"""A whole MediaWiki export: entries with their histories, redirects, and a line for each page."""

import io
from collections import Counter
from dataclasses import dataclass, field

from pydantic import ValidationError

from common.errors import Invalid
from common.i18n import N_, gettext
from encyclopedia.schemas import (
    BroughtEntry,
    ExchangedRevision,
    FileLine,
    ImportReport,
    Message,
    NotUnderstood,
    SourceData,
)
from encyclopedia.sources.mediawiki_xml import WikiPage, read_pages
from encyclopedia.sources.wiki_entries import BroughtPage, bring_page

MOST_REVISIONS = 20_000  # of all pages together: each is converted, which takes some milliseconds


@dataclass
class BroughtWiki:
    """What the export gave. Histories: origin → numbers of the revisions there, and these, oldest first."""

    report: ImportReport = field(default_factory=lambda: ImportReport(kind="mediawiki"))
    entries: tuple[BroughtEntry, ...] = ()
    histories: dict[str, tuple[tuple[int, ...], tuple[ExchangedRevision, ...]]] = field(default_factory=dict)
    redirects: tuple[tuple[str, str, str, str], ...] = ()  # language, slug, title, slug that it leads to
    sources: tuple[SourceData, ...] = ()


def read_wiki(content: bytes, *, language: str) -> BroughtWiki:
    """Read an export whose pages are in `language`.

    Raises:
        Invalid: it is no export, it breaks off, or it holds more than `MOST_REVISIONS`.
    """
    wiki = BroughtWiki()
    lines: list[FileLine] = []
    lost: list[NotUnderstood] = []
    sources: dict[str, SourceData] = {}
    revisions = 0
    for page in read_pages(io.BytesIO(content)):
        revisions += len(page.revisions)
        if revisions > MOST_REVISIONS:
            raise Invalid(
                gettext(N_("The export holds more than %(most)s revisions. Export fewer pages at once."))
                % {"most": MOST_REVISIONS}
            )
        brought = _bring(page, language)
        _take(wiki, page, brought, language)
        lines.append(brought.line)
        lost.extend(brought.not_understood)
        sources |= {source.key: source for source in brought.sources}
    wiki.sources = tuple(sources.values())
    wiki.report = ImportReport(
        kind="mediawiki", files=tuple(lines), counts=_counts(wiki, lines), not_understood=tuple(lost)
    )
    return wiki


def _bring(page: WikiPage, language: str) -> BroughtPage:
    try:
        return bring_page(page, language=language)
    except ValidationError:
        sentence = Message(
            template=N_("The page holds something that is too long to be kept; it was left out.")
        )
        return BroughtPage(FileLine(path=page.title, outcome="refused", notes=(sentence,)))


def _take(wiki: BroughtWiki, page: WikiPage, brought: BroughtPage, language: str) -> None:
    if brought.redirect is not None:
        slug, target = brought.redirect
        wiki.redirects = (*wiki.redirects, (language, slug, page.title[:200], target))
    if brought.entry is not None:
        wiki.entries = (*wiki.entries, brought.entry)
        numbers = tuple(revision.id for revision in page.revisions if revision.text is not None)
        wiki.histories[brought.entry.origin] = (numbers, brought.revisions)


def _counts(wiki: BroughtWiki, lines: list[FileLine]) -> dict[str, int]:
    outcomes = Counter(line.outcome for line in lines)
    return {
        "pages": len(lines),
        "entries": len(wiki.entries),
        "revisions": sum(len(numbers) for numbers, _revisions in wiki.histories.values()),
        "redirects": len(wiki.redirects),
        "passed over": outcomes["passed_over"] + outcomes["refused"],
    }
