"""An entry's page. What did not change is not made again: neither for the browser that has it, nor for another reader."""

from secrets import randbelow
from typing import Literal

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.convertors import Convertor, register_url_convertor

from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.flash import COOKIE, flash
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for, render
from encyclopedia.pages.conditional import has_it, headers_of, not_modified, tag_of
from encyclopedia.queries.contents import random_entry
from encyclopedia.queries.entries import entry_of, names
from encyclopedia.queries.standing import Standing, standing
from encyclopedia.service.kept import Kept
from encyclopedia.service.rendering import keep
from encyclopedia.views.entry import Assembled, EntryPage, entry_body, reading, structured_of
from encyclopedia.views.head import EntryHead, entry_path, head_of


class Slug(Convertor[str]):
    """An entry's address in a path: no dot, so that `/entries/x.md` and `/entries/5.atom` are left to their own routes."""

    regex = "[a-z0-9][a-z0-9-]*"

    def convert(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Return it as it is."""
        return value


register_url_convertor("slug", Slug())
router = APIRouter()
log = structlog.get_logger()
Which = Literal["", "newest", "reviewed"]
CHANCES = 2**32
_assembled: Kept[Assembled] = Kept(32_000_000)  # characters of HTML, for each database


@router.get("/entries/{slug:slug}", name="encyclopedia_entry")
def entry_page(request: Request, app: App, viewer: Viewer, slug: str, revision: Which = "") -> Response:
    """Show an entry; `revision` asks for the newest or the last reviewed one, whatever readers see here otherwise."""
    with app.database.read() as session:
        known = standing(session, viewer, current_locale(), slug)
        if known.former_slug is not None:
            return _moved(request, app, known, slug)
        seen = revision or known.readers_see or app.settings.encyclopedia_readers_see
        overdue = known.review_due_at is not None and known.review_due_at <= app.clock()
        tag = tag_of(request, app, viewer, known, seen, overdue)
        changed_at = max(known.page.touched_at, known.sheet.touched_at)
        if has_it(request, tag):
            return not_modified(tag, changed_at)
        head = head_of(request, viewer, known, "read")
        key = repr((known, seen, overdue, head.may_edit, path_for(request, "encyclopedia_home")))
        parts = _assembled.get(session, key)
        fresh = parts is None
        if parts is None:
            parts = _assemble(request, app, session, known, head, reviewed=seen == "reviewed")
            _assembled.put(session, key, parts, len(parts.body) + len(parts.structured))
    headers = headers_of(tag, changed_at) if COOKIE not in request.cookies else {}
    answer = render(request, "encyclopedia/entry.html", _page(request, app, head, parts), headers=headers)
    if fresh and not parts.stored and not head.may_edit:
        answer.background = BackgroundTask(_keep, app, known, parts.revision_id)
    return answer


@router.get("/id/{entry_id}", name="encyclopedia_entry_by_id")
def entry_by_id(request: Request, session: ReadSession, viewer: Viewer, entry_id: int) -> Response:
    """Lead from an entry's number, which never changes, to its page in the reader's language."""
    entry = entry_of(session, viewer, entry_id)
    name = names(session, [entry.id], current_locale()).get(entry.id)
    if name is None:
        raise NotFound(_("There is no entry with this number, or it was deleted."))
    return RedirectResponse(entry_path(request, "encyclopedia_entry", name.slug), 302)


@router.get("/random", name="encyclopedia_random")
def random_page(request: Request, session: ReadSession, viewer: Viewer, kind: str = "") -> Response:
    """Lead to an entry that chance picks."""
    name = random_entry(session, viewer, current_locale(), randbelow(CHANCES) / CHANCES, kind=kind)
    if name is None:
        return RedirectResponse(path_for(request, "encyclopedia_home"), 303)
    return RedirectResponse(entry_path(request, "encyclopedia_entry", name.slug), 303)


def _assemble(
    request: Request, app: Services, session: Session, known: Standing, head: EntryHead, *, reviewed: bool
) -> Assembled:
    """Make the page's parts that all share who may do the same."""
    what = reading(request, session, known, head, reviewed=reviewed, at=app.clock())
    body = entry_body(request, session, what, f"{_public(app)}/encyclopedia/id/{known.entry_id}")
    return Assembled(
        body=Markup(app.templates.get_template("encyclopedia/parts/entry_body.html").render(body=body)),  # noqa: S704 - a template escapes
        structured=structured_of(what, body, _address(request, app, known.page.slug)),
        revision_id=what.revision_id,
        stored=what.text.stored,
    )


def _page(request: Request, app: Services, head: EntryHead, parts: Assembled) -> EntryPage:
    address = _address(request, app, head.slug)
    return EntryPage(
        head=head,
        body=parts.body,
        structured=parts.structured,
        canonical=address,
        markdown=f"{entry_path(request, 'encyclopedia_entry', head.slug)}.md",
        json=f"/api/v1/encyclopedia/entries/{head.id}",
        feed=path_for(request, "encyclopedia_feed_entry", entry_id=head.id),
    )


def _moved(request: Request, app: Services, known: Standing, slug: str) -> Response:
    """Lead from a former address, or from another language's, to the entry; say so where it was renamed."""
    answer = RedirectResponse(entry_path(request, "encyclopedia_entry", known.page.slug), 302)
    if all(page.slug != slug for page in known.texts()):
        words = _("This entry was renamed: “%(title)s” is what you were looking for.") % {
            "title": known.page.title
        }
        flash(answer, app.settings.secret, words, "note", secure=app.settings.secure)
    return answer


def _public(app: Services) -> str:
    return app.settings.public_url.rstrip("/")


def _address(request: Request, app: Services, slug: str) -> str:
    return _public(app) + entry_path(request, "encyclopedia_entry", slug)


def _keep(app: Services, known: Standing, revision_id: int) -> None:
    """Keep the text's HTML for the other processes, once the answer has left."""
    try:
        with app.database.write() as session:
            keep(session, known.page, revision_id)
    except (
        DatabaseError
    ) as problem:  # somebody else kept it at the same moment, or the database is busy: no harm
        log.info("a rendering was not kept", revision=revision_id, reason=type(problem).__name__)
