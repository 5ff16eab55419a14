"""Evidence, for programs."""

import uuid
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from collab_chat.actions.appending import Marking
from collab_chat.actions.evidence import EvidenceForm, add_evidence
from collab_chat.queries.evidence import EvidenceRow, evidence_for, evidence_in
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import EvidenceCaptured, FileRef
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from common.accounts.viewer import Viewer
from common.jobs.runner import wake
from common.web.services import App, ReadSession

router = APIRouter()


class EvidenceModel(BaseModel):
    """A piece of evidence. `state`: waiting, captured, failed, or kept (a file). Files are at `/rooms/{room}/files/{sha256}`."""

    seq: int
    kind: str
    url: str
    file: FileRef | None
    note: str
    at: datetime
    by: uuid.UUID | None
    tlp: Tlp
    state: str
    why: str
    captures: int
    capture: EvidenceCaptured | None


class NewEvidence(BaseModel):
    """An address to capture, or a file that was uploaded into this room."""

    url: str = Field("", max_length=2_000)
    file: FileRef | None = None
    note: str = Field("", max_length=4_000)
    tlp: Tlp = Tlp.CLEAR
    to: list[uuid.UUID] = Field([], max_length=200, description="Who may read it, for TLP:RED.")
    cid: uuid.UUID | None = Field(None, description="The same one again adds nothing.")


@router.get("/{room_id:uuid}/evidence", summary="The evidence of a room")
def list_evidence(session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> list[EvidenceModel]:
    """List the evidence that you may read, newest first."""
    return [_model(one) for one in evidence_in(session, standing_in(session, viewer, room_id))]


@router.post("/{room_id:uuid}/evidence", status_code=201, summary="Add evidence")
def add(app: App, viewer: Viewer, room_id: uuid.UUID, given: NewEvidence) -> EvidenceModel:
    """Add an address, which is captured soon, or a file."""
    form = EvidenceForm(given.url, given.file, given.note, Marking(given.tlp, frozenset(given.to)))
    with changing(app) as session:
        event = add_evidence(session, viewer, room_id, form, at=app.clock(), cid=given.cid)
        added = _model(evidence_for(session, standing_in(session, viewer, room_id), event.seq))
    wake(app.bus)
    return added


def _model(one: EvidenceRow) -> EvidenceModel:
    row = one.row
    return EvidenceModel(
        seq=row.seq,
        kind=row.kind,
        url=row.url,
        file=FileRef.model_validate(row.file) if row.file else None,
        note=row.note,
        at=row.at,
        by=row.by_id,
        tlp=Tlp(row.tlp),
        state=row.state,
        why=row.why,
        captures=row.captures,
        capture=one.capture,
    )
