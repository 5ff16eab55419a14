"""`api.php`: reads a request, runs its action, answers in JSON with status 200, as clients expect. `index.php` leads to pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlencode

import structlog
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer, address_of
from common.errors import NotFound, Problem
from common.i18n import LOCALES, current_locale, use_locale
from common.i18n import gettext as _
from common.web.json import json_response
from common.web.routing import PrefixRouter
from common.web.services import App, ReadSession, Services
from encyclopedia.api.mediawiki.answers import Star, written
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.credentials import COOKIE, actor_of_cookie
from encyclopedia.api.mediawiki.failures import ApiFailure, failure_of
from encyclopedia.api.mediawiki.multipart import read_form
from encyclopedia.api.mediawiki.perform import module_of, perform
from encyclopedia.core.pictures import LARGEST_FILE
from encyclopedia.core.wiki_titles import InvalidTitle, Namespace, parse_title
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.mediawiki.pages import by_titles

MOST_BODY = LARGEST_FILE + 5_000_000  # bytes: the largest file, with what is said about it
MOST_FIELDS = 500
log = structlog.get_logger()
router = PrefixRouter(prefix="/encyclopedia", include_in_schema=False)


@dataclass(frozen=True)
class Sent:
    """What a request carries; what is posted goes before what stands in the address."""

    values: Mapping[str, str]
    files: Mapping[str, bytes]
    in_address: frozenset[str]
    refusal: str = ""  # why the form could not be read


async def _sent(request: Request) -> Sent:
    values, in_address = dict(request.query_params), frozenset(request.query_params)
    if request.method != "POST":
        return Sent(values, {}, in_address)
    kind = request.headers.get("content-type", "")
    try:
        body = await _body(request)
        posted, files = read_form(kind, body) if kind.startswith("multipart/") else (_urlencoded(body), {})
    except ValueError as error:
        return Sent(values, {}, in_address, refusal=str(error))
    return Sent(values | posted, files, in_address - posted.keys())


def _urlencoded(body: bytes) -> dict[str, str]:
    """Read a form. Raises ValueError where it has too many fields."""
    text = body.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS))


async def _body(request: Request) -> bytes:
    """Read the body. Raises ValueError where it is too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BODY:
            raise ValueError(f"at most {MOST_BODY} bytes are taken")
        parts.append(part)
    return b"".join(parts)


Carried = Annotated[Sent, Depends(_sent)]


@router.api_route("/api.php", methods=["GET", "POST"], name="encyclopedia_action_api")
def action_api(request: Request, app: App, viewer: Viewer, sent: Carried) -> Response:
    """Answer one request."""
    language = sent.values.get("uselang", "")
    with use_locale(language if language in LOCALES else current_locale()):
        body, call = _answer(request, app, viewer, sent)
    version = 2 if sent.values.get("formatversion") in {"2", "latest"} else 1
    headers = {"MediaWiki-API-Error": body["error"]["code"]} if "error" in body else {}
    response = json_response(written(body, version), headers=headers)
    for name, value in call.cookies.items() if call else ():
        _set_cookie(app, response, name, value)
    return response


@router.get("/index.php", name="encyclopedia_index_php")
def index_php(session: ReadSession, viewer: Viewer, title: str = "", oldid: int | None = None) -> Response:
    """Lead from a wiki client's address of a page to ours."""
    PERMISSIONS.require(viewer, Permission.READ)
    start = f"/{current_locale()}/encyclopedia"
    if oldid is not None:
        return RedirectResponse(f"{start}/revisions/{oldid}", 302)
    if not title:
        return RedirectResponse(f"{start}/", 302)
    try:
        page = by_titles(session, [parse_title(title)]).popitem()[1]
    except InvalidTitle as error:
        raise NotFound(_("There is no page with this title.")) from error
    return RedirectResponse(address_of_page(page.leads_to or page), 302)


def address_of_page(page: Any) -> str:
    """Return where a wiki page is shown to people."""
    if page.title.namespace == Namespace.FILE:
        return f"/{current_locale()}/encyclopedia/media/{quote(page.own_title or page.title.name)}"
    if page.facet is not None:
        return f"/{current_locale()}/encyclopedia/search?{urlencode([page.facet])}"
    if page.page_id is not None:
        return f"/{page.language}/encyclopedia/entries/{page.slug}"
    return f"/{current_locale()}/encyclopedia/search?{urlencode({'q': page.title.name})}"


def _answer(request: Request, app: Services, viewer: Actor, sent: Sent) -> tuple[dict[str, Any], Call | None]:
    """Run the action in one transaction; whatever fails, nothing of it stays."""
    call = None
    try:
        if sent.refusal:
            raise ApiFailure("badform", sent.refusal)
        module = module_of(sent.values)
        _refuse_secrets_in_address(sent.in_address)
        with app.database.write() if module.writes else app.database.read() as session:
            actor, credential = _who(request, app, viewer, session)
            call = Call(
                app,
                actor,
                credential,
                session,
                sent.values,
                sent.files,
                app.clock(),
                address_of(request),
                request.method == "POST",
            )
            body = perform(call, module)
        return body | _warnings(call), call
    except ApiFailure as failure:
        return failure.body(), None
    except Problem as problem:
        return failure_of(problem).body(), None
    except Exception:
        # Clients repeat a request that ends with a status of 5xx up to 25 times; this one would end so each time.
        log.exception("the action API failed", action=str(sent.values.get("action"))[:40])
        sentence = _("This is our fault, and it was noted.")
        return ApiFailure("internal_api_error", sentence).body(), None


def _who(request: Request, app: Services, viewer: Actor, session: Any) -> tuple[Actor, str]:
    """Return who asks, and the credential that tokens are bound to."""
    cookie = request.cookies.get(COOKIE)
    if cookie:
        actor = actor_of_cookie(session, app.settings.secret, cookie, at=app.clock())
        if actor.is_signed_in:
            return actor, cookie
    return viewer, viewer.session_id or (str(viewer.person_id) if viewer.person_id else "")


def _refuse_secrets_in_address(in_address: frozenset[str]) -> None:
    """Addresses end up in logs; passwords and tokens must not."""
    found = sorted(in_address & {"lgpassword", "password", "token", "lgtoken", "logintoken"})
    if found:
        message = _("These parameters must stand in the body of the request, not in its address: %(names)s")
        raise ApiFailure("mustpostparams", message % {"names": ", ".join(found)})


def _warnings(call: Call) -> dict[str, Any]:
    if not call.warnings:
        return {}
    return {"warnings": {name: {"warnings": Star("\n".join(said))} for name, said in call.warnings.items()}}


def _set_cookie(app: Services, response: Response, name: str, value: str | None) -> None:
    path = "/encyclopedia/api.php"
    if value is None:
        response.delete_cookie(name, path=path)
        return
    response.set_cookie(
        name,
        value,
        max_age=app.settings.session_days * 86_400,
        path=path,
        httponly=True,
        samesite="strict",
        secure=app.settings.secure,
    )
