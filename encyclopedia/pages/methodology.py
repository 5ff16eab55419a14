"""How entries are made, for whoever reads one and asks what it is worth."""

from fastapi import APIRouter, Request, Response

from common.web.services import App
from common.web.templating import render
from encyclopedia.views.methodology import methodology_page

router = APIRouter()


@router.get("/about", name="encyclopedia_methodology")
def show_methodology(request: Request, app: App) -> Response:
    """Show the method; open to everybody."""
    page = methodology_page(app.settings.encyclopedia_readers_see)
    return render(request, "encyclopedia/methodology.html", page)
