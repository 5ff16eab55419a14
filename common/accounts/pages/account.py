"""One's own account: password, sign-ins, API tokens."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as Field
from sqlalchemy.orm import Session

from common.accounts.actions.people import change_password, create_token, revoke_token
from common.accounts.actions.sign_ins import end_sign_in
from common.accounts.actors import Actor
from common.accounts.models import ApiToken, Person, SignIn
from common.accounts.queries import person_of, sign_ins_of, tokens_of
from common.accounts.viewer import Viewer, limit
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession
from common.web.templating import render

router = APIRouter()
Text = Annotated[str, Field()]


@dataclass(frozen=True)
class AccountPage:
    """What one's own page shows; `new_token` is there once, right after it was made."""

    person: Person
    sign_ins: Sequence[SignIn]
    tokens: Sequence[ApiToken]
    new_token: str
    form: Form


def _page(
    request: Request, session: Session, viewer: Actor, *, form: Form | None = None, new_token: str = ""
) -> Response:
    person = person_of(session, viewer)
    page = AccountPage(
        person, sign_ins_of(session, viewer), tokens_of(session, viewer), new_token, form or Form()
    )
    return render(request, "pages/account.html", page, status=422 if form else 200)


@router.get("/account", name="account")
def account_page(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Show one's own account."""
    return _page(request, session, viewer)


@router.post("/account/password", name="change_password")
def new_password(
    request: Request, app: App, session: WriteSession, viewer: Viewer, old_password: Text, password: Text
) -> Response:
    """Change one's password."""
    limit(app.limiter, f"password:{viewer.person_id}", 10, 600)
    try:
        change_password(session, viewer, old=old_password, new=password, at=app.clock())
    except Invalid as problem:
        return _page(request, session, viewer, form=Form.refused(problem))
    return back_to(request, app, "account", _("Your password was changed. Other sign-ins have ended."))


@router.post("/account/tokens", name="create_token")
def new_token(
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    name: Text,
    days: Annotated[int, Field()] = 90,
) -> Response:
    """Make an API token and show it once."""
    try:
        token = create_token(session, viewer, name, days=days, at=app.clock())
    except Invalid as problem:
        return _page(request, session, viewer, form=Form.refused(problem, name=name))
    session.flush()
    return _page(request, session, viewer, new_token=token)


@router.post("/account/tokens/{token_id}/revoke", name="revoke_token")
def end_token(
    request: Request, app: App, session: WriteSession, viewer: Viewer, token_id: uuid.UUID
) -> Response:
    """End an API token."""
    revoke_token(session, viewer, token_id, at=app.clock())
    return back_to(
        request, app, "account", _("The token was revoked. Programs that used it are refused from now on.")
    )


@router.post("/account/sign-ins/{session_id}/end", name="end_session")
def end_session(
    request: Request, app: App, session: WriteSession, viewer: Viewer, session_id: str
) -> Response:
    """End one of one's own sign-ins."""
    end_sign_in(session, viewer, session_id, at=app.clock())
    return back_to(request, app, "account", _("That sign-in has ended."))
