"""The lists of what needs help, each with the first step to take."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.taxonomy import EntryKind
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.queries.help_wanted import Need, Needy
from encyclopedia.views.entry import EntryLink, entry_link
from encyclopedia.views.head import entry_path
from encyclopedia.wording import field_value_name, kind_name, language_name

NAMES = {
    Need.DUE: N_("Due for review"),
    Need.DEAD: N_("Dead or limited tools and actors"),
    Need.DEAD_LINKS: N_("Sources whose address is dead"),
    Need.UNSOURCED: N_("Without a source"),
    Need.ORPHANED: N_("Nothing links to them"),
    Need.WANTED: N_("Wanted: linked to, not written"),
    Need.UNTRANSLATED: N_("In one language only"),
    Need.OUTDATED: N_("Outdated translations"),
}
STEPS = {
    Need.DUE: N_("Read the entry, check what can change (status, prices, links), then a reviewer says that it still holds."),
    Need.DEAD: N_("Say what replaces it, by a relation or in the text, so that a reader is not left with nothing."),
    Need.DEAD_LINKS: N_("Find an archived copy or a better source, and put it into the source’s record."),
    Need.UNSOURCED: N_("Find where one of its statements comes from, and cite it: [@key] in the text, or a source beside a fact."),
    Need.ORPHANED: N_("Find an entry that speaks of it, and link there: [[its-address]]."),
    Need.WANTED: N_("Write the entry, or mend the link if it was mistyped."),
    Need.UNTRANSLATED: N_("Translate it; the source stands beside your text."),
    Need.OUTDATED: N_("Bring the marked paragraphs up to date."),
}  # fmt: skip
ROUTES = {
    Need.DUE: "encyclopedia_entry",
    Need.DEAD: "encyclopedia_sheet",
    Need.DEAD_LINKS: "encyclopedia_entry",
    Need.UNSOURCED: "encyclopedia_edit",
    Need.ORPHANED: "encyclopedia_map",
    Need.UNTRANSLATED: "encyclopedia_translate",
    Need.OUTDATED: "encyclopedia_translate",
}
ACTIONS = {
    Need.DUE: N_("Check it"),
    Need.DEAD: N_("Edit its facts"),
    Need.DEAD_LINKS: N_("See its references"),
    Need.UNSOURCED: N_("Add a source"),
    Need.ORPHANED: N_("See its neighbourhood"),
    Need.WANTED: N_("Write it"),
    Need.UNTRANSLATED: N_("Translate it"),
    Need.OUTDATED: N_("Bring it up to date"),
}
_formats = Formats()


@dataclass(frozen=True)
class NeedyLine:
    """One line: the entry (or the wanted title), why it is here, and what to do."""

    title: str
    link: EntryLink | None
    why: str
    action: str
    action_href: str


@dataclass(frozen=True)
class NeedTab:
    """One of the lists."""

    label: str
    href: str
    current: bool
    count: int


@dataclass(frozen=True)
class HelpWantedPage:
    """The page."""

    tabs: tuple[NeedTab, ...]
    title: str
    step: str
    kinds: list[tuple[str, str]]
    kind: str
    need: str
    by_kind: bool
    lines: tuple[NeedyLine, ...]
    total: int
    number: int
    pages: int
    next_href: str
    counted: str


def need_name(need: Need) -> str:
    """Return a list's name."""
    return _(NAMES[need])


def help_wanted_page(
    request: Request, need: Need, kind: str, found: Paged[Needy], counts: Mapping[Need, int]
) -> HelpWantedPage:
    """Return one list's page."""
    here = path_for(request, "encyclopedia_help_wanted", query={"need": need.value, "kind": kind})
    return HelpWantedPage(
        tabs=tuple(
            NeedTab(
                need_name(each),
                path_for(request, "encyclopedia_help_wanted", query={"need": each.value}),
                each is need,
                counts.get(each, 0),
            )
            for each in Need
        ),
        title=need_name(need),
        step=_(STEPS[need]),
        kinds=[("", _("All kinds")), *((each.value, kind_name(each)) for each in EntryKind)],
        kind=kind,
        need=need.value,
        by_kind=need is not Need.WANTED,
        lines=tuple(line for each in found.items if (line := _line(request, need, each))),
        total=found.total,
        number=found.number,
        pages=found.pages,
        next_href=f"{here}&page={{page}}",
        counted=_("%(first)s–%(last)s of %(total)s")
        % {"first": found.first, "last": found.last, "total": _formats.number(found.total)},
    )


def _line(request: Request, need: Need, each: Needy) -> NeedyLine | None:
    if each.entry is None:
        if need is not Need.WANTED:
            return None  # deleted between two questions
        title = each.note.replace("-", " ").capitalize()
        href = path_for(request, "encyclopedia_new", query={"title": title})
        return NeedyLine(title, None, _why(need, each), _(ACTIONS[need]), href)
    link = entry_link(request, each.entry)
    href = entry_path(request, ROUTES[need], each.entry.slug)
    return NeedyLine(link.title, link, _why(need, each), _(ACTIONS[need]), href)


def _why(need: Need, each: Needy) -> str:
    day = _formats.date(each.at) if each.at else ""
    number = _formats.number(each.number)
    words = {
        Need.DUE: _("due since %(date)s") % {"date": day},
        Need.DEAD: field_value_name("status", each.note).lower(),
        Need.DEAD_LINKS: _("dead addresses: %(count)s, last checked %(date)s")
        % {"count": number, "date": day},
        Need.UNSOURCED: _("last changed %(date)s") % {"date": day},
        Need.ORPHANED: _("written %(date)s") % {"date": day},
        Need.WANTED: _("wanted by pages: %(count)s") % {"count": number},
        Need.UNTRANSLATED: _("linked from pages: %(count)s") % {"count": number},
        Need.OUTDATED: _("%(language)s: edits of the source since: %(count)s, last %(date)s")
        % {"language": language_name(each.note) if each.note else "", "count": number, "date": day},
    }
    return words[need]
