"""Every failure as a page for people and as RFC 9457 problem details for programs."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from jinja2 import TemplateError
from starlette.exceptions import HTTPException

from common.errors import Invalid, Problem, TooMany
from common.i18n import N_, use_locale
from common.i18n import gettext as _
from common.web.headers import protect
from common.web.json import json_response
from common.web.locales import settle
from common.web.services import services_of
from common.web.templating import render

log = structlog.get_logger()

_SENTENCES = {
    404: N_("There is no page at this address. It may have moved, or the link may be incomplete."),
    405: N_("This address does not take that kind of request."),
    413: N_("This is larger than what is taken here. Large files can be scored from the command line."),
    500: N_(
        "This is our fault, and it was noted. Nothing that you saved before is lost. Try again in a moment."
    ),
}


@dataclass(frozen=True)
class ErrorPage:
    """What the error page shows."""

    status: int
    title: str
    message: str
    fields: dict[str, str]


def install_error_handlers(app: FastAPI) -> None:
    """Teach the application to tell people and programs what went wrong."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _unexpected)


def wants_html(request: Request) -> bool:
    """Whether a person's browser asks, and not a program."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return "text/html" in request.headers.get("accept", "") and not path.startswith("/api/")


def problem_response(request: Request, problem: Problem) -> Response:
    """Return the answer to an expected failure."""
    fields = problem.fields if isinstance(problem, Invalid) else {}
    headers = {"Retry-After": str(max(1, round(problem.retry_after)))} if isinstance(problem, TooMany) else {}
    return _answer(request, problem.status, _(problem.title), problem.message, fields=fields, headers=headers)


def _answer(
    request: Request,
    status: int,
    title: str,
    message: str,
    *,
    fields: dict[str, str],
    headers: dict[str, str],
) -> Response:
    if wants_html(request):
        return render(
            request,
            "pages/error.html",
            ErrorPage(status, title, message, fields),
            status=status,
            headers=headers,
        )
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": message}
    body["instance"] = f"urn:request:{request.scope.get('request_id', '')}"
    if fields:
        body["errors"] = [
            {"pointer": f"#/{name.replace('.', '/')}", "detail": text} for name, text in fields.items()
        ]
    return json_response(body, status=status, headers=headers, media_type="application/problem+json")


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - registered for nothing else
    return problem_response(request, problem)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    title = _(N_("Not found")) if error.status_code == 404 else HTTPStatus(error.status_code).phrase
    sentence = _(_SENTENCES[error.status_code]) if error.status_code in _SENTENCES else str(error.detail)
    return _answer(request, error.status_code, title, sentence, fields={}, headers=dict(error.headers or {}))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    fields = {
        ".".join(str(part) for part in each["loc"][1:]) or "body": str(each["msg"])
        for each in error.errors()[:50]
    }
    return problem_response(
        request, Invalid(_("Some fields cannot be used; each is named with its reason."), fields=fields)
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    """Answer outside of all middleware: the language and the headers are found again, or for the first time."""
    log.error("unexpected failure", request_id=request.scope.get("request_id"), exc_info=error)
    settings = services_of(request).settings
    with use_locale(settle(request.scope, settings.default_locale)):
        title = _(N_("Something went wrong"))
        try:
            response = _answer(request, 500, title, _(_SENTENCES[500]), fields={}, headers={})
        except TemplateError:
            log.exception("the error page itself failed")
            response = Response(title, 500, media_type="text/plain")
    protect(response.headers, request.scope, https=settings.secure)
    return response
