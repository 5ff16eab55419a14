"""Administration: organisations and the criteria that each requires."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as Field
from sqlalchemy.orm import Session

from common.accounts.actions.organisations import create_organisation, delete_organisation, set_criteria
from common.accounts.actors import Actor
from common.accounts.models import Organisation
from common.accounts.queries import organisations, people_per_organisation
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, Criterion
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession
from common.web.templating import render

router = APIRouter(prefix="/admin/organisations")
Text = Annotated[str, Field()]
Chosen = Annotated[list[Criterion], Field(default_factory=list)]


@dataclass(frozen=True)
class OrganisationsPage:
    """Organisations with what each requires, and how many people belong to each."""

    organisations: Sequence[Organisation]
    people: dict[uuid.UUID, int]
    criteria: dict[str, str]
    form: Form


def _page(request: Request, session: Session, viewer: Actor, *, form: Form | None = None) -> Response:
    context = OrganisationsPage(
        organisations(session, viewer),
        people_per_organisation(session, viewer),
        {code.value: _(name) for code, name in CRITERION_NAMES.items()},
        form or Form(),
    )
    return render(request, "pages/admin_organisations.html", context, status=422 if form else 200)


@router.get("", name="admin_organisations")
def organisations_page(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Show the organisations."""
    return _page(request, session, viewer)


@router.post("", name="create_organisation")
def new_organisation(
    request: Request, app: App, session: WriteSession, viewer: Viewer, criteria: Chosen, name: Text = ""
) -> Response:
    """Add an organisation."""
    try:
        create_organisation(session, viewer, name, criteria, at=app.clock())
    except Invalid as problem:
        return _page(request, session, viewer, form=Form.refused(problem, name=name))
    return back_to(request, app, "admin_organisations", _("The organisation was added."))


@router.post("/{organisation_id}/criteria", name="set_criteria")
def change_criteria(
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    organisation_id: uuid.UUID,
    criteria: Chosen,
) -> Response:
    """Change what an organisation requires."""
    set_criteria(session, viewer, organisation_id, criteria, at=app.clock())
    return back_to(
        request,
        app,
        "admin_organisations",
        _("The criteria were changed. What was decided before keeps the former ones."),
    )


@router.post("/{organisation_id}/delete", name="delete_organisation")
def remove_organisation(
    request: Request, app: App, session: WriteSession, viewer: Viewer, organisation_id: uuid.UUID
) -> Response:
    """Delete an organisation that nobody belongs to."""
    delete_organisation(session, viewer, organisation_id, at=app.clock())
    return back_to(request, app, "admin_organisations", _("The organisation was deleted."))
