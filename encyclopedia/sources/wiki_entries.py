"""Pages of a MediaWiki export as entries with their history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.i18n import N_
from common.taxonomy import EntryKind
from encyclopedia.core.exchange import parse_page
from encyclopedia.core.markup import slugify
from encyclopedia.schemas import (
    BroughtEntry,
    ExchangedEntry,
    ExchangedRevision,
    FileLine,
    Message,
    NotUnderstood,
    SourceData,
    Text,
)
from encyclopedia.sources.bring import addresses, brought
from encyclopedia.sources.mediawiki_xml import WikiPage, WikiRevision
from encyclopedia.sources.wikitext import Converted, to_markdown

MAIN = 0  # the namespace of articles
# Categories, folded → the kind of entry; a page in none of them is a concept.
KINDS: Mapping[str, EntryKind] = {
    "tools": EntryKind.TOOL, "tool": EntryKind.TOOL, "outils": EntryKind.TOOL, "outil": EntryKind.TOOL,
    "actors": EntryKind.ACTOR, "actor": EntryKind.ACTOR, "acteurs": EntryKind.ACTOR, "acteur": EntryKind.ACTOR,
    "practices": EntryKind.PRACTICE, "practice": EntryKind.PRACTICE, "pratiques": EntryKind.PRACTICE,
    "case studies": EntryKind.CASE_STUDY, "case study": EntryKind.CASE_STUDY, "études de cas": EntryKind.CASE_STUDY,
}  # fmt: skip


@dataclass(frozen=True)
class BroughtPage:
    """What a wiki's page became; `entry` is None for a redirect, for other namespaces and for a page without a readable text."""

    line: FileLine
    entry: BroughtEntry | None = None
    revisions: tuple[ExchangedRevision, ...] = ()
    redirect: tuple[str, str] | None = None  # (slug, slug that it leads to)
    categories: tuple[str, ...] = ()
    sources: tuple[SourceData, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()


def bring_page(
    page: WikiPage, *, language: str, licence: str = "", kinds: Mapping[str, EntryKind] = KINDS
) -> BroughtPage:
    """Convert a page and each of its revisions; only what the newest text lost is reported."""
    if page.namespace != MAIN:
        return _passed_over(page, N_("Only articles are imported, not talk, templates, files and the like."))
    readable = [revision for revision in page.revisions if revision.text is not None]
    if not readable:
        return _passed_over(page, N_("The page has no text that may be read."))
    newest = _converted(readable[-1])
    slug = slugify(page.title)
    target = page.redirect or newest.redirect
    if target:
        line = FileLine(path=page.title, outcome="entries", notes=(Message(template=N_("A redirect.")),))
        return BroughtPage(line, redirect=(slug, slugify(target)))
    return _entry(page, slug, readable, newest, language, licence, kinds)


def _entry(
    page: WikiPage, slug: str, readable: list[WikiRevision], newest: Converted, language: str, licence: str, kinds: Mapping[str, EntryKind]
) -> BroughtPage:  # fmt: skip
    texts = [_text(page.title, revision, _converted(revision)) for revision in readable]
    entry = ExchangedEntry(
        slug=slug,
        kind=_kind(newest.categories, kinds),
        texts={language: texts[-1]},
        slugs={language: slug},
        licence=licence,
        attribution=_attribution(page),
    )
    revisions = tuple(
        ExchangedRevision(slug, language, one.at, one.contributor, one.comment, one.minor, text)
        for one, text in zip(readable, texts, strict=True)
    )
    hidden = len(page.revisions) - len(readable)
    notes = [
        Message(
            template=N_("Revisions that are hidden on the wiki, and were left out: %(count)s."),
            values={"count": hidden},
        )
    ]
    body = texts[-1].body
    line = FileLine(
        path=page.title, outcome="entries", entries=(slug,), words=len(body.split()), links=len(addresses(body)),
        notes=tuple(notes if hidden else ()),
    )  # fmt: skip
    lost = tuple(
        NotUnderstood(
            path=page.title, line=_line_of(piece, readable[-1].text or ""), text=piece, reason=reason
        )
        for piece, reason in newest.notes
    )
    origin = f"{page.site.base or page.site.name}#{page.id}"
    return BroughtPage(line, brought(origin, entry), revisions, None, newest.categories, newest.sources, lost)


def _converted(revision: WikiRevision) -> Converted:
    """Return a revision's text as Markdown; what already is Markdown, and any other model, stays as it is."""
    text = revision.text or ""
    return to_markdown(text) if revision.model == "wikitext" else Converted(text)


def _text(title: str, revision: WikiRevision, converted: Converted) -> Text:
    if revision.model != "wikitext":
        text, problems = parse_page(
            converted.markdown
        )  # our own export writes title and fields before the text
        if text is not None and not problems:
            return text
    return Text(title=title[:200] or "?", body=converted.markdown)


def _kind(categories: Iterable[str], kinds: Mapping[str, EntryKind]) -> EntryKind:
    found = (kinds.get(category.replace("_", " ").casefold()) for category in categories)
    return next((kind for kind in found if kind), EntryKind.CONCEPT)


def _attribution(page: WikiPage) -> str:
    return f"{page.site.name}, “{page.title}”, {page.site.base}"[:500] if page.site.name else ""


def _line_of(piece: str, text: str) -> int:
    place = text.find(piece[:80]) if piece else 0
    return text.count("\n", 0, max(place, 0)) + 1


def _passed_over(page: WikiPage, template: str) -> BroughtPage:
    return BroughtPage(FileLine(path=page.title, outcome="passed_over", notes=(Message(template=template),)))
