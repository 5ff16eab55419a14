"""Raising what was found in the alert room: a batch, or one account. A person does it, and only where they may report there."""

import uuid

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot_detector import queries
from bot_detector.service import explain_stored
from bot_detector.wording import score_sentence, verdict_words
from common.accounts.viewer import Viewer
from common.errors import SignInNeeded, Unavailable
from common.i18n import current_locale
from common.i18n import gettext as _
from common.peers import PeerSignal
from common.web.formats import Formats
from common.web.services import App, ReadSession, Services

router = APIRouter()
_formats = Formats()


@router.post("/batches/{batch_id}/raise", name="bots_batch_raise")
def raise_batch(
    request: Request, app: App, session: ReadSession, viewer: Viewer, batch_id: uuid.UUID
) -> Response:
    """Raise a batch as a signal, with what its scores say in sum."""
    batch = queries.batch_of(session, viewer, batch_id)
    counts = queries.verdict_counts(session, batch)
    facts = {verdict_words(verdict): _formats.number(count) for verdict, count in counts.items() if count}
    title = _("Scores of “%(name)s”") % {"name": batch.name}
    # without a language: readers of both mean the same page
    address = request.app.url_path_for("bots_batch", batch_id=batch.id)
    return _raised(app, viewer.person_id, title, address, facts, f"batch:{batch.id}")


@router.post("/scores/{score_id}/raise", name="bots_score_raise")
def raise_score(
    request: Request, app: App, session: ReadSession, viewer: Viewer, score_id: uuid.UUID
) -> Response:
    """Raise one account's score as a signal: its likelihood in a sentence, never a verdict."""
    stored = queries.score_of(session, viewer, score_id)
    name = f"@{stored.handle.lstrip('@')}" if stored.handle else stored.account_id
    title = _("An account to look at: %(name)s") % {"name": f"{name} ({stored.platform})"}
    facts = {_("Automation"): score_sentence(explain_stored(app, stored))[:300]}
    # without a language: readers of both mean the same page
    address = request.app.url_path_for("bots_score_page", score_id=stored.id)
    return _raised(app, viewer.person_id, title, address, facts, f"score:{stored.id}")


def _raised(
    app: Services, person_id: uuid.UUID | None, title: str, address: object, facts: dict[str, str], key: str
) -> Response:
    """Raise a signal in somebody's name, and lead to it. Raises what the alert room answers; Unavailable where it does not."""
    if person_id is None:
        raise SignInNeeded(_("Sign in to raise this in the alert room."))
    if app.peers is None:
        raise Unavailable(_("The alert room cannot be reached from here."))
    raised: PeerSignal = app.peers.rooms.raise_signal(
        for_person=person_id,
        source="score",
        title=title[:300],
        url=f"{app.settings.public_url.rstrip('/')}{address}",
        facts=facts,
        key=key,
    )
    return RedirectResponse(f"/{current_locale()}/rooms/signals/{raised.id}", 303)
