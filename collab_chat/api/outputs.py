"""Outputs of cases, for programs."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from collab_chat.queries.after_action import reaches
from collab_chat.queries.cases import readable_case
from collab_chat.queries.rooms import standing_in
from collab_chat.views.outputs import FORMATS, file_answer, format_of, taken, written
from common.accounts.viewer import Viewer
from common.web.services import App, ReadSession

router = APIRouter(tags=["Alert room"])
Audience = Annotated[
    str,
    Query(
        max_length=20,
        description="clear, green, amber, amber+strict, red; the case's own marking without it.",
    ),
]


class AudienceReach(BaseModel):
    """What an output for an audience holds."""

    audience: str
    included: int = Field(description="Events of the log that go out.")
    left_out: int = Field(description="Events that bear a narrower marking.")
    kept_back: int = Field(description="Events that are not for whoever asks.")


class Outputs(BaseModel):
    """The forms of output that there are, and the audiences."""

    forms: list[str]
    audiences: list[AudienceReach]


@router.get("/{room_id:uuid}/outputs", name="room_outputs_list")
def list_outputs(session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Outputs:
    """Say what can be taken out of a case, and what each audience would be given."""
    standing = standing_in(session, viewer, room_id)
    readable_case(session, standing)
    found = [
        AudienceReach(
            audience=one.audience.value, included=one.included, left_out=one.left_out, kept_back=one.kept_back
        )
        for one in reaches(session, standing)
    ]
    return Outputs(forms=list(FORMATS), audiences=found)


@router.get("/{room_id:uuid}/outputs/{name}", name="room_output_file", response_class=Response)
def output_file(app: App, viewer: Viewer, room_id: uuid.UUID, name: str, audience: Audience = "") -> Response:
    """Give a case in one form: `stix.json`, `misp.json`, `after-action.json`, … The taking is noted in the audit trail."""
    format_of(name)
    made = written(name, taken(app, viewer, room_id, name, audience))
    return file_answer(made.content, made.media_type, made.name)
