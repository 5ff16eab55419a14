"""The `disinfo` command: serve, work, migrate, show; each tool adds its own commands."""

import importlib
import importlib.util
import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from common.errors import Problem
from common.settings import Settings, pin_threads, read_settings

if TYPE_CHECKING:
    from common.web.services import Services

app = typer.Typer(
    name="disinfo",
    help="The disinformation-monitoring toolkit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(stderr=True)
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65_535)]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs Redis.", min=1, max=64)] = 1,
) -> None:
    """Serve the toolkit."""
    settings = read_settings()
    if workers > 1 and not settings.redis_url:
        raise Problem("Several processes need DISINFO_REDIS_URL, or they would not hear of each other.")
    _announce(settings)
    _serve(settings, host, port, workers)


@app.command()
def demo(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    serve: Annotated[bool, typer.Option(help="Serve it too.")] = False,  # noqa: FBT002 - typer reads the default
) -> None:
    """Fill the database with demonstration data written for this project (once), and serve it if asked."""
    from common.demo import fill

    settings = read_settings()
    services = _services(settings)
    told = fill(services)
    services.database.close()
    for line in told:
        console.print(line, soft_wrap=True)
    if serve:
        console.print(f"\nServing on [bold]http://{host}:{port}[/] — stop with Ctrl+C.")
        _serve(settings, host, port, 1)


@app.command()
def worker() -> None:
    """Run jobs until stopped, beside web processes that have DISINFO_RUN_JOBS=false."""
    from common.launch import build_runner, read_manifests
    from common.logs import configure_logs

    settings = read_settings()
    configure_logs(settings)
    services = _services(settings)
    runner = build_runner(services, read_manifests(settings.tools))
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    runner.start()
    console.print("Working. Stop with Ctrl+C.")
    stop.wait()
    runner.stop()


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version."""
    from common.db import open_database
    from common.migrations import upgrade

    database = open_database(read_settings().database)
    upgrade(database)
    database.close()
    console.print(f"The tables of {database.engine.url.render_as_string(hide_password=True)} are up to date.")


@app.command(name="admin-link")
def admin_link() -> None:
    """Print the one-time link for the first admin; nothing once there is anybody."""
    _announce(read_settings())


def _services(settings: Settings) -> "Services":
    from common.launch import build_services, read_manifests
    from common.migrations import upgrade

    services = build_services(settings, read_manifests(settings.tools))
    upgrade(services.database)
    return services


def _announce(settings: Settings) -> None:
    from common.launch import admin_link as make_link

    services = _services(settings)
    link = make_link(services)
    services.database.close()
    if link:
        console.print("Nobody has an account yet. Open this link once, within 24 hours, to become the admin:")
        console.print(f"  [bold]{link}[/]", soft_wrap=True)


def _serve(settings: Settings, host: str, port: int, workers: int) -> None:
    import uvicorn

    uvicorn.run(
        "common.asgi:create",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="auto",
        http="httptools",
        # Broadcasts write one encoded frame to all sockets, and one sweep pings all (common/web/sockets.py). Compression would
        # need a frame and a window of memory for each.
        ws="common.web.sockets:FrameSocket",
        ws_max_size=1024 * 1024,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        access_log=False,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _add_tools() -> None:
    for name in Settings.model_fields["tools"].default:
        if importlib.util.find_spec(f"{name}.commands"):
            commands = importlib.import_module(f"{name}.commands")
            app.add_typer(commands.app, name=commands.NAME)


def main() -> None:
    """Run the command line; expected failures are one sentence, not a traceback."""
    pin_threads()
    _add_tools()
    try:
        app()
    except Problem as problem:
        console.print(f"[bold red]×[/] {problem.message}", soft_wrap=True, highlight=False)
        for field, sentence in getattr(problem, "fields", {}).items():
            console.print(f"  {field}: {sentence}", soft_wrap=True, highlight=False)
        raise SystemExit(2) from None
