"""Administration: people, their roles and organisations, invitations."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as Field
from sqlalchemy.orm import Session

from common.accounts.actions.invitations import invite
from common.accounts.actions.organisations import set_organisation
from common.accounts.actions.people import set_disabled, set_role
from common.accounts.actors import EVERY_TOOL, ROLE_NAMES, Actor, Role
from common.accounts.models import Invitation, Organisation, Person
from common.accounts.queries import grants_of, open_invitations, organisations, people
from common.accounts.viewer import Viewer
from common.i18n import gettext as _
from common.paging import window
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render

router = APIRouter(prefix="/admin")
Text = Annotated[str, Field()]


@dataclass(frozen=True)
class PeoplePage:
    """People with their roles per tool; `link` is a fresh invitation, shown once."""

    people: Sequence[Person]
    roles: dict[uuid.UUID, dict[str, Role]]
    role_names: dict[str, str]
    organisations: Sequence[Organisation]
    invitations: Sequence[Invitation]
    link: str
    search: str
    page: int
    more: bool


def _people(
    request: Request,
    app: Services,
    session: Session,
    viewer: Actor,
    *,
    search: str = "",
    page: int = 1,
    link: str = "",
) -> Response:
    offset, size = window(page, 50)
    found = people(session, viewer, search=search, limit=size + 1, offset=offset)
    names = {role.value: _(name) for role, name in ROLE_NAMES.items()}
    shown = found[:size]
    context = PeoplePage(
        shown,
        grants_of(session, [person.id for person in shown]),
        names,
        organisations(session, viewer),
        open_invitations(session, viewer, at=app.clock()),
        link,
        search,
        page,
        more=len(found) > size,
    )
    return render(request, "pages/admin_people.html", context)


@router.get("/people", name="admin_people")
def people_page(
    request: Request, app: App, session: ReadSession, viewer: Viewer, search: str = "", page: int = 1
) -> Response:
    """Show people and their roles."""
    return _people(request, app, session, viewer, search=search, page=page)


@router.post("/invitations", name="invite")
def new_invitation(  # noqa: PLR0913 - one argument a field
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    role: Annotated[Role, Field()],
    tool: Text = EVERY_TOOL,
    email: Text = "",
    organisation: Text = "",
) -> Response:
    """Make an invitation link and show it once."""
    token = invite(
        session,
        viewer,
        tool=tool,
        role=role,
        email=email or None,
        organisation_id=uuid.UUID(organisation) if organisation else None,
        at=app.clock(),
        hours=app.settings.invitation_hours,
    )
    session.flush()
    link = app.settings.public_url.rstrip("/") + path_for(request, "accept_invitation", token=token)
    return _people(request, app, session, viewer, link=link)


@router.post("/people/{person_id}/link", name="reset_link")
def password_link(
    request: Request, app: App, session: WriteSession, viewer: Viewer, person_id: uuid.UUID
) -> Response:
    """Make a link with which a person chooses a new password."""
    token = invite(
        session,
        viewer,
        tool=EVERY_TOOL,
        role=Role.GUEST,
        person_id=person_id,
        at=app.clock(),
        hours=app.settings.invitation_hours,
    )
    session.flush()
    link = app.settings.public_url.rstrip("/") + path_for(request, "accept_invitation", token=token)
    return _people(request, app, session, viewer, link=link)


@router.post("/people/{person_id}/role", name="set_role")
def change_role(
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    person_id: uuid.UUID,
    tool: Text,
    role: Text = "",
) -> Response:
    """Give or take a role."""
    chosen = Role(role) if role in set(Role) else None
    set_role(session, viewer, person_id, tool, chosen, at=app.clock())
    return back_to(request, app, "admin_people", _("The role was changed."))


@router.post("/people/{person_id}/organisation", name="set_organisation")
def change_organisation(
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    person_id: uuid.UUID,
    organisation: Text = "",
) -> Response:
    """Say to which organisation a person belongs."""
    chosen = uuid.UUID(organisation) if organisation else None
    set_organisation(session, viewer, person_id, chosen, at=app.clock())
    return back_to(request, app, "admin_people", _("The organisation was changed."))


@router.post("/people/{person_id}/disabled", name="set_disabled")
def change_disabled(
    request: Request, app: App, session: WriteSession, viewer: Viewer, person_id: uuid.UUID, disabled: Text
) -> Response:
    """Close or reopen a person's account."""
    set_disabled(session, viewer, person_id, disabled=disabled == "yes", at=app.clock())
    text = (
        _("The account was closed; every sign-in and token has ended.")
        if disabled == "yes"
        else _("The account is open again.")
    )
    return back_to(request, app, "admin_people", text)
