"""The list of sources, and one source's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import Request

from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.i18n import ngettext
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.core.bibliography import to_bibtex
from encyclopedia.core.citations import Reference, coins, reference
from encyclopedia.models import Source
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName
from encyclopedia.queries.sources import ListedSource, SourceFilter, SourceSort, SourceState
from encyclopedia.schemas import SourceData
from encyclopedia.views.dates import partial_date
from encyclopedia.views.head import entry_path
from encyclopedia.views.library_words import (
    LINK_MEANINGS,
    LINK_STATES,
    SOURCE_SORTS,
    SOURCE_STATES,
    SOURCE_TYPES,
    source_type_name,
)
from encyclopedia.views.link_check import CheckPart
from encyclopedia.wording import ICONS, kind_name

ARCHIVE = "https://web.archive.org/web/*/"  # where an address's copies in the Wayback Machine are listed
_formats = Formats()


@dataclass(frozen=True)
class SourceLine:
    """One line of the list."""

    key: str
    href: str
    line: Reference
    type: str
    cited: str  # a sentence
    state: str
    tone: str
    dead: bool
    own_copy: bool
    coins: str


@dataclass(frozen=True)
class SourcesPage:
    """The list of sources."""

    lines: tuple[SourceLine, ...]
    text: str
    state: str
    type: str
    sort: str
    states: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    count: str
    clear: str | None
    number: int
    pages: int
    pages_href: str
    range: str
    exports: tuple[tuple[str, str], ...]
    may_add: bool
    may_check: bool
    check: CheckPart | None


@dataclass(frozen=True)
class Citing:
    """An entry that cites a source."""

    title: str
    href: str
    language: str
    kind: str
    icon: str


@dataclass(frozen=True)
class SourcePage:
    """One source."""

    key: str
    line: Reference
    title: str
    url: str
    facts: tuple[tuple[str, str], ...]
    state: str
    tone: str
    meaning: str
    checked: str
    archive_href: str
    find_archive_href: str
    capture_href: str | None
    citing: tuple[Citing, ...]
    cited: str
    same: tuple[tuple[str, str, str], ...]  # key, title, address
    bibtex: str
    cite_hrefs: tuple[tuple[str, str], ...]
    coins: str
    may_edit: bool
    may_remove: bool


def sources_page(
    request: Request,
    viewer: Actor,
    wanted: SourceFilter,
    found: Paged[ListedSource],
    counts: Mapping[SourceState, int],
    check: CheckPart | None,
) -> SourcesPage:
    """Return the list of sources."""
    query = {"q": wanted.text, "state": wanted.state.value, "type": wanted.type}
    query["sort"] = wanted.sort.value if wanted.sort is not SourceSort.TITLE else ""
    narrowed = bool(wanted.text or wanted.state or wanted.type)
    return SourcesPage(
        lines=tuple(_line(request, each) for each in found.items),
        text=wanted.text,
        state=wanted.state.value,
        type=wanted.type,
        sort=wanted.sort.value,
        states=tuple(
            (state.value, f"{_(name)} ({_formats.number(counts[state])})")
            for state, name in SOURCE_STATES.items()
        ),
        types=(("", _("All types")), *((code, _(name)) for code, name in SOURCE_TYPES.items())),
        sorts=tuple((sort.value, _(name)) for sort, name in SOURCE_SORTS.items()),
        count=ngettext("%(count)s source", "%(count)s sources", found.total)
        % {"count": _formats.number(found.total)},
        clear=path_for(request, "encyclopedia_sources") if narrowed else None,
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_sources", query={**query, "page": "PAGE"}).replace(
            "PAGE", "{page}"
        ),
        range=f"{found.first}–{found.last}" if found.pages > 1 else "",
        exports=tuple(
            (name, path_for(request, route, query=query))
            for name, route in (
                ("BibTeX", "encyclopedia_sources_bibtex"),
                ("CSL-JSON", "encyclopedia_sources_csl"),
            )
        ),
        may_add=PERMISSIONS.allows(viewer, Permission.CREATE),
        may_check=PERMISSIONS.allows(viewer, Permission.REVIEW),
        check=check,
    )


def source_page(
    request: Request,
    viewer: Actor,
    source: Source,
    data: SourceData,
    citing: Sequence[EntryName],
    same: Sequence[Source],
) -> SourcePage:
    """Return one source's page."""
    word, tone = LINK_STATES[source.link_state]
    return SourcePage(
        key=source.key,
        line=reference(data),
        title=data.title,
        url=data.url or "",
        facts=_facts(data),
        state=_(word),
        tone=tone,
        meaning=_(LINK_MEANINGS[source.link_state]),
        checked=_checked(source.checked_at, source.http_status),
        archive_href=data.archive_url or "",
        find_archive_href=f"{ARCHIVE}{quote(data.url, safe=':/')}" if data.url else "",
        capture_href=_capture_href(request, viewer, source),
        citing=tuple(_citing(request, each) for each in citing),
        cited=ngettext("Cited by %(count)s entry", "Cited by %(count)s entries", len(citing))
        % {"count": len(citing)},
        same=tuple(
            (each.key, each.title, path_for(request, "encyclopedia_source", key=each.key)) for each in same
        ),
        bibtex=to_bibtex(data),
        cite_hrefs=tuple(
            (name, path_for(request, "encyclopedia_source_cite", key=source.key, query={"as": kind}))
            for name, kind in (("BibTeX", "bibtex"), ("CSL-JSON", "csl"))
        ),
        coins=coins(data),
        may_edit=PERMISSIONS.allows(viewer, Permission.CREATE),
        may_remove=PERMISSIONS.allows(viewer, Permission.REVIEW) and not citing,
    )


def _line(request: Request, each: ListedSource) -> SourceLine:
    word, tone = LINK_STATES[each.source.link_state]
    return SourceLine(
        key=each.data.key,
        href=path_for(request, "encyclopedia_source", key=each.data.key),
        line=reference(each.data),
        type=source_type_name(each.data.type),
        cited=ngettext("cited by %(count)s entry", "cited by %(count)s entries", each.cited)
        % {"count": each.cited}
        if each.cited
        else _("not cited"),
        state=_(word) if each.data.url else "",
        tone=tone,
        dead=each.source.link_state == "dead",
        own_copy=each.source.capture is not None,
        coins=coins(each.data),
    )


def _facts(data: SourceData) -> tuple[tuple[str, str], ...]:
    names = "; ".join(
        author.literal or ", ".join(part for part in (author.family, author.given) if part)
        for author in data.authors
    )
    pairs = (
        (_("Kind of source"), source_type_name(data.type)),
        (_("Authors"), names),
        (_("Published"), partial_date(data.issued) if data.issued else ""),
        (_("In"), data.container),
        (_("Publisher"), data.publisher),
        (_("DOI"), data.doi or ""),
        (_("Language"), data.language),
        (_("Read on"), _formats.date(data.accessed) if data.accessed else ""),
    )
    return tuple((name, value) for name, value in pairs if value)


def _checked(at: datetime | None, status: int | None) -> str:
    if at is None:
        return ""
    words = {"date": _formats.date(at), "status": status}
    if status is None:
        return _("Asked on %(date)s: no answer.") % words
    return _("Asked on %(date)s: answered with status %(status)s.") % words


def _capture_href(request: Request, viewer: Actor, source: Source) -> str | None:
    if source.capture is None or not PERMISSIONS.allows(viewer, Permission.EDIT):
        return None
    return path_for(request, "encyclopedia_capture", key=source.key)


def _citing(request: Request, name: EntryName) -> Citing:
    return Citing(
        name.title,
        entry_path(request, "encyclopedia_entry", name.slug),
        name.language,
        kind_name(name.kind),
        ICONS[name.kind],  # type: ignore[index]  # a StrEnum's member is its string
    )
