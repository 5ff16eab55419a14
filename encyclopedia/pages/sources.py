"""Sources: the list, one source, and what reference managers take from them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.jobs import request_cancel, request_pause, resume
from common.jobs.runner import wake
from common.web.json import json_response
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession
from common.web.templating import path_for, render
from encyclopedia.core.bibliography import to_bibtex, to_csl
from encyclopedia.jobs.links import begin_check, latest_check
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.sources import (
    SourceFilter,
    SourceSort,
    SourceState,
    citing_entries,
    exported_sources,
    same_work,
    source_of,
    sources,
    state_counts,
)
from encyclopedia.schemas import SourceData
from encyclopedia.service.outside import outside_of
from encyclopedia.views.library_words import SOURCE_TYPES
from encyclopedia.views.link_check import CheckOnly, check_part
from encyclopedia.views.sources import source_page, sources_page

router = APIRouter()
CSL = "application/vnd.citationstyles.csl+json"
BIBTEX = "application/x-bibtex"
LONGEST_QUERY = 200


def _asked(
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    state: str = "",
    type_: Annotated[str, Query(alias="type")] = "",
    sort: str = "",
) -> SourceFilter:
    return SourceFilter(
        q.strip(),
        SourceState(state) if state in set(SourceState) else SourceState.ALL,
        type_ if type_ in SOURCE_TYPES else "",
        SourceSort(sort) if sort in set(SourceSort) else SourceSort.TITLE,
    )


Asked = Annotated[SourceFilter, Depends(_asked)]


@router.get("/sources", name="encyclopedia_sources")
def show_sources(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    asked: Asked,
    number: Annotated[int, Query(ge=1, alias="page")] = 1,
) -> Response:
    """List sources, by what is known of them."""
    found = sources(session, viewer, asked, number=number)
    check = check_part(latest_check(session)) if PERMISSIONS.allows(viewer, Permission.REVIEW) else None
    page = sources_page(request, viewer, asked, found, state_counts(session, viewer), check)
    return render(request, "encyclopedia/sources.html", page)


@router.get("/sources.bib", name="encyclopedia_sources_bibtex")
def export_bibtex(session: ReadSession, viewer: Viewer, asked: Asked) -> Response:
    """Give the sources of the list as BibTeX."""
    text = "\n".join(to_bibtex(each) for each in exported_sources(session, viewer, asked))
    return Response(text, media_type=f"{BIBTEX}; charset=utf-8", headers=_as_file("sources.bib"))


@router.get("/sources.json", name="encyclopedia_sources_csl")
def export_csl(session: ReadSession, viewer: Viewer, asked: Asked) -> Response:
    """Give the sources of the list as CSL-JSON."""
    items = [to_csl(each) for each in exported_sources(session, viewer, asked)]
    return json_response(items, media_type=CSL, headers=_as_file("sources.json"))


@router.post("/sources-check", name="encyclopedia_check_sources")
def check_sources(request: Request, app: App, session: WriteSession, viewer: Viewer) -> Response:
    """Begin to ask the addresses that are due."""
    PERMISSIONS.require(viewer, Permission.REVIEW)
    begin_check(session, at=app.clock(), locale=current_locale(), owner_id=viewer.person_id)
    wake(app.bus)
    return back_to(request, app, "encyclopedia_sources", _("The addresses that are due are being asked."))


@router.post("/sources-check/{wish}", name="encyclopedia_steer_check")
def steer_check(request: Request, app: App, session: WriteSession, viewer: Viewer, wish: str) -> Response:
    """Pause the check of addresses, let it go on, or end it."""
    PERMISSIONS.require(viewer, Permission.REVIEW)
    job = latest_check(session)
    if job is None or wish not in {"pause", "resume", "cancel"}:
        raise NotFound(_("No check of addresses is going on."))
    if wish == "resume":
        resume(session, job.id)
        wake(app.bus)
    elif wish == "pause":
        request_pause(session, job.id, at=app.clock())
    else:
        request_cancel(session, job.id, at=app.clock())
    return RedirectResponse(path_for(request, "encyclopedia_sources"), 303)


@router.get("/sources-check", name="encyclopedia_check_progress")
def check_progress(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Give how far the check of addresses is, as a piece of the list's page."""
    PERMISSIONS.require(viewer, Permission.REVIEW)
    part = CheckOnly(check_part(latest_check(session)), may_check=True)
    return render(request, "encyclopedia/parts/link_check.html", part)


@router.get("/sources/{key}", name="encyclopedia_source")
def show_source(request: Request, session: ReadSession, viewer: Viewer, key: str) -> Response:
    """Show one source: what it is, whether its address answers, who cites it."""
    source = source_of(session, viewer, key)
    data = SourceData.model_validate(source.data)
    citing = citing_entries(session, key, current_locale())
    same = same_work(session, key=key, url=data.url, doi=data.doi)
    page = source_page(request, viewer, source, data, citing, same)
    return render(request, "encyclopedia/source.html", page)


@router.get("/sources/{key}/cite", name="encyclopedia_source_cite")
def cite_source(
    session: ReadSession, viewer: Viewer, key: str, kind: Annotated[str, Query(alias="as")] = "csl"
) -> Response:
    """Give one source for a reference manager."""
    data = SourceData.model_validate(source_of(session, viewer, key).data)
    if kind == "bibtex":
        return Response(
            to_bibtex(data), media_type=f"{BIBTEX}; charset=utf-8", headers=_as_file(f"{key}.bib")
        )
    return json_response([to_csl(data)], media_type=CSL, headers=_as_file(f"{key}.json"))


@router.get("/sources/{key}/capture", name="encyclopedia_capture")
def download_capture(app: App, session: ReadSession, viewer: Viewer, key: str) -> Response:
    """Give our own copy of a source's page to members, as text that no browser runs."""
    PERMISSIONS.require(viewer, Permission.EDIT)
    source = source_of(session, viewer, key)
    place = outside_of(app).captures.path(source.capture) if source.capture else None
    if place is None:
        raise NotFound(_("There is no copy of this source’s page here."))
    headers = {**_as_file(f"{key}.html.txt"), "Content-Security-Policy": "sandbox; default-src 'none'"}
    return FileResponse(place, media_type="text/plain", headers=headers)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name.replace(":", "-")}"'}
