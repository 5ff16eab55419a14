"""What can be seen from outside: request ids, logs without personal data, metrics, health."""

import re
import time
import uuid

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Metrics:
    """The figures of one application, in a registry of its own so that two can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "disinfo_requests_total",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "disinfo_request_seconds",
            "Time to answer, in seconds.",
            ["method", "route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
            registry=self.registry,
        )
        self.jobs = Gauge("disinfo_jobs_unfinished", "Jobs that wait or run.", registry=self.registry)


class Observe:
    """Gives each request an id, and logs and counts how it was answered: the route, never the address asked for.

    Paths, queries, addresses and browsers can name people; none of them is written.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection and tell how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope["request_id"] = request_id
        status, began = 500, time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                self._tell(scope, status, time.perf_counter() - began)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope["app"].state.paths.shape(scope.get("route"))
        method = (
            scope["method"]
            if scope["method"] in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
            else "OTHER"
        )
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(method, route).observe(seconds)
        if not route.startswith(("/health", "/static")):
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
