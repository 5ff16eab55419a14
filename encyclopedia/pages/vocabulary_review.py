"""What reviewers decide of vocabularies: references that lead nowhere, and mappings."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import ngettext
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import path_for, render
from encyclopedia.actions import vocabularies as actions
from encyclopedia.models import Crosswalk
from encyclopedia.pages.posted import Posted, number_in, values_of
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries import vocabularies
from encyclopedia.queries import vocabulary_review as queries
from encyclopedia.service.crosswalks import propose
from encyclopedia.views import vocabulary_review as views

router = APIRouter(prefix="/vocabularies")
PAGE_SIZE = 20
MOST_EXPORTED = 200  # a page of the list at once


@router.get("/references", name="encyclopedia_references")
def show_references(
    request: Request, session: ReadSession, viewer: Viewer, which: str = "dead", page: int = 1
) -> Response:
    """List references that lead nowhere or to something else, with proposals."""
    return _references(request, session, viewer, which, page, Form())


@router.post("/references")
def decide_reference(request: Request, app: App, viewer: Viewer, posted: Posted) -> Response:
    """Accept a proposal, take another code, drop, or take a decision back."""
    values = values_of(posted)
    which, page = values.get("which", "dead"), number_in(values, "page") or 1
    try:
        with app.database.write() as session:
            link = queries.reference_of(session, viewer, number_in(values, "reference") or 0)
            if "drop" in values:
                actions.drop_reference(session, viewer, link, at=app.clock())
            elif "undo" in values:
                actions.undecide_reference(session, viewer, link, at=app.clock())
            else:
                code = values.get("proposal") or values.get(f"code-{link.id}", "")
                actions.mend_reference(session, viewer, link, code, at=app.clock())
    except Invalid as problem:
        number = number_in(values, "reference") or 0
        form = Form(values, {f"code-{number}": problem.message})
        with app.database.read() as session:
            return _references(request, session, viewer, which, page, form, status=problem.status)
    place = path_for(request, "encyclopedia_references", query={"which": which, "page": str(page)})
    return RedirectResponse(f"{place}#references", 303)


def _references(
    request: Request, session: Session, viewer: Actor, which: str, page: int, form: Form, *, status: int = 200
) -> Response:
    which = which if which in views.QUEUES else "dead"
    found = queries.references(session, viewer, views.QUEUES[which], number=page, size=PAGE_SIZE)
    counts = queries.reference_counts(session, viewer)
    known: dict[tuple[str, str], str] = {}
    for scheme in {link.scheme for link in found.items}:
        links = [link for link in found.items if link.scheme == scheme]
        ends = {(link.from_kind, link.from_code) for link in links}
        known |= vocabularies.names_of(
            session, scheme, ends | {(link.to_kind, link.written_code) for link in links}
        )
    context = views.references_page(request, found, counts, known, which, form)
    return render(request, "encyclopedia/references.html", context, status=status)


@router.get("/crosswalks", name="encyclopedia_crosswalks")
def show_crosswalks(
    request: Request, session: ReadSession, viewer: Viewer, which: str = "proposed", page: int = 1
) -> Response:
    """List mappings between vocabularies."""
    return _crosswalks(request, session, viewer, which, page, Form())


@router.get("/crosswalks.csv", name="encyclopedia_crosswalks_csv")
def crosswalks_as_csv(session: ReadSession, viewer: Viewer) -> Response:
    """Give all mappings as CSV."""
    mappings: list[Crosswalk] = []
    number = 1
    while True:
        found = queries.crosswalks(session, viewer, number=number, size=MOST_EXPORTED)
        mappings += found.items
        if number >= found.pages:
            break
        number += 1
    headers = {"Content-Disposition": 'attachment; filename="crosswalks.csv"'}
    return Response(views.crosswalks_csv(mappings), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/crosswalks/propose", name="encyclopedia_crosswalks_propose")
def propose_crosswalks(request: Request, app: App, viewer: Viewer, posted: Posted) -> Response:
    """Propose mappings between two vocabularies by the likeness of names."""
    values = values_of(posted)
    try:
        with app.database.write() as session:
            new = propose(session, viewer, values.get("one", ""), values.get("other", ""))
    except Invalid as problem:
        with app.database.read() as session:
            form = Form.refused(problem, **values)
            return _crosswalks(request, session, viewer, "proposed", 1, form, status=problem.status)
    words = ngettext("%(count)s new proposal.", "%(count)s new proposals.", new) % {"count": new}
    return back_to(request, app, "encyclopedia_crosswalks", words)


@router.post("/crosswalks/{crosswalk_id}", name="encyclopedia_crosswalk_decide")
def decide_crosswalk(
    request: Request, app: App, viewer: Viewer, crosswalk_id: int, posted: Posted
) -> Response:
    """Confirm, reject or reopen a mapping."""
    values = values_of(posted)
    with app.database.write() as session:
        mapping = queries.crosswalk_of(session, viewer, crosswalk_id)
        actions.decide_crosswalk(
            session,
            viewer,
            mapping,
            values.get("state", ""),
            values.get("match", mapping.match),
            at=app.clock(),
        )
    place = path_for(request, "encyclopedia_crosswalks", query={"which": values.get("which", "proposed")})
    return RedirectResponse(place, 303)


def _crosswalks(
    request: Request, session: Session, viewer: Actor, which: str, page: int, form: Form, *, status: int = 200
) -> Response:
    which = which if which in views.CROSSWALK_STATES else "proposed"
    found = queries.crosswalks(session, viewer, which, number=page, size=PAGE_SIZE)
    ends = {
        end
        for each in found.items
        for end in ((each.from_scheme, each.from_code), (each.to_scheme, each.to_code))
    }
    context = views.crosswalks_page(
        request,
        found,
        queries.crosswalk_counts(session, viewer),
        vocabularies.names_in_schemes(session, ends),
        vocabularies.schemes(session, viewer),
        which,
        form,
        may_review=PERMISSIONS.allows(viewer, Permission.REVIEW),
    )
    return render(request, "encyclopedia/crosswalks.html", context, status=status)
