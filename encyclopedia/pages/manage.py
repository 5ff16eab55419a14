"""Managing an entry: who may edit it, what readers see of it, whether it stays."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services
from common.web.templating import render
from encyclopedia.actions import entries
from encyclopedia.models import Entry
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.permissions import PERMISSIONS, Permission, Protection
from encyclopedia.queries.entries import find_page
from encyclopedia.queries.reading import backlinks
from encyclopedia.views.head import entry_head
from encyclopedia.views.manage import ManagePage, protections, reader_choices

router = APIRouter(prefix="/entries/{slug}/manage")
LONGEST_REASON = 500


@router.get("", name="encyclopedia_manage")
def show_manage(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show what can be decided about an entry."""
    return _page(request, app, session, viewer, slug, Form())


@router.post("/protection", name="encyclopedia_protect")
def protect(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Say who may edit an entry."""
    values = values_of(posted)

    def do(session: Session, entry: Entry) -> str:
        chosen = values.get("protection", "")
        if chosen not in set(Protection):
            raise Invalid(_("Nothing was changed."), fields={"protection": _("Choose who may edit.")})
        reason = _reason(values, needed=chosen != Protection.OPEN)
        entries.protect(session, viewer, entry, Protection(chosen), reason, at=app.clock())
        return _("From now on these people edit the entry.")

    return _done(request, app, viewer, slug, values, do)


@router.post("/readers", name="encyclopedia_readers_see")
def readers_see(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Say what readers see of an entry."""
    values = values_of(posted)

    def do(session: Session, entry: Entry) -> str:
        choice = values.get("readers_see") or None
        entries.choose_what_readers_see(session, viewer, entry, choice, at=app.clock())
        return _("Readers see this from now on.")

    return _done(request, app, viewer, slug, values, do)


@router.post("/delete", name="encyclopedia_delete")
def delete(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Delete an entry with a reason."""
    values = values_of(posted)

    def do(session: Session, entry: Entry) -> str:
        entries.delete_entry(session, viewer, entry, _reason(values, "why", needed=True), at=app.clock())
        return _("The entry was deleted. You can bring it back here.")

    return _done(request, app, viewer, slug, values, do)


@router.post("/restore", name="encyclopedia_bring_back")
def bring_back(request: Request, app: App, viewer: Viewer, slug: str) -> Response:
    """Bring a deleted entry back."""

    def do(session: Session, entry: Entry) -> str:
        entries.restore_entry(session, viewer, entry, at=app.clock())
        return _("The entry is back.")

    return _done(request, app, viewer, slug, {}, do)


def _done(
    request: Request,
    app: Services,
    viewer: Actor,
    slug: str,
    values: dict[str, str],
    do: Callable[[Session, Entry], str],
) -> Response:
    try:
        with app.database.write() as session:
            words = do(session, find_page(session, viewer, current_locale(), slug).entry)
        return back_to(request, app, "encyclopedia_manage", words, slug=slug)
    except Invalid as problem:
        with app.database.read() as session:
            form = Form(values, problem.fields, problem.message)
            return _page(request, app, session, viewer, slug, form, status=problem.status)


def _page(
    request: Request,
    app: Services,
    session: Session,
    viewer: Actor,
    slug: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    PERMISSIONS.require(viewer, Permission.PROTECT)
    found = find_page(session, viewer, current_locale(), slug)
    context = ManagePage(
        head=entry_head(request, session, viewer, found, "manage"),
        protections=protections(viewer),
        protection=found.entry.protection,
        choices=reader_choices(app.settings.encyclopedia_readers_see),
        readers_see=found.entry.readers_see or "",
        links_here=backlinks(session, found.entry.id, current_locale()).total,
        form=form,
    )
    return render(request, "encyclopedia/manage.html", context, status=status)


def _reason(values: dict[str, str], name: str = "reason", *, needed: bool) -> str:
    reason = " ".join(values.get(name, "").split())
    if needed and not reason:
        raise Invalid(_("Nothing was changed."), fields={name: _("Say why: it stands in the log.")})
    if len(reason) > LONGEST_REASON:
        message = _("At most %(count)s characters fit here.") % {"count": LONGEST_REASON}
        raise Invalid(_("Nothing was changed."), fields={name: message})
    return reason
