"""What somebody did in the encyclopedia, and what coordinators can do about it."""

from dataclasses import dataclass

from fastapi import Request

from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.models import Block
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.people import Contributor
from encyclopedia.queries.reverting import PageRemedy, Remedy, RevertPlan
from encyclopedia.schemas import SHEET
from encyclopedia.views.changes import ChangeDay, ChangeFilters, part_name
from encyclopedia.views.head import entry_path

_formats = Formats()
DURATIONS = ("1", "3", "7", "30", "365", "")  # days; "": until it is lifted


@dataclass(frozen=True)
class PersonPage:
    """A person's contributions."""

    person_id: str
    name: str
    own: bool
    lead: str
    block: str | None  # why and until when they may not edit, for those who may know
    filters: ChangeFilters
    days: tuple[ChangeDay, ...]
    counted: str | None
    older: str | None
    newest: str | None
    feed: str
    may_block: bool
    form: Form
    durations: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RemedyLine:
    """One page of a plan to undo all that somebody did."""

    title: str
    part: str
    href: str
    history: str
    words: str


@dataclass(frozen=True)
class RevertPage:
    """The preview of undoing all that somebody did since a time."""

    person_id: str
    name: str
    since: str
    since_words: str
    restored: tuple[RemedyLine, ...]
    deleted: tuple[RemedyLine, ...]
    by_hand: tuple[RemedyLine, ...]
    mark: str
    form: Form
    done: bool


def lead_of(person: Contributor) -> str:
    """Return in one sentence what somebody did here."""
    if not person.edits or person.first_at is None or person.last_at is None:
        return _("No edit yet.")
    edits = ngettext("%(count)s edit", "%(count)s edits", person.edits) % {
        "count": _formats.number(person.edits)
    }
    one_day = person.first_at.date() == person.last_at.date()
    words = _("%(edits)s on %(first)s.") if one_day else _("%(edits)s from %(first)s to %(last)s.")
    said = words % {
        "edits": edits,
        "first": _formats.date(person.first_at),
        "last": _formats.date(person.last_at),
    }
    if not person.entries:
        return said
    opened = ngettext("Opened %(count)s entry.", "Opened %(count)s entries.", person.entries)
    return f"{said} {opened % {'count': _formats.number(person.entries)}}"


def block_words(viewer: Actor, person: Contributor, block: Block | None) -> str | None:
    """Return why somebody is blocked, for themselves and for members."""
    own = viewer.person_id == person.id
    if block is None or not (own or PERMISSIONS.allows(viewer, Permission.MODERATE)):
        return None
    values = {"reason": block.reason, "name": block.by_name, "date": _formats.date(block.until or block.at)}
    if block.until is None:
        return _("Blocked by %(name)s since %(date)s, until it is lifted: %(reason)s") % values
    return _("Blocked by %(name)s until %(date)s: %(reason)s") % values


def durations() -> tuple[tuple[str, str], ...]:
    """Return how long a block can be."""
    words = {
        "1": _("One day"),
        "3": _("Three days"),
        "7": _("One week"),
        "30": _("30 days"),
        "365": _("One year"),
        "": _("Until it is lifted"),
    }
    return tuple((days, words[days]) for days in DURATIONS)


def remedy_lines(
    request: Request, plan: RevertPlan, slugs: dict[int, tuple[str, str]], remedy: Remedy
) -> tuple[RemedyLine, ...]:
    """Return one sort of a plan's pages; `slugs`: entry → (slug, title) of the text that stands for it."""
    chosen = plan.left_over if remedy is Remedy.BY_HAND else plan.of(remedy)
    return tuple(_line(request, each, slugs, remedy) for each in chosen)


def _line(
    request: Request, each: PageRemedy, slugs: dict[int, tuple[str, str]], remedy: Remedy
) -> RemedyLine:
    page = each.page
    slug, title = slugs.get(page.entry_id, (page.slug, page.title))
    of = "facts" if page.language == SHEET else page.language
    edits = ngettext("%(count)s edit of theirs", "%(count)s edits of theirs", each.theirs)
    words = edits % {"count": each.theirs}
    if remedy is Remedy.RESTORE and each.target is not None:
        back = _("back to revision %(number)s of %(name)s")
        words = f"{words}, {back % {'number': each.target.number, 'name': each.target.author_name}}"
    if remedy is Remedy.BY_HAND:
        words = (
            f"{words}, {_('others edited since')}"
            if each.target is None
            else f"{words}, {_('some lie beneath others’ edits')}"
        )
    return RemedyLine(
        title,
        part_name(page),
        entry_path(request, "encyclopedia_entry", slug),
        path_for(request, "encyclopedia_history", slug=slug, query={"of": of}),
        words,
    )
