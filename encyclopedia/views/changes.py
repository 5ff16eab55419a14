"""Recent changes and contributions: lines by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from fastapi import Request

from common.accounts.actors import Actor
from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.core.spam import ATTENTION
from encyclopedia.models import Page
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.changes import ABOUT_PEOPLE, Change, Changes, Wanted
from encyclopedia.schemas import LANGUAGES, SHEET
from encyclopedia.views.head import entry_path
from encyclopedia.views.history import RevisionMark, revision_mark
from encyclopedia.views.log_words import log_words
from encyclopedia.wording import ICONS, kind_name, language_name

_formats = Formats()
# Filters that are on or off: the address's name, and its label.
SWITCHES: tuple[tuple[str, str], ...] = (
    ("newest", N_("Newest of each page only")),
    ("no_minor", N_("Without minor edits")),
    ("no_programs", N_("Without programs")),
    ("no_imports", N_("Without imports")),
    ("unpatrolled", N_("Nobody looked at it yet")),
    ("unusual", N_("Looks unusual")),
    ("log", N_("With the log")),
)
FOR_REVIEWERS = {"unusual"}


@dataclass(frozen=True)
class ChangeLine:
    """One line: a revision (`mark`), or a line of the log (`words`)."""

    time: str
    at: str  # ISO 8601
    mark: RevisionMark | None
    words: str
    comment: str
    by: str
    by_href: str | None
    title: str
    href: str | None
    kind: str
    icon: str
    part: str  # the text's language in words, or the facts
    history_href: str | None
    undo: str | None  # where to post
    patrol: str | None
    reasons: tuple[str, ...] | None  # why it looks unusual; None: it does not, or is not for this viewer


@dataclass(frozen=True)
class ChangeDay:
    """A day's lines."""

    day: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class Switch:
    """A filter that is on or off."""

    name: str
    label: str
    on: bool


@dataclass(frozen=True)
class ChangeFilters:
    """The form above the list."""

    language: str
    kind: str
    languages: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    switches: tuple[Switch, ...]
    clear: str | None


@dataclass(frozen=True)
class ChangesPage:
    """Recent changes."""

    filters: ChangeFilters
    days: tuple[ChangeDay, ...]
    counted: str | None
    older: str | None
    newest: str | None
    feed: str


def wanted_from(values: Mapping[str, str], **more: object) -> Wanted:
    """Return what an address asks for; what it does not know is left out."""
    language = values.get("language", "")
    kind = values.get("kind", "")
    return Wanted(
        language=language if language in (*LANGUAGES, SHEET) else "",
        kind=kind if kind in set(EntryKind) else "",
        newest_only=bool(values.get("newest")),
        hide_minor=bool(values.get("no_minor")),
        hide_programs=bool(values.get("no_programs")),
        hide_imports=bool(values.get("no_imports")),
        unpatrolled=bool(values.get("unpatrolled")),
        unusual=bool(values.get("unusual")),
        log=bool(values.get("log")),
        **more,  # type: ignore[arg-type]  # person_id and entry_id, from doors that name them
    )


def query_of(wanted: Wanted) -> dict[str, str]:
    """Return the address's parameters for the same filters."""
    switched = {
        "newest": wanted.newest_only,
        "no_minor": wanted.hide_minor,
        "no_programs": wanted.hide_programs,
        "no_imports": wanted.hide_imports,
        "unpatrolled": wanted.unpatrolled,
        "unusual": wanted.unusual,
        "log": wanted.log,
    }
    chosen = {"language": wanted.language, "kind": wanted.kind}
    return {key: value for key, value in chosen.items() if value} | {
        key: "1" for key, on in switched.items() if on
    }


def filters_of(viewer: Actor, wanted: Wanted, clear: str) -> ChangeFilters:
    """Return the form with what is chosen."""
    chosen = query_of(wanted)
    reviews = PERMISSIONS.allows(viewer, Permission.REVIEW)
    return ChangeFilters(
        wanted.language,
        wanted.kind,
        (
            ("", _("All texts and facts")),
            *((code, language_name(code)) for code in LANGUAGES),
            (SHEET, _("Facts")),
        ),
        (("", _("All kinds")), *((kind.value, kind_name(kind)) for kind in EntryKind)),
        tuple(
            Switch(name, _(label), name in chosen)
            for name, label in SWITCHES
            if reviews or name not in FOR_REVIEWERS
        ),
        clear if chosen else None,
    )


def days_of(
    request: Request, viewer: Actor, found: Changes, reasons: Mapping[int, Sequence[str]]
) -> tuple[ChangeDay, ...]:
    """Return changes by day (UTC). `reasons`: revision → why it looks unusual, for those who may know."""
    lines = [(change, _line(request, viewer, change, reasons)) for change in found.items]
    return tuple(
        ChangeDay(_formats.date(day), tuple(line for _change, line in group))
        for day, group in groupby(lines, key=lambda pair: pair[0].at.date())
    )


def counted(found: Changes) -> str | None:
    """Return how many changes a page lists, None for none."""
    if not found.items:
        return None
    words = ngettext("%(count)s change on this page", "%(count)s changes on this page", len(found.items))
    return words % {"count": _formats.number(len(found.items))}


def unusual_ones(viewer: Actor, found: Changes) -> list[Change]:
    """Return the changes whose reasons the viewer should be told."""
    if not PERMISSIONS.allows(viewer, Permission.REVIEW):
        return []
    return [each for each in found.items if each.revision is not None and each.revision.spam >= ATTENTION]


def older_href(address: str, wanted: Wanted, found: Changes) -> str | None:
    """Return where the list goes on."""
    if found.more is None:
        return None
    return f"{address}?{urlencode({**query_of(wanted), 'after': str(found.more)})}"


def part_name(page: Page) -> str:
    """Return which part of an entry a page is: the facts, or the text in a language."""
    return _("Facts") if page.language == SHEET else language_name(page.language)


def _line(
    request: Request, viewer: Actor, change: Change, reasons: Mapping[int, Sequence[str]]
) -> ChangeLine:
    entry, revision, page = change.entry, change.revision, change.page
    href = entry_path(request, "encyclopedia_entry", entry.slug) if entry else None
    shared = {
        "time": change.at.strftime("%H:%M"),
        "at": change.at.isoformat(),
        "href": href,
        "kind": kind_name(entry.kind) if entry else "",
        "icon": ICONS[EntryKind(entry.kind)] if entry else "circle-dashed",
    }
    if revision is None or page is None:
        return _log_line(request, change, shared)
    mark = revision_mark(request, revision, page)
    of = "facts" if page.language == SHEET else page.language
    history = path_for(request, "encyclopedia_history", slug=entry.slug, query={"of": of}) if entry else None
    own = revision.author_id is not None and revision.author_id == viewer.person_id
    may_undo = PERMISSIONS.allows(viewer, Permission.EDIT) and revision.parent_id is not None
    may_patrol = PERMISSIONS.allows(viewer, Permission.REVIEW) and not own and revision.patrolled_at is None
    found = reasons.get(revision.id)
    return ChangeLine(
        **shared,  # type: ignore[arg-type]  # built above, by name
        mark=mark,
        words="",
        comment=mark.summary,
        by=mark.author,
        by_href=mark.author_href,
        title=page.title if page.language != SHEET else entry.title if entry else page.title,
        part=part_name(page),
        history_href=history,
        undo=path_for(request, "encyclopedia_undo", revision_id=revision.id) if may_undo else None,
        patrol=path_for(request, "encyclopedia_patrol", revision_id=revision.id) if may_patrol else None,
        reasons=tuple(found) if found is not None else None,
    )


def _log_line(request: Request, change: Change, shared: dict[str, str | None]) -> ChangeLine:
    line = change.line
    if line is None:
        msg = "a change is a revision or a line of the log"
        raise LookupError(msg)
    gone = line.entry_id is not None and change.entry is None
    person = line.details.get("person") if line.action in ABOUT_PEOPLE else None
    about = path_for(request, "encyclopedia_person", person_id=person) if person else shared["href"]
    return ChangeLine(
        **{**shared, "href": about},  # type: ignore[arg-type]  # built above, by name
        mark=None,
        words=log_words(line.action, line.details),
        comment=line.comment,
        by=line.actor_name,
        by_href=path_for(request, "encyclopedia_person", person_id=line.actor_id) if line.actor_id else None,
        title=_("an entry that was deleted") if gone and line.action != "deleted" else line.title,
        part="",
        history_href=None,
        undo=None,
        patrol=None,
        reasons=None,
    )
