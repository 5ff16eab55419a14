"""Exports: what is chosen by a search, written in a format."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO, TypeVar

import orjson
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.templating import toolkit_version
from encyclopedia.core.exchange import dump_folder
from encyclopedia.core.export.archive import write_zip
from encyclopedia.core.export.git_history import write_bundle as write_git
from encyclopedia.core.export.mediawiki import Model, write_xml
from encyclopedia.core.export.pdf import write_pdf
from encyclopedia.core.export.printed import Wording
from encyclopedia.core.export.records import write_json, write_lines
from encyclopedia.core.export.shapes import ExportedEntry, ExportedRevision, Site
from encyclopedia.core.export.static_site import write_site
from encyclopedia.core.export.stix import write_bundle as write_stix
from encyclopedia.core.export.table import write_csv
from encyclopedia.queries.exporting import (
    count_revisions,
    every_id,
    exchange_slugs,
    exported_entries,
    history_by_page,
    history_by_time,
    sources_changed_at,
    sources_for,
    terms_for,
)
from encyclopedia.queries.search import SearchQuery, search
from encyclopedia.schemas import SourceData
from encyclopedia.wording import field_value_name, kind_name

STEP = 100  # results of a search at once
MOST_CHOSEN = 20_000  # entries by a search; the whole encyclopedia has no such bound
MOST_PRINTED = 500  # entries in one PDF
Counted = TypeVar("Counted", ExportedEntry, ExportedRevision)
Progress = Callable[[int], None]


class Format(StrEnum):
    """The formats."""

    JSON = "json"
    LINES = "ndjson"
    CSV = "csv"
    MARKDOWN = "markdown"
    GIT = "git"
    MEDIAWIKI = "mediawiki"
    MEDIAWIKI_TEXT = "mediawiki-text"
    STIX = "stix"
    PDF = "pdf"
    SITE = "site"


@dataclass(frozen=True)
class FormatKind:
    """How a format is named and sent. `weight`: how much work an entry is, next to JSON."""

    name: str
    purpose: str
    extension: str
    media_type: str
    weight: int = 1
    history: bool = False


FORMATS: Mapping[Format, FormatKind] = {
    Format.MARKDOWN: FormatKind(N_("Markdown folder"), N_("To edit elsewhere and import again: one folder an entry, one file a language, sources beside them. Nothing is lost but the history."), "zip", "application/zip"),
    Format.GIT: FormatKind(N_("Git repository"), N_("The whole history: one commit a revision, with author, date and summary. “git clone” takes the file as it is."), "bundle", "application/x-git-bundle", 2, history=True),
    Format.JSON: FormatKind(N_("JSON"), N_("For programs: every entry with its facts, texts and sources in one document."), "json", "application/json"),
    Format.LINES: FormatKind(N_("JSON lines"), N_("For programs that read one entry after another."), "ndjson", "application/x-ndjson"),
    Format.CSV: FormatKind(N_("CSV table"), N_("For spreadsheets: one row an entry with its facts, without the texts."), "csv", "text/csv; charset=utf-8"),
    Format.PDF: FormatKind(N_("PDF to print"), N_("To read on paper: texts, facts and references, with licence, date and address on each page."), "pdf", "application/pdf", 15),
    Format.SITE: FormatKind(N_("Website for offline use"), N_("A folder of pages in both languages, with contents and search. Opens in a browser without a network."), "zip", "application/zip", 3),
    Format.MEDIAWIKI: FormatKind(N_("MediaWiki XML"), N_("For wikis that read Markdown: every page with its full history."), "xml", "application/xml", 2, history=True),
    Format.MEDIAWIKI_TEXT: FormatKind(N_("MediaWiki XML, plain text"), N_("For any MediaWiki: the same, with texts marked as plain text."), "xml", "application/xml", 2, history=True),
    Format.STIX: FormatKind(N_("STIX 2.1"), N_("For threat-intelligence platforms: case studies as campaigns, with the DISARM techniques that they used."), "json", "application/stix+json;version=2.1"),
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """What is wanted: a format, a language (for PDF and STIX), entries by id (None: all)."""

    format: Format
    language: str
    ids: tuple[int, ...] | None = None


def chosen_ids(session: Session, actor: Actor, query: SearchQuery) -> tuple[int, ...] | None:
    """Return the entries that a search finds, in its order; None where nothing was asked: all of them."""
    if not query.text and not any(query.facets.values()):
        every_id(session, actor)  # raises where the actor may not read
        return None
    ids: dict[int, None] = {}
    for page in range(1, MOST_CHOSEN // STEP + 1):
        found = search(session, query, page=page, size=STEP)
        hits = () if found.corrected else found.hits  # what was not asked for is not taken away
        ids |= dict.fromkeys(hit.entry_id for hit in hits)
        if len(hits) < STEP:
            break
    return tuple(ids)


def work_of(session: Session, actor: Actor, order: Order) -> int:
    """Return how much there is to do: entries, or revisions where the format takes the history, times the format's weight."""
    kind = FORMATS[order.format]
    if kind.history:
        return count_revisions(session, actor, order.ids) * kind.weight
    return len(every_id(session, actor) if order.ids is None else order.ids) * kind.weight


def steps_of(session: Session, actor: Actor, order: Order) -> int:
    """Return how many steps progress counts."""
    return work_of(session, actor, order) // FORMATS[order.format].weight


def write_export(
    session: Session,
    actor: Actor,
    order: Order,
    target: IO[bytes],
    site: Site,
    *,
    at: datetime,
    progress: Progress = lambda _done: None,
) -> None:
    """Write an export to a file that can be sought.

    Raises:
        Invalid: nothing was chosen, or more than the format can hold.
    """
    if order.ids == ():
        raise Invalid(_("Nothing was chosen. Try another search."))
    if FORMATS[order.format].history:
        _write_history(session, actor, order, target, site, progress)
        return
    ids = every_id(session, actor) if order.ids is None else order.ids
    if order.format is Format.PDF and not ids:
        raise Invalid(_("There is no entry yet."))
    if order.format is Format.PDF and len(ids) > MOST_PRINTED:
        raise Invalid(
            _("A PDF holds at most %(count)s entries. Choose fewer by a search.") % {"count": MOST_PRINTED}
        )
    entries = _counted(exported_entries(session, actor, ids), progress)
    sources = sources_for(session, actor, order.ids)
    _write_entries(session, order, target, site, entries, sources, at)


def _write_entries(
    session: Session,
    order: Order,
    target: IO[bytes],
    site: Site,
    entries: Iterator[ExportedEntry],
    sources: Sequence[SourceData],
    at: datetime,
) -> None:
    by_key = {source.key: source for source in sources}
    if order.format is Format.JSON:
        target.writelines(write_json(entries, sources, site))
    elif order.format is Format.LINES:
        target.writelines(write_lines(entries, site))
    elif order.format is Format.CSV:
        target.writelines(write_csv(entries, site))
    elif order.format is Format.MARKDOWN:
        files = dump_folder([each.entry for each in entries], sources)
        write_zip(target, ((path, text.encode()) for path, text in files.items()))
    elif order.format is Format.SITE:
        write_zip(target, write_site(list(entries), by_key, site, wording(), printed_on=at.date()))
    elif order.format is Format.PDF:
        given = list(entries)
        target.write(write_pdf(given, order.language, by_key, site, wording(), printed_on=at.date()))
    else:
        given = list(entries)
        codes = {fact.value for each in given for fact in each.entry.facts.get("techniques", ())}
        bundle = write_stix(given, terms_for(session, codes), by_key, site, order.language)
        target.write(orjson.dumps(bundle, option=orjson.OPT_INDENT_2))


def _write_history(
    session: Session, actor: Actor, order: Order, target: IO[bytes], site: Site, progress: Progress
) -> None:
    if order.format is not Format.GIT:
        model = Model.TEXT if order.format is Format.MEDIAWIKI_TEXT else Model.MARKDOWN
        history = _counted(history_by_page(session, actor, order.ids), progress)
        target.writelines(write_xml(history, site, model=model))
        return
    ids = every_id(session, actor) if order.ids is None else order.ids
    entries = {each.entry.slug: each.entry for each in exported_entries(session, actor, ids)}
    slugs = exchange_slugs(session, every_id(session, actor))
    past: Iterable[ExportedRevision] = _counted(history_by_time(session, actor, order.ids), progress)
    write_git(
        target, past, entries, slugs.get, sources_for(session, actor, order.ids), sources_at=sources_changed_at(session)
    )  # fmt: skip


def _counted(items: Iterator[Counted], progress: Progress) -> Iterator[Counted]:
    for number, item in enumerate(items, 1):
        yield item
        progress(number)


def wording() -> Wording:
    """Return the words for codes, in the language that is being written."""
    return Wording(kind=kind_name, value=field_value_name, day=Formats().date)


def site_at(public_url: str) -> Site:
    """Return where this deployment's encyclopedia stands."""
    return Site(_("Encyclopedia"), public_url.rstrip("/"), f"Disinformation toolkit {toolkit_version()}")
