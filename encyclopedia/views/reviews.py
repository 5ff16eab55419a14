"""Review: what of an entry waits, what was said of it, and the queues of all that waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.taxonomy import EntryKind
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.models import Page, Review, Revision
from encyclopedia.queries.reviews import QUEUES, Waiting
from encyclopedia.views.changes import part_name
from encyclopedia.views.head import EntryHead, entry_path
from encyclopedia.views.history import RevisionMark, revision_mark
from encyclopedia.views.tabs import ListTab, tab
from encyclopedia.wording import ICONS, state_name

_formats = Formats()
TONES = {"draft": "quiet", "proposed": "info", "changes_asked": "warn", "reviewed": "ok"}
VERDICT_WORDS = {
    "proposed": N_("asked for a review"),
    "approved": N_("approved"),
    "changes_asked": N_("asked for changes"),
    "still_true": N_("confirmed that it still holds"),
}
QUEUE_NAMES = {
    "proposed": N_("Waiting for review"),
    "newer": N_("Edited since the review"),
    "due": N_("Due again"),
    "changes_asked": N_("Changes asked for"),
}


@dataclass(frozen=True)
class PartReview:
    """One text of an entry, or its facts: what is newest, what is reviewed, and what the viewer can do."""

    page_id: int
    name: str
    state: str
    tone: str
    newest: RevisionMark
    reviewed: RevisionMark | None
    diff: str | None  # from the reviewed to the newest
    waits: bool
    may_propose: bool
    may_decide: bool
    may_confirm: bool


@dataclass(frozen=True)
class ReviewLine:
    """What somebody said of a revision."""

    by: str
    words: str
    part: str
    number: int
    href: str
    reason: str
    when: str


@dataclass(frozen=True)
class ReviewPage:
    """An entry's review page."""

    head: EntryHead
    parts: tuple[PartReview, ...]
    lines: tuple[ReviewLine, ...]
    reviewed: str
    due: str
    overdue: bool
    form: Form
    posted_page: int  # the part whose form is shown again


@dataclass(frozen=True)
class QueueLine:
    """One page that waits."""

    title: str
    language: str
    href: str
    icon: str
    part: str
    since: str
    by: str
    said: str
    reason: str
    diff: str | None


@dataclass(frozen=True)
class QueuePage:
    """What waits for reviewers."""

    which: str
    title: str
    tabs: tuple[ListTab, ...]
    lines: tuple[QueueLine, ...]
    count: str
    number: int
    pages: int
    pages_href: str
    feed: str


def part_review(
    request: Request,
    page: Page,
    newest: Revision,
    reviewed: Revision | None,
    *,
    may_edit: bool,
    may_review: bool,
) -> PartReview:
    """Return one part of an entry as its review page shows it."""
    waits = reviewed is None or reviewed.id != newest.id
    diff = None
    if reviewed is not None and waits:
        query = {"against": reviewed.id}
        diff = path_for(request, "encyclopedia_diff", revision_id=newest.id, query=query)
    return PartReview(
        page_id=page.id,
        name=part_name(page),
        state=state_name(page.state),
        tone=TONES[page.state],
        newest=revision_mark(request, newest, page),
        reviewed=revision_mark(request, reviewed, page) if reviewed else None,
        diff=diff,
        waits=waits,
        may_propose=may_edit and waits and page.state != "proposed",
        may_decide=may_review and waits,
        may_confirm=may_review and not waits,
    )


def review_lines(request: Request, found: Sequence[tuple[Review, Page, int]]) -> tuple[ReviewLine, ...]:
    """Return what was said, as the page shows it."""
    return tuple(
        ReviewLine(
            review.by_name,
            _(VERDICT_WORDS.get(review.verdict, review.verdict)),
            part_name(page),
            number,
            path_for(request, "encyclopedia_revision", revision_id=review.revision_id),
            review.reason,
            _formats.datetime(review.at),
        )
        for review, page, number in found
    )


def queue_tabs(request: Request, which: str, counts: Mapping[str, int]) -> tuple[ListTab, ...]:
    """Return the queues with their counts."""
    address = path_for(request, "encyclopedia_reviews")
    return tuple(
        tab(_(QUEUE_NAMES[each]), f"{address}?which={each}", current=each == which, count=counts[each])
        for each in QUEUES
    )


def queue_lines(request: Request, found: Paged[Waiting], which: str) -> tuple[QueueLine, ...]:
    """Return what waits, as the page shows it."""
    return tuple(_queue_line(request, each, which) for each in found.items)


def _queue_line(request: Request, each: Waiting, which: str) -> QueueLine:
    page, said = each.page, each.asked
    diff = None
    if page.reviewed_revision_id is not None and page.reviewed_revision_id != each.revision.id:
        query = {"against": page.reviewed_revision_id}
        diff = path_for(request, "encyclopedia_diff", revision_id=each.revision.id, query=query)
    return QueueLine(
        title=each.entry.title,
        language=each.entry.language,
        href=entry_path(request, "encyclopedia_review", each.entry.slug),
        icon=ICONS[EntryKind(each.entry.kind)],
        part="" if which == "due" else part_name(page),
        since=_formats.date(each.since),
        by=each.revision.author_name,
        said=f"{said.by_name} {_(VERDICT_WORDS.get(said.verdict, ''))}" if said else "",
        reason=said.reason if said else "",
        diff=diff,
    )
