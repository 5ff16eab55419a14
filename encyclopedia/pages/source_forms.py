"""Writing a source down: by its address or by hand; correcting and removing it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi import Form as Field
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeSerializer

from common.accounts.viewer import Viewer, limit
from common.errors import Invalid, Problem
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.json import json_response
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions.checking import keep_capture
from encyclopedia.actions.sources import add_source, change_source, remove_source
from encyclopedia.core.page_meta import PageMeta, read_meta
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.sources import same_work, source_of, taken_keys
from encyclopedia.schemas import SourceData
from encyclopedia.service.outside import outside_of
from encyclopedia.service.source_form import FIELDS, fill_key, proposed_values, source_from, source_values
from encyclopedia.sources.web import ReadPage
from encyclopedia.views.source_form import FormNote, SourceForm, source_form

router = APIRouter()
READS, READS_IN = 20, 60.0  # pages that one person has read for them in so many seconds
LONGEST_ADDRESS = 2_000


@router.get("/new-source", name="encyclopedia_new_source")
def show_form(
    request: Request, viewer: Viewer, address: Annotated[str, Query(max_length=LONGEST_ADDRESS)] = ""
) -> Response:
    """Ask for an address, or offer the empty form."""
    PERMISSIONS.require(viewer, Permission.CREATE)
    page = source_form(request, Form({"type": "webpage"}), address=Form({"address": address}), asked=False)
    return _shown(request, page)


@router.post("/new-source/read", name="encyclopedia_read_source")
def read_address(
    request: Request,
    app: App,
    viewer: Viewer,
    address: Annotated[str, Field(max_length=LONGEST_ADDRESS)] = "",
) -> Response:
    """Read a page and offer the form with what the page says of itself; without the page, with its address alone."""
    PERMISSIONS.require(viewer, Permission.CREATE)
    address = address.strip()
    if not address.lower().startswith(("http://", "https://")) or " " in address:
        sentence = _("An address begins with http:// or https:// and has no spaces.")
        wrong = Form({"address": address}, {"address": sentence}, sentence)
        return _shown(request, source_form(request, Form(), address=wrong, asked=False), status=422)
    limit(app.limiter, f"read-page:{viewer.person_id}", READS, READS_IN)
    meta, capture, note = _read(app, address)
    with app.database.read() as session:
        values = proposed_values(meta, app.clock())
        values = proposed_values(meta, app.clock(), taken_keys(session, values["key"]))
        same = same_work(session, key="", url=meta.url, doi=meta.doi)
        page = source_form(request, Form(values), same=same, note=note, capture=capture)
        return _shown(request, page)


@router.post("/new-source")
def write_down(request: Request, app: App, session: WriteSession, viewer: Viewer, posted: Posted) -> Response:
    """Write a source down. To the editor's script it answers with the key, or with the form again."""
    typed = _typed(posted)
    values = fill_key(typed, taken_keys(session, fill_key(typed, frozenset())["key"]))
    try:
        source = add_source(session, viewer, source_from(values), at=app.clock())
    except Invalid as problem:
        return _again(request, problem, values, capture=values_of(posted).get("capture", ""))
    sha256 = _signed_capture(app, values_of(posted).get("capture", ""), source.url)
    if sha256:
        keep_capture(session, viewer, source, sha256, at=app.clock())
    if "hx-request" in request.headers:
        return json_response({"key": source.key, "title": source.title})
    return back_to(
        request, app, "encyclopedia_source", _("Written down. Cite it as [@%(key)s].") % {"key": source.key}, key=source.key
    )  # fmt: skip


@router.get("/sources/{key}/edit", name="encyclopedia_edit_source")
def show_correction(request: Request, session: ReadSession, viewer: Viewer, key: str) -> Response:
    """Show a source in its form."""
    PERMISSIONS.require(viewer, Permission.CREATE)
    data = SourceData.model_validate(source_of(session, viewer, key).data)
    return _shown(request, source_form(request, Form(source_values(data)), key=key))


@router.post("/sources/{key}/edit")
def correct(
    request: Request, app: App, session: WriteSession, viewer: Viewer, key: str, posted: Posted
) -> Response:
    """Correct a source."""
    values = _typed(posted) | {"key": key}
    source = source_of(session, viewer, key)
    try:
        changed = change_source(session, viewer, source, source_from(values), at=app.clock())
    except Invalid as problem:
        return _again(request, problem, values, key=key)
    words = _("Corrected. All entries that cite it show it so.") if changed else _("Nothing was changed.")
    return back_to(request, app, "encyclopedia_source", words, key=key)


@router.post("/sources/{key}/remove", name="encyclopedia_remove_source")
def remove(request: Request, app: App, session: WriteSession, viewer: Viewer, key: str) -> Response:
    """Remove a source that nothing cites."""
    remove_source(session, viewer, source_of(session, viewer, key), at=app.clock())
    return back_to(request, app, "encyclopedia_sources", _("The source was removed."))


@router.post("/sources/{key}/capture", name="encyclopedia_make_capture")
def make_capture(request: Request, app: App, viewer: Viewer, key: str) -> Response:
    """Keep a copy of a source's page as it stands now."""
    PERMISSIONS.require(viewer, Permission.CREATE)
    limit(app.limiter, f"read-page:{viewer.person_id}", READS, READS_IN)
    with app.database.read() as session:
        url = source_of(session, viewer, key).url
    if not url:
        raise Invalid(_("This source has no address."))
    page = outside_of(app).web.read_page(url)
    sha256 = outside_of(app).captures.keep(page.body)
    with app.database.write() as session:
        keep_capture(session, viewer, source_of(session, viewer, key), sha256, at=app.clock())
    return RedirectResponse(path_for(request, "encyclopedia_source", key=key), 303)


def _read(app: Services, address: str) -> tuple[PageMeta, str, FormNote]:
    """Read a page: what it says of itself, our copy of it (signed, so that a form cannot name another), what to tell the editor."""
    try:
        page = outside_of(app).web.read_page(address)
    except Problem as problem:
        words = _("The page could not be read: %(reason)s Fill in what you know; the address is kept.")
        return PageMeta(url=address), "", FormNote(words % {"reason": problem.message}, "warn")
    sha256 = outside_of(app).captures.keep(page.body)
    meta = read_meta(page.html, page.url) if page.html else PageMeta(url=page.url)
    return meta, _signer(app).dumps([sha256, meta.url]), _told(page, meta)


def _told(page: ReadPage, meta: PageMeta) -> FormNote:
    if not page.html:
        words = _(
            "This is a file (%(type)s), not a web page: it says nothing of itself that could be filled in here."
        )
        return FormNote(words % {"type": page.type or _("of no stated type")}, "warn")
    if not meta.title:
        return FormNote(_("The page says nothing of itself that could be filled in here."), "warn")
    return FormNote(
        _(
            "This is what the page says of itself. Look it over: pages are often wrong about authors and dates."
        )
    )


def _signer(app: Services) -> URLSafeSerializer:
    return URLSafeSerializer(app.settings.secret, "capture")


def _signed_capture(app: Services, given: str, url: str | None) -> str | None:
    """Return the copy that was made when this very address was read."""
    try:
        sha256, read = _signer(app).loads(given) if given else ("", "")
    except (BadSignature, ValueError):
        return None
    return str(sha256) if read and read == url else None


def _typed(posted: Posted) -> dict[str, str]:
    return {name: value for name, value in values_of(posted).items() if name in FIELDS}


def _again(
    request: Request, problem: Invalid, values: dict[str, str], *, key: str = "", capture: str = ""
) -> Response:
    page = source_form(request, Form.refused(problem, **values), key=key, capture=capture)
    return _shown(request, page, status=problem.status)


def _shown(request: Request, page: SourceForm, *, status: int = 200) -> Response:
    """Show the form as a page, or alone to the script that puts it into a dialog."""
    alone = "hx-request" in request.headers
    template = "encyclopedia/parts/source_form.html" if alone else "encyclopedia/source_form.html"
    return render(request, template, page, status=status)
