"""Comparing the languages of an entry."""

from fastapi import APIRouter, Request, Response

from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.services import ReadSession
from common.web.templating import path_for, render
from encyclopedia.core.markup import parse
from encyclopedia.queries.entries import find_page, pages_by_language
from encyclopedia.queries.revisions import revision_of
from encyclopedia.schemas import LANGUAGES, SHEET
from encyclopedia.views.head import entry_head
from encyclopedia.views.languages import LanguagesPage, rows, side

router = APIRouter()


@router.get("/entries/{slug}/languages", name="encyclopedia_languages")
def compare_languages(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, other: str = ""
) -> Response:
    """Show the reader's language and another one side by side."""
    found = find_page(session, viewer, current_locale(), slug)
    pages = pages_by_language(session, found.entry.id)
    choices = [code for code in (other, *LANGUAGES, *pages) if code in pages and code != SHEET]
    second = next((pages[code] for code in choices if code != found.page.language), None)
    if second is None:
        raise NotFound(_("This entry is written in one language only."))
    both = [(page, revision_of(session, viewer, page.revision_id or 0)) for page in (found.page, second)]
    sides = [
        side(page, revision, path_for(request, "encyclopedia_revision", revision_id=revision.id))
        for page, revision in both
    ]
    counts = [parse(revision.body, page.language).words for page, revision in both]
    (left, one), (right, two) = both
    context = LanguagesPage(
        head=entry_head(request, session, viewer, found, "history"),
        left=sides[0],
        right=sides[1],
        rows=rows(session, (left.language, one), (right.language, two)),
        words_left=counts[0],
        words_right=counts[1],
    )
    return render(request, "encyclopedia/languages.html", context)
