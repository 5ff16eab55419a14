"""Vocabularies: schemes, terms, and the matrix of techniques by countermeasures."""

from fastapi import APIRouter, Request, Response

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from encyclopedia.actions.vocabularies import create_abcde
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries import vocabularies as queries
from encyclopedia.queries.entries import names
from encyclopedia.queries.matrix import matrix
from encyclopedia.queries.vocabularies import TermFilter
from encyclopedia.queries.vocabulary_review import crosswalk_counts, waiting_count
from encyclopedia.views import vocabularies as views
from encyclopedia.views.matrix import MatrixPage, matrix_csv, matrix_page

router = APIRouter(prefix="/vocabularies")
PAGE_SIZE = 50


@router.get("", name="encyclopedia_vocabularies")
def show_vocabularies(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """List the vocabularies that are here."""
    known = queries.schemes(session, viewer)
    context = views.VocabulariesPage(
        schemes=tuple(views.scheme_card(request, scheme) for scheme in known),
        waiting=waiting_count(session),
        proposed=crosswalk_counts(session, viewer).get("proposed", 0),
        may_review=PERMISSIONS.allows(viewer, Permission.REVIEW),
        may_import=PERMISSIONS.allows(viewer, Permission.IMPORT),
        has_abcde=any(scheme.code == "abcde" for scheme in known),
    )
    return render(request, "encyclopedia/vocabularies.html", context)


@router.post("/abcde", name="encyclopedia_abcde")
def add_abcde(request: Request, app: App, viewer: Viewer) -> Response:
    """Add the five parts of ABCDE."""
    with app.database.write() as session:
        create_abcde(session, viewer, at=app.clock())
    return back_to(request, app, "encyclopedia_vocabularies", _("ABCDE’s five parts are here."))


@router.get("/terms", name="encyclopedia_terms")
def show_terms(  # noqa: PLR0913 - one argument a filter
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    scheme: str = "",
    kind: str = "",
    tactic: str = "",
    q: str = "",
    page: int = 1,
) -> Response:
    """List terms."""
    wanted = TermFilter(scheme, kind, tactic, q[:200])
    found = queries.terms(session, viewer, wanted, number=page, size=PAGE_SIZE)
    known = queries.schemes(session, viewer)
    tactics = queries.tactics(session, scheme) if scheme else ()
    return render(
        request, "encyclopedia/terms.html", views.terms_page(request, found, wanted, known, tactics)
    )


@router.get("/terms/{scheme}/{kind}/{code}", name="encyclopedia_term")
def show_term(
    request: Request, session: ReadSession, viewer: Viewer, scheme: str, kind: str, code: str
) -> Response:
    """Show a term with its references and the entries that use it."""
    whole = queries.whole_term(session, viewer, scheme, kind, code)
    known = names(session, whole.entries, current_locale())
    return render(request, "encyclopedia/term.html", views.term_page(request, whole, known))


@router.get("/matrix", name="encyclopedia_matrix")
def show_matrix(
    request: Request, session: ReadSession, viewer: Viewer, tactic: str | None = None
) -> Response:
    """Show which countermeasures answer which techniques, and which of our practices carry them."""
    return render(request, "encyclopedia/matrix.html", _matrix(request, session, viewer, tactic or None))


@router.get("/matrix.csv", name="encyclopedia_matrix_csv")
def matrix_as_csv(request: Request, session: ReadSession, viewer: Viewer, tactic: str = "") -> Response:
    """Give the matrix as CSV; without a tactic, all of it."""
    body = matrix_csv(_matrix(request, session, viewer, tactic))
    headers = {"Content-Disposition": 'attachment; filename="techniques-by-countermeasures.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def _matrix(request: Request, session: ReadSession, viewer: Viewer, tactic: str | None) -> MatrixPage:
    found = matrix(session, viewer, tactic)
    ids = {entry_id for each in found.countermeasures for entry_id in each.practices}
    known = names(session, ids, current_locale())
    return matrix_page(request, found, known, may_review=PERMISSIONS.allows(viewer, Permission.REVIEW))
