"""What is said after a save, and where it leads."""

from fastapi import Request, Response
from sqlalchemy.orm import Session

from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.redirects import back_to
from common.web.services import Services
from encyclopedia.actions.revisions import Saved
from encyclopedia.models import Page
from encyclopedia.queries.history import authors_since
from encyclopedia.queries.places import head_page


def after_save(
    request: Request, app: Services, session: Session, page: Page, saved: Saved, *, base_id: int
) -> Response:
    """Go back to the entry with a sentence that says what the save did."""
    slug = head_page(session, page, current_locale()).slug
    return back_to(request, app, "encyclopedia_entry", saved_words(session, page, saved, base_id), slug=slug)


def saved_words(session: Session, page: Page, saved: Saved, base_id: int) -> str:
    """Say what a save did: whose changes it was merged with, where it was."""
    if saved.revision is None:
        return _("Nothing had changed, so nothing was saved.")
    if not saved.merged:
        return _("Saved.")
    names = authors_since(session, page, base_id, besides=saved.revision.id)
    return _("Saved. Your change was merged with what %(names)s changed meanwhile.") % {
        "names": ", ".join(names)
    }
