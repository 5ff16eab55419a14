"""The portal, the style guide and the page for developers."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from common.web.charts.samples import Samples, samples
from common.web.news import News, news
from common.web.services import App, ReadSession
from common.web.templating import ShownTool, render, shown_tool

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Figure:
    """One live figure of a tool: what it counts, how many, and as of when."""

    value: str
    label: str
    date: str


@dataclass(frozen=True)
class PortalPage:
    """The front page: the four doors, and what is new."""

    doors: list[tuple[ShownTool, Figure | None]]
    news: list[News]


@dataclass(frozen=True)
class StyleguidePage:
    """The style guide: sample drawings for the charts."""

    samples: Samples


@dataclass(frozen=True)
class DevelopersPage:
    """The open interface, as OpenAPI describes it."""

    operations: list[dict[str, Any]]


@router.get("/", name="portal")
def portal(request: Request, app: App, session: ReadSession) -> Response:
    """Show what the toolkit is, and its four doors."""
    figures = app.extras.get("figures", {})
    doors = [
        (shown_tool(request, card), figures[card.key](session, app.clock()) if card.key in figures else None)
        for card in app.cards
    ]
    return render(request, "pages/portal.html", PortalPage(doors, news()))


@router.get("/styleguide", name="styleguide")
def styleguide(request: Request) -> Response:
    """Show every token and component."""
    return render(request, "pages/styleguide.html", StyleguidePage(samples()))


@router.get("/developers", name="developers")
def developers(request: Request) -> Response:
    """Show the open interface."""
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, item in request.app.openapi()["paths"].items()
        for method, operation in item.items()
    ]
    return render(request, "pages/developers.html", DevelopersPage(operations))
