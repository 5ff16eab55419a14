"""Giving a text another title and address."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import path_for, render
from encyclopedia.actions.entries import rename
from encyclopedia.actions.revisions import Edit
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import FoundPage, find_page
from encyclopedia.service.editing import require_editor
from encyclopedia.views.head import EntryHead, entry_head
from encyclopedia.wording import language_name

router = APIRouter(prefix="/entries/{slug}/rename")


@dataclass(frozen=True)
class RenamePage:
    """The form for another title."""

    head: EntryHead
    form: Form
    address: str
    language_name: str
    save: str
    cancel: str


@router.get("", name="encyclopedia_rename")
def show_rename(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show the form."""
    found = find_page(session, viewer, current_locale(), slug)
    PERMISSIONS.require(viewer, Permission.RENAME)
    require_editor(session, viewer, found.entry, at=app.clock())
    form = Form({"title": found.page.title, "keep": "on", "summary": ""})
    head = entry_head(request, session, viewer, found, "edit")
    return render(request, "encyclopedia/rename.html", _page(request, found, head, form))


@router.post("")
def save_title(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Rename, and go to the new address."""
    values = values_of(posted)
    try:
        with app.database.write() as session:
            found = find_page(session, viewer, current_locale(), slug)
            edit = Edit(app.clock(), values.get("summary", ""))
            title, keep = values.get("title", ""), "keep" in values
            _check(title)
            rename(session, viewer, found.page, title, edit, keep_redirect=keep)
            return back_to(
                request, app, "encyclopedia_entry", _("The entry has its new title."), slug=found.page.slug
            )
    except Invalid as problem:
        with app.database.read() as session:
            found = find_page(session, viewer, current_locale(), slug)
            head = entry_head(request, session, viewer, found, "edit")
            form = Form.refused(problem, **{"keep": "", **values})
            return render(request, "encyclopedia/rename.html", _page(request, found, head, form), status=422)


def _check(title: str) -> None:
    if len(title) > 200:
        raise Invalid(_("This title is too long."), fields={"title": _("At most 200 characters fit here.")})


def _page(request: Request, found: FoundPage, head: EntryHead, form: Form) -> RenamePage:
    slug = found.page.slug
    return RenamePage(
        head,
        form,
        slug,
        language_name(found.page.language),
        path_for(request, "encyclopedia_rename", slug=slug),
        path_for(request, "encyclopedia_edit", slug=slug),
    )
