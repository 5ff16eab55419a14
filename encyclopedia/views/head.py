"""The head of every page about one entry: its title, its languages, its tabs."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.web.templating import path_for
from encyclopedia.actions.guard import may_edit_under
from encyclopedia.permissions import PERMISSIONS, Permission, Protection
from encyclopedia.queries.entries import FoundPage
from encyclopedia.queries.standing import Standing, standing
from encyclopedia.schemas import LANGUAGES
from encyclopedia.wording import ICONS, LANGUAGE_NAMES, kind_name, state_name

_ANY = "0-any-0"  # stands for a slug while a route's path is made


@dataclass(frozen=True)
class Tab:
    """One tab: READ, EDIT, SHEET, HISTORY, TALK, TRANSLATE or MAP."""

    key: str
    label: str
    href: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class TextLanguage:
    """One language of an entry: where its text is, or where it can be written."""

    code: str
    name: str
    href: str
    current: bool
    exists: bool


@dataclass(frozen=True)
class EntryHead:
    """What stands above every page about an entry."""

    id: int
    slug: str
    language: str  # of the text shown
    title: str
    lead: str
    kind: str
    kind_name: str
    kind_icon: str
    kind_href: str
    state: str
    state_name: str
    tabs: tuple[Tab, ...]
    languages: tuple[TextLanguage, ...]
    protection: str
    deleted: bool
    may_edit: bool
    may_review: bool
    may_manage: bool  # protect, delete
    watching: bool | None  # None: the viewer cannot watch


def entry_head(request: Request, session: Session, viewer: Actor, found: FoundPage, tab: str) -> EntryHead:
    """Return an entry's head for the page named by `tab`."""
    return head_of(request, viewer, standing(session, viewer, found.page.language, found.page.slug), tab)


def head_of(request: Request, viewer: Actor, known: Standing, tab: str) -> EntryHead:
    """Return the head of an entry whose standing is known; asks nothing of the database."""
    page = known.page
    editable = may_edit_now(viewer, known)
    return EntryHead(
        id=known.entry_id,
        slug=page.slug,
        language=page.language,
        title=page.title,
        lead=page.lead,
        kind=known.kind,
        kind_name=kind_name(known.kind),
        kind_icon=ICONS[known.kind],  # type: ignore[index]  # a StrEnum's member is its string
        kind_href=path_for(request, "encyclopedia_search", query={"kind": known.kind}),
        state=page.state,
        state_name=state_name(page.state),
        tabs=_tabs(request, viewer, known, tab, editable=editable),
        languages=_languages(request, known),
        protection=known.protection,
        deleted=known.deleted_at is not None,
        may_edit=editable,
        may_review=PERMISSIONS.allows(viewer, Permission.REVIEW),
        may_manage=PERMISSIONS.allows(viewer, Permission.PROTECT),
        watching=known.watching,
    )


def may_edit_now(viewer: Actor, known: Standing) -> bool:
    """Say whether the viewer's role suffices to edit the entry as it stands."""
    return known.deleted_at is None and may_edit_under(viewer, Protection(known.protection))


def entry_path(request: Request, route: str, slug: str, **more: Any) -> str:
    """Return the path of one of an entry's pages; routes are looked up once, not for each slug."""
    return path_for(request, route, slug=_ANY, **more).replace(_ANY, slug, 1)


def _tabs(
    request: Request, viewer: Actor, known: Standing, current: str, *, editable: bool
) -> tuple[Tab, ...]:
    tabs = [("read", _("Read"), "encyclopedia_entry", 0)]
    if editable:
        tabs += [
            ("edit", _("Edit"), "encyclopedia_edit", 0),
            ("sheet", _("Facts"), "encyclopedia_sheet", 0),
        ]
    elif PERMISSIONS.allows(viewer, Permission.SUGGEST):
        tabs.append(("suggest", _("Suggest a change"), "encyclopedia_suggest", 0))
    tabs += [
        ("history", _("History"), "encyclopedia_history", 0),
        ("talk", _("Talk"), "encyclopedia_talk", known.threads),
    ]
    if editable:
        tabs.append(("translate", _("Translate"), "encyclopedia_translate", 0))
    tabs.append(("map", _("Map"), "encyclopedia_map", 0))
    return tuple(
        Tab(key, label, entry_path(request, route, known.page.slug), key == current, count)
        for key, label, route, count in tabs
    )


def _languages(request: Request, known: Standing) -> tuple[TextLanguage, ...]:
    root = str(request.scope.get("root_path", ""))
    languages = []
    for code in dict.fromkeys((*LANGUAGES, *(page.language for page in known.texts()))):
        page = known.pages.get(code)
        route = "encyclopedia_entry" if page else "encyclopedia_translate"
        path = entry_path(request, route, page.slug if page else known.page.slug)
        languages.append(
            TextLanguage(
                code,
                LANGUAGE_NAMES.get(code, code),
                _in_language(path, root, code),
                code == known.language,
                page is not None,
            )
        )
    return tuple(languages)


def _in_language(path: str, root: str, code: str) -> str:
    """Return a path with another language in the place of the reader's, which is the last part of its root."""
    return f"{root.rpartition('/')[0]}/{code}{path.removeprefix(root)}"
