"""Putting it together: settings and tools' names in, one application out, the same in every deployment."""

import importlib
import importlib.metadata
import sys
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

import common
from common.accounts.actions.invitations import first_admin_link
from common.accounts.pages import router as accounts_router
from common.accounts.viewer import identify
from common.bus import open_bus
from common.db import open_database
from common.events import Delivery, forget
from common.jobs import JobRunner
from common.limits import open_limiter
from common.logs import configure_logs
from common.manifest import Manifest
from common.migrations import upgrade
from common.peers import Caller, Peers
from common.settings import Settings
from common.web import health
from common.web import pages as web_pages
from common.web.app import build_app
from common.web.paths import Paths
from common.web.services import Services
from common.web.templating import build_environment, read_assets

HOUSEKEEPING = timedelta(hours=1)


def read_manifests(names: Sequence[str]) -> list[Manifest]:
    """Return the manifests of tools, by their packages' names."""
    return [importlib.import_module(f"{name}.manifest").MANIFEST for name in names]


def build_services(settings: Settings, manifests: Sequence[Manifest]) -> Services:
    """Open everything that doors and jobs need. Nothing is opened at import."""
    _refuse_a_foreign_common()
    database = open_database(settings.database)
    services = Services(
        settings=settings,
        database=database,
        bus=open_bus(settings.redis_url),
        limiter=open_limiter(settings.redis_url),
        templates=build_environment(tuple(m.templates for m in manifests if m.templates)),
        assets=read_assets(),
        cards=tuple(m.card for m in manifests),
    )
    services.extras["figures"] = {m.card.key: m.figure for m in manifests if m.figure}
    services.extras["sitemaps"] = [m.sitemap for m in manifests if m.sitemap]
    for manifest in manifests:
        if manifest.prepare:
            services.extras[manifest.card.key] = manifest.prepare(services)
    return services


def build_runner(services: Services, manifests: Sequence[Manifest]) -> JobRunner:
    """Return the runner for the tools' jobs, what they hear and look at every second, and their hourly housekeeping."""
    delivery = Delivery(services.database, [one for m in manifests for one in m.listeners], services)

    def keep_house() -> None:
        with services.database.write() as session:
            forget(session, at=services.clock())
        for manifest in manifests:
            if manifest.housekeeping:
                manifest.housekeeping(services)

    def pulse() -> None:
        delivery.deliver(at=services.clock())
        for manifest in manifests:
            if manifest.pulse:
                manifest.pulse(services)

    return JobRunner(
        services.database,
        services.bus,
        [kind for manifest in manifests for kind in manifest.job_kinds],
        services=services,
        threads=services.settings.job_threads,
        housekeeping=keep_house,
        housekeeping_every=HOUSEKEEPING,
        pulse=pulse,
    )


def create_app(settings: Settings, names: Sequence[str] | None = None) -> FastAPI:
    """Build the application of the named tools (default: those in the settings)."""
    configure_logs(settings)
    names = settings.tools if names is None else names
    manifests = read_manifests(names)
    services = build_services(settings, manifests)
    runner = build_runner(services, manifests)

    def start() -> None:
        upgrade(services.database)
        if settings.run_jobs:
            runner.start()

    def stop() -> None:
        runner.stop()
        for manifest in manifests:
            if manifest.close:
                manifest.close(services)
        if services.peers:
            services.peers.close()
        services.bus.close()
        services.database.close()

    sockets = {path: door for manifest in manifests for path, door in manifest.sockets.items()}
    app = build_app(services, start=start, stop=stop, sockets=sockets)
    services.peers = Peers(Caller(app, settings.secret, settings.peer_urls))
    routes = _routes_of(tuple(names))
    app.router.routes.extend(routes)
    app.state.paths = Paths(routes)
    app.add_api_route(
        "/{path:path}", _nothing_here, include_in_schema=False, dependencies=[Depends(identify)]
    )
    return app


@cache
def _routes_of(names: tuple[str, ...]) -> tuple[BaseRoute, ...]:
    """Return the routes of the named tools and of what they share: a process writes them down once, for all its applications."""
    root = APIRouter()
    root.include_router(health.router)
    tools = (router for manifest in read_manifests(names) for router in manifest.routers)
    for router in (web_pages.router, accounts_router, *tools):
        root.include_router(router, dependencies=[Depends(identify)])
    return tuple(root.routes)


def admin_link(services: Services) -> str | None:
    """Return the one-time link for the first admin, while there is nobody."""
    with services.database.write() as session:
        token = first_admin_link(session, at=services.clock())
    locale = services.settings.default_locale
    return f"{services.settings.public_url.rstrip('/')}/{locale}/invitation/{token}" if token else None


async def _nothing_here(request: Request, path: str) -> Response:
    """Lead to the page whose address differs by the last slash; else answer 404: knowing who asks, in their language."""
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    root = request.scope.get("root_path", "")
    scope = dict(request.scope) | {"path": f"{root}/{other}"}
    # The last route is this one, which fits every address.
    if other and any(route.matches(scope)[0] is Match.FULL for route in request.app.routes[:-1]):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{root}/{quote(other)}{query}", 308)
    raise HTTPException(404)


@cache
def _refuse_a_foreign_common() -> None:
    """Stop where another installed package overwrote our `common` (top-level names can collide)."""
    here = Path(__file__).resolve().parent
    owners = set(importlib.metadata.packages_distributions().get("common", [])) - {"disinfo-toolkit"}
    if Path(str(common.__file__)).resolve().parent != here or owners:
        sys.exit(
            f"Another installed package also calls itself “common” ({', '.join(sorted(owners)) or 'unknown'}). "
            "Install the toolkit in an environment of its own."
        )
