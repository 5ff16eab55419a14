"""Signing in, signing out, and coming in by an invitation."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as Field
from fastapi.responses import RedirectResponse

from common.accounts.actions.invitations import accept_invitation
from common.accounts.actions.sign_ins import open_sign_in, sign_in, sign_out
from common.accounts.queries import invitation_of
from common.accounts.viewer import Viewer, address_of, cookie_name, limit
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render

router = APIRouter()
Text = Annotated[str, Field()]
TRIES, WINDOW = 10, 10 * 60  # sign-in tries per address, and per network address, in seconds


@dataclass(frozen=True)
class SignInPage:
    """The sign-in form; `next` is where the person wanted to go."""

    form: Form
    next: str


@dataclass(frozen=True)
class InvitationPage:
    """The form behind an invitation link; `renews` says that it only sets a new password."""

    form: Form
    token: str
    renews: bool


def safe_next(target: str) -> str:
    """Return a path of ours, or nothing: a sign-in link must not send people elsewhere."""
    good = target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target
    return target if good else ""


def _browser(request: Request) -> str:
    agent = request.headers.get("user-agent", "")
    return next((name for name in ("Firefox", "Edg", "Chrome", "Safari", "curl") if name in agent), "?")


def _signed_in(request: Request, app: Services, token: str, target: str) -> Response:
    response = RedirectResponse(safe_next(target) or path_for(request, "portal"), 303)
    response.set_cookie(
        cookie_name(app),
        token,
        max_age=app.settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=app.settings.secure,
    )
    return response


@router.get("/sign-in", name="sign_in")
def sign_in_page(request: Request, viewer: Viewer, next: str = "") -> Response:  # noqa: A002 - the address' own word
    """Show the sign-in form, or go on where somebody is signed in."""
    if viewer.is_signed_in:
        return RedirectResponse(safe_next(next) or path_for(request, "portal"), 303)
    return render(request, "pages/sign_in.html", SignInPage(Form(), safe_next(next)))


@router.post("/sign-in")
def try_sign_in(
    request: Request,
    app: App,
    session: WriteSession,
    email: Text,
    password: Text,
    next: Text = "",  # noqa: A002
) -> Response:
    """Sign in, or say that it failed without saying why."""
    limit(app.limiter, f"sign-in:{address_of(request)}", TRIES * 3, WINDOW)
    limit(app.limiter, f"sign-in:{email.strip().lower()}", TRIES, WINDOW)
    try:
        token = sign_in(
            session,
            email,
            password,
            browser=_browser(request),
            at=app.clock(),
            days=app.settings.session_days,
        )
    except Invalid as problem:
        page = SignInPage(Form.refused(problem, email=email), safe_next(next))
        return render(request, "pages/sign_in.html", page, status=422)
    return _signed_in(request, app, token, next)


@router.post("/sign-out", name="sign_out")
def leave(request: Request, app: App, session: WriteSession, viewer: Viewer) -> Response:
    """Sign out here."""
    sign_out(session, viewer, at=app.clock())
    response = RedirectResponse(path_for(request, "portal"), 303)
    response.delete_cookie(cookie_name(app), secure=app.settings.secure, httponly=True, samesite="lax")
    return response


@router.get("/invitation/{token}", name="accept_invitation")
def invitation_page(request: Request, app: App, session: ReadSession, token: str) -> Response:
    """Show the form behind an invitation link."""
    held = invitation_of(session, token, at=app.clock())
    if held is None:
        raise NotFound(_("This link has been used or has ended. Ask an admin for a new one."))
    form = Form({"email": held.email or ""})
    return render(request, "pages/invitation.html", InvitationPage(form, token, held.person_id is not None))


@router.post("/invitation/{token}")
def accept(
    request: Request,
    app: App,
    session: WriteSession,
    token: str,
    password: Text,
    email: Text = "",
    name: Text = "",
) -> Response:
    """Make the account and sign in."""
    limit(app.limiter, f"invitation:{address_of(request)}", TRIES, WINDOW)
    now = app.clock()
    held = invitation_of(session, token, at=now)
    try:
        person = accept_invitation(session, token, email=email, name=name, password=password, at=now)
    except Invalid as problem:
        form = Form.refused(problem, email=email, name=name)
        page = InvitationPage(form, token, held is not None and held.person_id is not None)
        return render(request, "pages/invitation.html", page, status=422)
    cookie = open_sign_in(session, person, browser=_browser(request), at=now, days=app.settings.session_days)
    return _signed_in(request, app, cookie, "")
