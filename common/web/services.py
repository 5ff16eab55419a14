"""What a running application is made of; built once in `common.launch`, reached from every door."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from jinja2 import Environment
from sqlalchemy.orm import Session

from common.bus import Bus
from common.clock import now
from common.db import Database
from common.limits import Limiter
from common.peers import Peers
from common.settings import Settings


@dataclass(frozen=True)
class ToolCard:
    """How a tool presents itself on the portal and in the header; texts are marked, not yet translated."""

    key: str
    name: str
    tagline: str
    audience: str
    hue: str
    home: str | None = None  # the name of its first page's route; None while it is being built
    methodology: str | None = None  # the route of the page that says how its figures are made
    ready: bool = False


@dataclass
class Services:
    """Everything that doors need; tests build it with a clock that stands still."""

    settings: Settings
    database: Database
    bus: Bus
    limiter: Limiter
    templates: Environment
    assets: Mapping[str, str]
    cards: tuple[ToolCard, ...] = ()
    peers: Peers | None = None  # the other tools; set when the application exists
    clock: Callable[[], datetime] = now
    extras: dict[str, Any] = field(default_factory=dict)  # what a tool keeps for itself, by its key


def services_of(request: Request) -> Services:
    """Return the application's services."""
    services: Services = request.app.state.services
    return services


async def _services(request: Request) -> Services:
    """Give a door the services; asynchronous, since a synchronous dependency takes a trip through the thread pool (0.2 ms)."""
    return services_of(request)


# scope="function" below: the transaction is closed before the answer leaves, not after.
App = Annotated[Services, Depends(_services)]


def _read_session(services: App) -> Iterator[Session]:
    with services.database.read() as session:
        yield session


def _write_session(services: App) -> Iterator[Session]:
    with services.database.write() as session:
        yield session


ReadSession = Annotated[Session, Depends(_read_session, scope="function")]
WriteSession = Annotated[Session, Depends(_write_session, scope="function")]
