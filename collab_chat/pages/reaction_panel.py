"""The reaction panel."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from collab_chat.actions.reacting import (
    Attribution,
    choose_reaction,
    confirm_attribution,
    propose_attribution,
)
from collab_chat.pages.panels import PanelDoor, show_panel
from collab_chat.queries.cases import links_of, names_of, readable_case
from collab_chat.queries.qualification import decisions_of, evidence_choices, may_lead, reactions_of
from collab_chat.queries.rooms import members_of, standing_in
from collab_chat.schemas.cases import Confidence, ReactionKind
from collab_chat.views.reaction import ReactionMatter, reaction_part
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.services import App, Services

router = APIRouter()
Text = Annotated[str, Form()]


def _show(
    request: Request,
    app: Services,
    viewer: Actor,
    room_id: uuid.UUID,
    *,
    form: PageForm | None = None,
    status: int = 200,
) -> Response:
    with app.database.read() as session:
        standing = standing_in(session, viewer, room_id)
        case = readable_case(session, standing)
        matter = ReactionMatter(
            case=case,
            rows=reactions_of(session, standing),
            decision=next(iter(decisions_of(session, standing)), None),
            links=links_of(session, standing),
            evidence=evidence_choices(session, standing),
            names=names_of(session, room_id),
            organisations={
                one.person_id: one.organisation_id for one in members_of(session, room_id, gone=True)
            },
        )
        part = reaction_part(matter, standing, leads=may_lead(standing, case), form=form)
        template = "collab_chat/panels/reaction.html"
        return show_panel(request, session, viewer, room_id, "reaction", template, part, status=status)


panel = PanelDoor("reaction", _show)


@router.get("/{room_id:uuid}/reaction", name="room_panel_reaction")
def show_reaction(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Show what was decided, and what can be."""
    return _show(request, app, viewer, room_id)


@router.post("/{room_id:uuid}/reaction", name="room_reaction_choose")
def choose(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    kind: Annotated[ReactionKind, Form()],
    why: Text = "",
    text: Text = "",
) -> Response:
    """Decide on a reaction."""
    words = text.replace("\r\n", "\n")

    def write(session: Session) -> str:
        choose_reaction(session, viewer, room_id, kind, why, text=words, at=app.clock())
        return _("The reaction was decided. Nothing was sent: people send.")

    return panel.write(request, app, viewer, room_id, write, {"kind": kind.value, "why": why, "text": words})


@router.post("/{room_id:uuid}/reaction/attributions", name="room_attribution_propose")
def propose(  # noqa: PLR0913 - one argument a field
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    actor: Text = "",
    confidence: Annotated[Confidence, Form()] = Confidence.MODERATE,
    why: Text = "",
    evidence: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Say who is behind it, for somebody of another organisation to agree."""
    said = Attribution(actor, confidence, why, evidence or ())

    def write(session: Session) -> str:
        propose_attribution(session, viewer, room_id, said, at=app.clock())
        return _("Proposed. It is stated once somebody of another organisation agrees.")

    return panel.write(request, app, viewer, room_id, write, {"actor": actor})


@router.post("/{room_id:uuid}/reaction/attributions/{seq:int}", name="room_attribution_agree")
def agree(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, seq: int) -> Response:
    """Agree to an attribution."""

    def write(session: Session) -> str:
        confirm_attribution(session, viewer, room_id, seq, at=app.clock())
        return _("The attribution is stated.")

    return panel.write(request, app, viewer, room_id, write)
