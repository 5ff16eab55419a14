"""Evidence of a room: listed, added, captured again, checked."""

import uuid

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from collab_chat.actions.appending import Marking
from collab_chat.actions.evidence import EvidenceForm, add_evidence, capture_again
from collab_chat.pages.files import PostedFile, answer_with
from collab_chat.pages.panels import panel_saved, show_panel
from collab_chat.queries.evidence import evidence_for, evidence_in
from collab_chat.queries.rooms import members_of, room_of, standing_in
from collab_chat.schemas.events import FileRef
from collab_chat.schemas.markings import Tlp
from collab_chat.service.capturing import check
from collab_chat.service.files import give_file, take_upload
from collab_chat.service.transactions import changing
from collab_chat.views.evidence import evidence_part, one_evidence_part
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Invalid, NotFound, TooLarge
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web.forms import Form
from common.web.services import App, ReadSession, Services

router = APIRouter()
LIST, ONE = "collab_chat/panels/evidence.html", "collab_chat/panels/one_evidence.html"
FIELDS = ("url", "note", "tlp")


@router.get("/{room_id:uuid}/evidence", name="room_panel_evidence")
def show_evidence(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """List the evidence of a room that the viewer may read."""
    return _list(request, app, viewer, room_id)


@router.get("/{room_id:uuid}/evidence/{seq:int}", name="room_evidence")
def show_one(request: Request, app: App, session: ReadSession, viewer: Viewer, room_id: uuid.UUID, seq: int) -> Response:  # fmt: skip
    """Show a piece of evidence with all its captures, each compared with the log's hashes now."""
    found = evidence_for(session, standing_in(session, viewer, room_id), seq)
    sound = {one.event.seq: check(app, one.captured) for one in found.history if one.captured}
    part = one_evidence_part(found, members_of(session, room_id, gone=True), sound)
    return show_panel(request, session, viewer, room_id, "evidence", ONE, part)


@router.get("/{room_id:uuid}/evidence/{seq:int}/warc", name="room_evidence_warc")
def give_warc(request: Request, app: App, session: ReadSession, viewer: Viewer, room_id: uuid.UUID, seq: int) -> Response:  # fmt: skip
    """Give out the last capture's WARC."""
    found = evidence_for(session, standing_in(session, viewer, room_id), seq)
    if found.capture is None:
        raise NotFound(_("Nothing was captured of this address yet."))
    return answer_with(request, app, give_file(app, viewer, room_id, found.capture.warc.sha256))


@router.post("/{room_id:uuid}/evidence", name="room_add_evidence")
def add(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, posted: PostedFile) -> Response:
    """Add an address or a file; what cannot be used is said beside the form, and nothing typed is lost."""
    values = {name: value for name in FIELDS if isinstance(value := posted.get(name), str)}
    try:
        given = EvidenceForm(
            url=values.get("url", ""),
            file=_file(app, viewer, room_id, posted),
            note=values.get("note", "").replace("\r\n", "\n"),
            marking=Marking(_tlp(values.get("tlp", ""))),
        )
        with changing(app) as session:
            add_evidence(session, viewer, room_id, given, at=app.clock())
    except Invalid as problem:
        return _list(request, app, viewer, room_id, Form.refused(problem, **values), status=422)
    except (Conflict, TooLarge) as problem:
        form = Form(values, {}, problem.message)
        return _list(request, app, viewer, room_id, form, status=problem.status)
    wake(app.bus)
    told = _("The file is kept as evidence.") if given.file else _("The page is being captured.")
    return panel_saved(request, app, room_id, "evidence", told)


@router.post("/{room_id:uuid}/evidence/{seq:int}/again", name="room_capture_again")
def again(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, seq: int) -> Response:
    """Capture an address once more."""
    with changing(app) as session:
        capture_again(session, viewer, room_id, seq, at=app.clock())
    wake(app.bus)
    return panel_saved(request, app, room_id, "evidence", _("The page is being captured again; what was captured stays."))  # fmt: skip


def _list(
    request: Request, app: Services, viewer: Actor, room_id: uuid.UUID, form: Form | None = None, *, status: int = 200
) -> Response:  # fmt: skip
    with app.database.read() as session:
        rows = evidence_in(session, standing_in(session, viewer, room_id))
        members, room = members_of(session, room_id, gone=True), room_of(session, room_id)
        part = evidence_part(rows, members, room.tlp, app.settings.rooms_file_max_mb, form)
        return show_panel(request, session, viewer, room_id, "evidence", LIST, part, status=status)


def _file(app: Services, viewer: Actor, room_id: uuid.UUID, posted: FormData) -> FileRef | None:
    given = posted.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return None
    return take_upload(app, viewer, room_id, given.file, given.filename)


def _tlp(given: str) -> Tlp:
    try:
        return Tlp(given or Tlp.CLEAR.value)
    except ValueError as error:
        message = _("There is no such marking.")
        raise Invalid(message, fields={"tlp": message}) from error
