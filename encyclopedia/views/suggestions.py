"""Suggestions: the forms, the page where one sees what became of one's own, and the list of those who decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from common.i18n import N_
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.core.spam import ATTENTION
from encyclopedia.models import Suggestion
from encyclopedia.queries.suggestions import STATES
from encyclopedia.views.diff import ShownDiff
from encyclopedia.views.head import EntryHead
from encyclopedia.views.tabs import ListTab, tab
from encyclopedia.wording import kind_name, language_name

_formats = Formats()
STATE_WORDS = {
    "open": N_("Waiting for somebody to look at it"),
    "accepted": N_("Taken up"),
    "declined": N_("Not taken up"),
}
STATE_TABS = {"open": N_("Waiting"), "accepted": N_("Taken up"), "declined": N_("Declined")}
TONES = {"open": "info", "accepted": "ok", "declined": "quiet"}
SORTS = {"note": N_("Remark"), "text": N_("Changed text"), "entry": N_("New entry")}
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SuggestPage:
    """The form for an entry: a remark (`how` is note), or its text (text)."""

    head: EntryHead
    how: str
    form: Form
    began: str  # signed: when the form was opened
    base_id: int


@dataclass(frozen=True)
class ProposePage:
    """The form for a new entry."""

    form: Form
    kinds: Choices
    began: str


@dataclass(frozen=True)
class SuggestionPage:
    """What became of a suggestion, for whoever made it."""

    sort: str
    title: str
    href: str | None
    state: str
    tone: str
    sent: str
    decided: str
    reason: str
    words: str
    address: str


@dataclass(frozen=True)
class SuggestionLine:
    """One suggestion, for those who decide. `diff` for a changed text, `html` for what it would show."""

    id: int
    sort: str
    kind: str  # of a new entry
    title: str
    href: str | None
    language: str
    by: str
    when: str
    note: Markup
    diff: ShownDiff | None
    lead: str
    text: Markup
    unusual: tuple[str, ...] | None
    open: bool
    state: str
    tone: str
    decided: str
    reason: str
    takes: str  # what accepting does


@dataclass(frozen=True)
class SuggestionsPage:
    """The list."""

    tabs: tuple[ListTab, ...]
    state: str
    lines: tuple[SuggestionLine, ...]
    count: str
    number: int
    pages: int
    pages_href: str
    form: Form
    posted: int


@dataclass(frozen=True)
class Prepared:
    """What the door found out about one suggestion."""

    suggestion: Suggestion
    title: str
    href: str | None
    note: str
    text: str
    diff: ShownDiff | None
    reasons: Sequence[str]


def suggestion_page(
    request: Request, suggestion: Suggestion, title: str, href: str | None, address: str
) -> SuggestionPage:
    """Return what whoever made a suggestion may see of it."""
    text = suggestion.text or {}
    return SuggestionPage(
        sort=_(SORTS[suggestion.kind]),
        title=title or str(text.get("title", "")),
        href=href,
        state=_(STATE_WORDS[suggestion.state]),
        tone=TONES[suggestion.state],
        sent=_formats.date(suggestion.at),
        decided=_decided(suggestion),
        reason=suggestion.reason,
        words=suggestion.note,
        address=address + path_for(request, "encyclopedia_suggestion", token=suggestion.token),
    )


def suggestion_line(found: Prepared) -> SuggestionLine:
    """Return a suggestion as those see it who decide on it."""
    suggestion = found.suggestion
    takes = {
        "note": _("Open a thread from it"),
        "text": _("Save as a revision"),
        "entry": _("Open the entry"),
    }
    text = suggestion.text or {}
    return SuggestionLine(
        id=suggestion.id,
        sort=_(SORTS[suggestion.kind]),
        kind=kind_name(suggestion.entry_kind) if suggestion.entry_kind else "",
        title=found.title or str(text.get("title", "")),
        href=found.href,
        language=language_name(suggestion.language),
        by=suggestion.name or _("a reader"),
        when=_formats.datetime(suggestion.at),
        note=Markup(found.note),  # noqa: S704 - sanitised by core.markup
        diff=found.diff,
        lead=str(text.get("lead", "")) if suggestion.kind == "entry" else "",
        text=Markup(found.text),  # noqa: S704 - sanitised by core.markup
        unusual=tuple(found.reasons) if suggestion.spam >= ATTENTION else None,
        open=suggestion.state == "open",
        state=_(STATE_WORDS[suggestion.state]),
        tone=TONES[suggestion.state],
        decided=_decided(suggestion),
        reason=suggestion.reason,
        takes=takes[suggestion.kind],
    )


def suggestion_tabs(request: Request, state: str) -> tuple[ListTab, ...]:
    """Return the states."""
    address = path_for(request, "encyclopedia_suggestions")
    return tuple(
        tab(_(STATE_TABS[each]), f"{address}?state={each}", current=each == state) for each in STATES
    )


def _decided(suggestion: Suggestion) -> str:
    if suggestion.decided_at is None:
        return ""
    values = {"name": suggestion.decided_by, "date": _formats.date(suggestion.decided_at)}
    return _("by %(name)s on %(date)s") % values
