"""Files into the library, and what can be done with them there."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as Field
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Invalid, NotFound, Problem
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.json import json_response
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession
from common.web.templating import render
from encyclopedia.actions.media import (
    add_media,
    add_version,
    bring_back_media,
    delete_media,
    describe_media,
    show_version,
)
from encyclopedia.core.pictures import LARGEST_FILE, MediaFile, prepare
from encyclopedia.models import Media, MediaVersion
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.media import FoundMedia, entries_showing, media_of, versions_of
from encyclopedia.schemas import LANGUAGES, MediaAbout
from encyclopedia.service.outside import outside_of
from encyclopedia.views.media import about_values, file_page, markdown_of, upload_page

router = APIRouter(prefix="/media")


@router.get("/upload", name="encyclopedia_media_upload")
def show_upload(request: Request, viewer: Viewer) -> Response:
    """Show the form of an upload."""
    PERMISSIONS.require(viewer, Permission.UPLOAD)
    return _upload_form(request, Form())


@router.post("/upload")
def upload(request: Request, app: App, viewer: Viewer, posted: Posted) -> Response:
    """Take a file into the library. To the editor's script it answers with what to write, or with the form again."""
    PERMISSIONS.require(viewer, Permission.UPLOAD)
    values = values_of(posted)
    try:
        about, (name, made) = _about(values), _file_of(posted, values)
        with app.database.write() as session:
            version = add_media(
                session, viewer, outside_of(app).media, name, made, about, at=app.clock(), comment=values.get("comment", "")
            )  # fmt: skip
            media = session.get_one(Media, version.media_id)
            full_name, markdown = media.name, markdown_of(media, version)
    except (Invalid, Conflict) as problem:
        return _upload_form(request, _refused(problem, values), status=422)
    if "hx-request" in request.headers:
        return json_response({"name": full_name, "markdown": markdown})
    words = _("In the library. Texts show it by what stands below.")
    return back_to(request, app, "encyclopedia_media_file", words, file=full_name)


@router.get("/{file}/describe", name="encyclopedia_describe_media")
def show_description(request: Request, session: ReadSession, viewer: Viewer, file: str) -> Response:
    """Show what is said about a file in its form."""
    PERMISSIONS.require(viewer, Permission.UPLOAD)
    media = media_of(session, viewer, file).media
    page = upload_page(request, Form(about_values(media)), media.name)
    return render(request, "encyclopedia/media_upload.html", page)


@router.post("/{file}/describe")
def describe(request: Request, app: App, session: WriteSession, viewer: Viewer, file: str, posted: Posted) -> Response:  # fmt: skip
    """Correct what is said about a file."""
    values = values_of(posted)
    media = media_of(session, viewer, file).media
    try:
        changed = describe_media(session, viewer, media, _about(values), at=app.clock())
    except Invalid as problem:
        page = upload_page(request, _refused(problem, values), media.name)
        return render(request, "encyclopedia/media_upload.html", page, status=problem.status)
    words = _("Kept. All entries that show the file say so.") if changed else _("Nothing was changed.")
    return back_to(request, app, "encyclopedia_media_file", words, file=media.name)


@router.post("/{file}/version", name="encyclopedia_media_version")
def new_version(request: Request, app: App, viewer: Viewer, file: str, posted: Posted) -> Response:
    """Show another file under this name."""
    PERMISSIONS.require(viewer, Permission.UPLOAD)
    values = values_of(posted)
    try:
        _name, made = _file_of(posted, values)
        with app.database.write() as session:
            media = media_of(session, viewer, file).media
            kept = outside_of(app).media
            add_version(session, viewer, kept, media, made, at=app.clock(), comment=values.get("comment", ""))
    except Invalid as problem:
        with app.database.read() as session:
            return _file_again(request, session, viewer, media_of(session, viewer, file), problem, values)
    words = _("The new version is shown everywhere.")
    return back_to(request, app, "encyclopedia_media_file", words, file=file)


@router.post("/{file}/show", name="encyclopedia_show_version")
def show_again(
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    file: str,
    version: Annotated[int, Field()],
) -> Response:
    """Show an earlier version again."""
    found = media_of(session, viewer, file)
    wanted = session.get(MediaVersion, version)
    if wanted is None:
        raise NotFound(_("The file has no such version."))
    show_version(session, viewer, found.media, wanted, at=app.clock())
    return back_to(
        request, app, "encyclopedia_media_file", _("The earlier version is shown again."), file=file
    )


@router.post("/{file}/delete", name="encyclopedia_delete_media")
def delete(
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    file: str,
    reason: Annotated[str, Field(max_length=500)] = "",
) -> Response:
    """Take a file out of the library."""
    found = media_of(session, viewer, file)
    try:
        delete_media(session, viewer, found.media, reason, at=app.clock())
    except Invalid as problem:
        return _file_again(request, session, viewer, found, problem, {"reason": reason})
    return back_to(
        request, app, "encyclopedia_media_file", _("Deleted. It can be brought back here."), file=file
    )


@router.post("/{file}/bring-back", name="encyclopedia_bring_back_media")
def bring_back(request: Request, app: App, session: WriteSession, viewer: Viewer, file: str) -> Response:
    """Take a deleted file into the library again."""
    bring_back_media(session, viewer, media_of(session, viewer, file).media, at=app.clock())
    return back_to(request, app, "encyclopedia_media_file", _("The file is back."), file=file)


def _upload_form(request: Request, form: Form, *, status: int = 200) -> Response:
    """Show the form of an upload as a page, or alone to the script that puts it into a dialog."""
    alone = "hx-request" in request.headers
    template = "encyclopedia/parts/media_form.html" if alone else "encyclopedia/media_upload.html"
    return render(request, template, upload_page(request, form), status=status)


def _file_of(posted: FormData, values: Mapping[str, str]) -> tuple[str, MediaFile]:
    """Return the given name, else the file's own, and the file as it will be kept; no transaction waits for that."""
    given = posted.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        sentence = _("Choose a file.")
        raise Invalid(sentence, fields={"file": sentence})
    return values.get("name", "").strip() or given.filename, prepare(given.file.read(LARGEST_FILE + 1))


def _about(values: Mapping[str, str]) -> MediaAbout:
    """Return what a form says about a file; words in the page's language are asked for."""
    alt, caption = _by_language(values, "alt"), _by_language(values, "caption")
    here = current_locale()
    if not alt.get(here):
        sentence = _("Describe what the file shows, for those who cannot see it.")
        raise Invalid(_("Something must still be said about this file."), fields={f"alt.{here}": sentence})
    try:
        return MediaAbout(
            alt=alt,
            caption=caption,
            licence=values.get("licence", ""),
            author=values.get("author", "").strip(),
            source_url=values.get("source_url", "").strip() or None,
        )
    except ValidationError as error:
        wrong = {str(each["loc"][0]) for each in error.errors()}
        sentence = _("This is too long.")
        fields = dict.fromkeys(wrong - {"source_url", "alt", "caption"}, sentence)
        fields |= {f"{name}.{here}": sentence for name in wrong & {"alt", "caption"}}
        if "source_url" in wrong:
            fields["source_url"] = _("An address begins with http:// or https:// and has no spaces.")
        raise Invalid(_("Some of this cannot be kept as it stands."), fields=fields) from error


def _by_language(values: Mapping[str, str], what: str) -> dict[str, str]:
    given = {code: " ".join(values.get(f"{what}.{code}", "").split()) for code in LANGUAGES}
    return {code: words for code, words in given.items() if words}


def _refused(problem: Problem, values: dict[str, str]) -> Form:
    fields = dict(problem.fields) if isinstance(problem, Invalid) else {}
    if "alt" in fields:
        fields[f"alt.{current_locale()}"] = fields.pop("alt")
    return Form(values, fields, problem.message)


def _file_again(
    request: Request, session: Session, viewer: Actor, found: FoundMedia, problem: Invalid, values: dict[str, str]
) -> Response:  # fmt: skip
    page = file_page(
        request,
        viewer,
        found,
        versions_of(session, found.media),
        entries_showing(session, found.media.name, current_locale()),
        _refused(problem, values),
    )
    return render(request, "encyclopedia/media_file.html", page, status=problem.status)
