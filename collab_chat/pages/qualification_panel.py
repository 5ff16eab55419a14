"""The qualification panel: the sheet, objections, the decision and its record."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from collab_chat.actions.deciding import decide
from collab_chat.actions.qualifying import cast_vote, lift_objection, raise_objection, shorten_wait
from collab_chat.pages.panels import PanelDoor, show_panel
from collab_chat.pages.sheets import form_of, read_sheet, values_of
from collab_chat.queries import qualification as queries
from collab_chat.queries.cases import names_of, readable_case, readable_seqs
from collab_chat.queries.rooms import standing_in
from collab_chat.views.qualification import QualificationMatter, qualification_part
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.json import json_response
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for

router = APIRouter()
Text = Annotated[str, Form()]
MOST_FIELDS = 100
MOST_PART = 100_000  # bytes of one field


async def _posted(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_PART)


Given = Annotated[FormData, Depends(_posted, scope="function")]


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
        sheets = queries.sheets_for(session, standing, case)
        objections = queries.objections_of(session, case)
        answers = (one.lifted_seq for one in objections if one.lifted_seq is not None)
        seen = readable_seqs(session, standing, (*(one.seq for one in objections), *answers))
        decisions = queries.decisions_of(session, standing)
        matter = QualificationMatter(
            case=case,
            sheets=sheets,
            weighed=queries.weighed(session, case, app.clock()),
            rule=queries.rule_for(session, case),
            shortened=queries.shortened_by(session, case),
            objections=[one for one in objections if one.seq in seen],
            answered=seen,
            decisions=decisions,
            names=names_of(session, room_id),
            evidence=queries.evidence_choices(session, standing),
            required=queries.required_of(session, case, standing.organisation_id),
            record_urls={
                one.round: path_for(request, "room_decision_record", room_id=room_id, number=one.round)
                for one in decisions
            },
        )
        leads = queries.may_lead(standing, case)
        shown = form or PageForm(form_of(sheets.mine.sheet) if sheets.mine else {})
        part = qualification_part(matter, standing, leads=leads, form=shown)
        template = "collab_chat/panels/qualification.html"
        return show_panel(request, session, viewer, room_id, "qualification", template, part, status=status)


panel = PanelDoor("qualification", _show)


@router.get("/{room_id:uuid}/qualification", name="room_panel_qualification")
def show_qualification(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Show the sheet, and what one may know of the others'."""
    return _show(request, app, viewer, room_id)


@router.post("/{room_id:uuid}/qualification", name="room_vote")
def cast(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, posted: Given) -> Response:
    """Cast one's sheet, or change it."""
    values = values_of(posted)

    def write(session: Session) -> str:
        cast_vote(session, viewer, room_id, read_sheet(values), at=app.clock())
        return _("Your sheet was cast.")

    return panel.write(request, app, viewer, room_id, write, values)


@router.post("/{room_id:uuid}/qualification/objections", name="room_object")
def object_to(
    request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, why: Text = "", blocking: Text = ""
) -> Response:
    """Object to deciding."""

    def write(session: Session) -> str:
        raise_objection(session, viewer, room_id, why, blocking=bool(blocking), at=app.clock())
        return _("Your objection was noted.")

    return panel.write(request, app, viewer, room_id, write)


@router.post("/{room_id:uuid}/qualification/objections/{seq:int}", name="room_lift")
def lift(
    request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, seq: int, why: Text = ""
) -> Response:
    """Take an objection back, or answer it."""

    def write(session: Session) -> str:
        lift_objection(session, viewer, room_id, seq, why, at=app.clock())
        return _("The objection was lifted.")

    return panel.write(request, app, viewer, room_id, write)


@router.post("/{room_id:uuid}/qualification/shorten", name="room_shorten")
def shorten(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, why: Text = "") -> Response:
    """Agree to a shorter wait."""

    def write(session: Session) -> str:
        shorten_wait(session, viewer, room_id, why=why, at=app.clock())
        return _("Noted: you agree to decide sooner.")

    return panel.write(request, app, viewer, room_id, write)


@router.post("/{room_id:uuid}/qualification/decide", name="room_decide")
def make_decision(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Freeze what the round adds up to."""

    def write(session: Session) -> str:
        decide(session, viewer, room_id, at=app.clock())
        return _("Decided. The record is frozen and hashed into the log.")

    return panel.write(request, app, viewer, room_id, write)


@router.get("/{room_id:uuid}/qualification/records/{number:int}.json", name="room_decision_record")
def give_record(session: ReadSession, viewer: Viewer, room_id: uuid.UUID, number: int) -> Response:
    """Give a frozen record, to check its hash: SHA-256 over its canonical JSON (RFC 8785)."""
    standing = standing_in(session, viewer, room_id)
    readable_case(session, standing)
    for one in queries.decisions_of(session, standing):
        if one.round == number:
            return json_response({"sha256": one.sha256, "seq": one.seq, "record": one.record})
    raise NotFound(_("There is no such record."))
