"""The application factory: middleware in their order, errors, static files, health."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import anyio.to_thread
from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from common.web.errors import install_error_handlers
from common.web.locales import LocaleMiddleware
from common.web.observe import Metrics, Observe
from common.web.paths import Paths
from common.web.security import BodyLimit, SameOrigin, SecurityHeaders
from common.web.services import Services
from common.web.sockets import SocketDoors
from common.web.templating import toolkit_version

STATIC = Path(__file__).resolve().parents[1] / "static"


class HashedFiles(StaticFiles):
    """Built files have their hash in their name and never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file, for a year where its name says what it holds."""
        response = await super().get_response(path, scope)
        if path.startswith("dist/") and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def build_app(
    services: Services,
    *,
    start: Callable[[], None],
    stop: Callable[[], None],
    sockets: Mapping[str, ASGIApp] = MappingProxyType({}),
) -> FastAPI:
    """Build an application without routes; `start` and `stop` run with it, `sockets` are served past all middleware."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:  # noqa: ARG001
        anyio.to_thread.current_default_thread_limiter().total_tokens = services.settings.web_threads
        start()
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(stop)

    app = FastAPI(
        title="Disinformation toolkit",
        summary="The toolkit's open interface.",
        version=toolkit_version(),
        docs_url=None,  # its page loads scripts from elsewhere; ours is at /developers
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=lifespan,
    )
    metrics = Metrics()
    app.state.services, app.state.metrics, app.state.paths = services, metrics, Paths(())
    install_error_handlers(app)
    settings = services.settings
    # The last one added is the first to see a request.
    app.add_middleware(BodyLimit, most=settings.upload_max_mb * 1_000_000)
    app.add_middleware(SameOrigin, public_url=settings.public_url)
    app.add_middleware(LocaleMiddleware, default=settings.default_locale)
    app.add_middleware(SecurityHeaders, https=settings.secure)
    app.add_middleware(Observe, metrics=metrics)
    app.add_middleware(SocketDoors, doors=sockets)
    app.mount("/static", HashedFiles(directory=STATIC, check_dir=False), name="static")
    return app
