"""What a tool gives to the whole; `common.launch` finds it by name, so that `common` knows no tool."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.types import ASGIApp

from common.accounts.actors import Actor
from common.events import Listener
from common.jobs import JobKind
from common.web.pages import Figure
from common.web.services import Services, ToolCard


@dataclass(frozen=True)
class Manifest:
    """One tool: its card, its doors, its jobs, its demonstration data."""

    card: ToolCard
    routers: tuple[APIRouter, ...] = ()
    sockets: Mapping[str, ASGIApp] = field(default_factory=dict)  # path → application, past the framework
    templates: Path | None = None
    job_kinds: tuple[JobKind, ...] = ()
    figure: Callable[[Session, datetime], Figure | None] | None = None
    prepare: Callable[[Services], Any] | None = (
        None  # what the tool keeps for itself in `services.extras[key]`
    )
    close: Callable[[Services], None] | None = None  # ends what `prepare` made, before bus and database close
    housekeeping: Callable[[Services], None] | None = None  # run every hour, in one process or several
    pulse: Callable[[Services], None] | None = (
        None  # about every second: begin what is due, quickly, repeatably
    )
    listeners: tuple[Listener[Any], ...] = ()  # what it hears of the other tools, after it is stored
    sitemap: str | None = None  # the path of the tool's sitemap, for robots.txt
    demo: Callable[[Services, "DemoPeople"], None] | None = None


@dataclass(frozen=True)
class DemoPeople:
    """The demonstration's people, who act in what the demonstration shows. `partners`: of three other organisations."""

    analyst: Actor
    reviewer: Actor
    admin: Actor
    partners: tuple[Actor, ...]
