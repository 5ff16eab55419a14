"""Whether the process lives, whether it can serve, its figures, and what robots are told."""

import ipaddress
import secrets

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from common.errors import Forbidden
from common.i18n import gettext as _
from common.jobs import unfinished_jobs
from common.web.json import json_response
from common.web.services import App, ReadSession

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
def live() -> Response:
    """Answer as long as the process can."""
    return json_response({"status": "ok"})


@router.get("/health/ready")
def ready(app: App) -> Response:
    """Answer 200 where the database and the bus answer too, else 503 with what does not."""
    checks = {}
    for name, ask in (("database", app.database.answers), ("bus", app.bus.ping)):
        try:
            checks[name] = "ok" if ask() else "no answer"
        except (SQLAlchemyError, RedisError, OSError):
            checks[name] = "no answer"
    good = all(answer == "ok" for answer in checks.values())
    return json_response(
        {"status": "ok" if good else "unavailable", "checks": checks}, status=200 if good else 503
    )


@router.get("/robots.txt")
def robots(app: App) -> Response:
    """Tell search engines what they need not fetch, and where the tools' sitemaps are (RFC 9309)."""
    site = app.settings.public_url.rstrip("/")
    lines = ["User-agent: *", "Disallow: /api/", "Disallow: /metrics"]
    lines += [f"Sitemap: {site}{path}" for path in app.extras.get("sitemaps", ())]
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")


@router.get("/metrics")
def metrics(request: Request, app: App, session: ReadSession) -> Response:
    """Give the figures in Prometheus' text format, to whoever holds the token or sits on this machine."""
    _require_reader(request, app)
    figures = request.app.state.metrics
    figures.jobs.set(unfinished_jobs(session))
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)


def _require_reader(request: Request, app: App) -> None:
    token = app.settings.metrics_token
    if token is not None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        allowed = secrets.compare_digest(given.encode(), token.get_secret_value().encode())
    else:
        host = request.client.host if request.client else ""
        try:
            allowed = ipaddress.ip_address(host).is_loopback
        except ValueError:
            allowed = False
    if not allowed:
        raise Forbidden(_("Figures are given to whoever holds the metrics token."))
