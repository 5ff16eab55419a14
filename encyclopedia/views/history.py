"""A page's past: the list of its revisions, one revision, the difference between two."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.models import Page, Review, Revision
from encyclopedia.queries.places import RevisionPlace
from encyclopedia.schemas import SHEET
from encyclopedia.views.diff import ShownDiff
from encyclopedia.views.head import EntryHead
from encyclopedia.views.preview import PreviewPart
from encyclopedia.wording import ORIGIN_NAMES, language_name

FORMATS = Formats()
_SECTION = re.compile(r"/\* (.{1,100}?) \*/ ?")


@dataclass(frozen=True)
class RevisionMark:
    """A revision in one line: who, when, why, how much. `change` is the difference in bytes, signed and worded."""

    id: int
    number: int
    at: datetime
    author: str
    author_href: str | None
    section: str
    summary: str
    minor: bool
    program: bool
    origin: str  # "" for an ordinary edit
    merge: bool
    bytes: int
    change: str
    grown: int  # 1, 0, -1
    review: str  # "" or what a reviewer said
    patrolled: bool
    newest: bool
    first: bool
    href: str
    diff_href: str


@dataclass(frozen=True)
class HistoryTab:
    """One history of an entry: of a language's text, or of the facts."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class HistoryPage:
    """The revisions of one page, newest first."""

    head: EntryHead
    tabs: tuple[HistoryTab, ...]
    lines: tuple[RevisionMark, ...]
    page: Paged[Revision]
    page_range: str
    pages_href: str
    compare: str
    of: str
    may_edit: bool
    languages_href: str | None


@dataclass(frozen=True)
class RevisionPage:
    """One revision, as it was."""

    head: EntryHead
    mark: RevisionMark
    of_sheet: bool
    shown: PreviewPart | None
    facts: ShownDiff | None  # the sheet, as what it added to nothing
    source: str
    earlier: str | None
    later: str | None
    history: str
    may_edit: bool


@dataclass(frozen=True)
class DiffPage:
    """What changed between two revisions of a page. `after`: edits that lie between them, besides the newer one."""

    head: EntryHead
    old: RevisionMark | None  # None: the newer one is the page's first
    new: RevisionMark
    diff: ShownDiff
    between: int
    earlier: str | None
    later: str | None
    history: str
    may_edit: bool
    may_patrol: bool
    single: bool  # the two stand next to one another: the newer one can be undone


def revision_mark(
    request: Request, revision: Revision, page: Page, reviews: Mapping[int, str] | None = None
) -> RevisionMark:
    """Return a revision as lists and heads show it."""
    section = _SECTION.match(revision.summary)
    change = revision.bytes - revision.bytes_before
    person = revision.author_id
    return RevisionMark(
        id=revision.id,
        number=revision.number,
        at=revision.at,
        author=revision.author_name,
        author_href=path_for(request, "encyclopedia_person", person_id=person) if person else None,
        section=section[1] if section else "",
        summary=revision.summary[section.end() :] if section else revision.summary,
        minor=revision.minor,
        program=revision.bot,
        origin=_(ORIGIN_NAMES.get(revision.origin, "")),
        merge=revision.base_id not in {None, revision.parent_id},
        bytes=revision.bytes,
        change=("+" if change > 0 else "−" if change < 0 else "±") + FORMATS.number(abs(change)),
        grown=(change > 0) - (change < 0),
        review=(reviews or {}).get(revision.id, ""),
        patrolled=revision.patrolled_at is not None,
        newest=revision.id == page.revision_id,
        first=revision.parent_id is None,
        href=path_for(request, "encyclopedia_revision", revision_id=revision.id),
        diff_href=path_for(request, "encyclopedia_diff", revision_id=revision.id),
    )


def verdicts(page: Page, reviews: Sequence[Review]) -> dict[int, str]:
    """Return revision → what was last said of it."""
    words = {
        "approved": _("Reviewed"),
        "still_true": _("Reviewed"),
        "changes_asked": _("Changes asked for"),
        "proposed": _("Waiting for review"),
    }
    found = {review.revision_id: words.get(review.verdict, "") for review in reversed(reviews)}
    if page.reviewed_revision_id is not None:
        found[page.reviewed_revision_id] = _("Reviewed")
    return found


def history_tabs(
    request: Request, slug: str, pages: Mapping[str, Page], current: str
) -> tuple[HistoryTab, ...]:
    """Return the histories of an entry: one for each language, and one for the facts."""
    tabs = []
    for code in sorted(pages, key=lambda code: (code == SHEET, code)):
        label = _("Facts") if code == SHEET else language_name(code).capitalize()
        of = "facts" if code == SHEET else code
        href = path_for(request, "encyclopedia_history", slug=slug, query={"of": of})
        tabs.append(HistoryTab(label, href, code == current))
    return tuple(tabs)


def history_path(request: Request, place: RevisionPlace) -> str:
    """Return the address of the history that a revision belongs to."""
    of = "facts" if place.of_sheet else place.page.language
    return path_for(request, "encyclopedia_history", slug=place.found.page.slug, query={"of": of})
