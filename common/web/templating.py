"""Pages from templates: one typed context each, and the few names that every template may use."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from common.i18n import LOCALE_NAMES, current_locale, gettext, ngettext
from common.web.flash import COOKIE, waiting_messages
from common.web.formats import Formats
from common.web.paths import Paths
from common.web.services import Services, ToolCard, services_of

COMMON = Path(__file__).resolve().parents[1]
DIST = COMMON / "static" / "dist"


class PageContext(Protocol):
    """A frozen dataclass: what one page needs, by name and type."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True)
class ShownTool:
    """A tool as the header and the portal show it, in the reader's language."""

    key: str
    name: str
    tagline: str
    audience: str
    hue: str
    url: str | None
    ready: bool


@cache
def build_environment(folders: tuple[Path, ...]) -> Environment:
    """Make (once per process) the template environment over `common/templates` and each tool's own folder."""
    environment = Environment(
        loader=FileSystemLoader([COMMON / "templates", *folders]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.globals |= {"fmt": Formats(), "icon": icon, "version": toolkit_version()}
    return environment


def read_assets() -> dict[str, str]:
    """Return the hashed name of each built file; empty before the first build."""
    manifest = DIST / "manifest.json"
    names: dict[str, str] = json.loads(manifest.read_text()) if manifest.exists() else {}
    return names


@cache
def _icons() -> dict[str, str]:
    file = DIST / "icons.json"
    icons: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return icons


@cache
def icon(name: str) -> Markup:
    """Return an icon as inline SVG, hidden from screen readers: a word always stands beside it."""
    body = _icons()[name]
    return Markup(  # noqa: S704 - built from our own asset file
        f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{body}</svg>'
    )


@cache
def toolkit_version() -> str:
    """Return the version of the installed toolkit."""
    try:
        return version("disinfo-toolkit")
    except PackageNotFoundError:
        return "0"


def path_for(request: Request, name: str, /, **params: Any) -> str:
    """Return the path of a named route in the reader's language; extra parameters go into `query`."""
    query = params.pop("query", None)
    paths: Paths = request.app.state.paths
    path = str(request.scope.get("root_path", "")) + paths.path(name, params)
    return path + ("?" + urlencode({k: v for k, v in query.items() if v not in (None, "")}) if query else "")


def render(
    request: Request,
    template: str,
    context: PageContext,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Render a template with its context."""
    services = services_of(request)
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    messages = waiting_messages(request, services.settings.secret)
    html = services.templates.get_template(template).render(
        **_for_every_page(request, services), messages=messages, **values
    )
    response = HTMLResponse(
        html, status_code=status, headers={"Vary": "Cookie, HX-Request", **(headers or {})}
    )
    if messages:
        response.delete_cookie(COOKIE)
    return response


def _for_every_page(request: Request, services: Services) -> dict[str, Any]:
    def url_for(name: str, /, **params: Any) -> str:
        return path_for(request, name, **params)

    def asset(name: str) -> str:
        return f"/static/dist/{services.assets.get(name, name)}"

    return {
        "request": request,
        "settings": services.settings,
        "locale": current_locale(),
        "locales": _locales(request),
        "url_for": url_for,
        "asset": asset,
        "csp_nonce": request.scope.get("csp_nonce", ""),
        "request_id": request.scope.get("request_id", ""),
        "viewer": _viewer(request),
        "tools": [shown_tool(request, card) for card in services.cards],
        "footer_links": _footer_links(request, services),
    }


def _footer_links(request: Request, services: Services) -> list[tuple[str, str]]:
    links = [
        (
            gettext("Method of the %(tool)s") % {"tool": gettext(card.name).lower()},
            path_for(request, card.methodology),
        )
        for card in services.cards
        if card.methodology
    ]
    source = services.settings.source_url
    return [*links, (gettext("Source code"), source)] if source else links


def _viewer(request: Request) -> Any:
    actor = getattr(request.state, "actor", None)
    return actor if actor is not None and actor.is_signed_in else None


def shown_tool(request: Request, card: ToolCard) -> ShownTool:
    """Word a tool's card for the reader."""
    return ShownTool(
        key=card.key,
        name=gettext(card.name),
        tagline=gettext(card.tagline),
        audience=gettext(card.audience),
        hue=card.hue,
        url=path_for(request, card.home) if card.home else None,
        ready=card.ready,
    )


def _locales(request: Request) -> list[dict[str, Any]]:
    root = request.scope.get("root_path", "")
    rest = request.url.path.removeprefix(root) or "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return [
        {"code": code, "name": name, "url": f"/{code}{rest}{query}", "current": code == current_locale()}
        for code, name in LOCALE_NAMES.items()
    ]
