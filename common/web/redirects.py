"""Going back to a page after something was done, with a sentence that says so."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from common.web.flash import flash
from common.web.services import Services
from common.web.templating import path_for


def back_to(request: Request, app: Services, name: str, text: str, **params: object) -> Response:
    """Redirect (303, so that a reload sends nothing twice) to a named page, which then shows `text`."""
    response = RedirectResponse(path_for(request, name, **params), 303)
    flash(response, app.settings.secret, text, secure=app.settings.secure)
    return response
