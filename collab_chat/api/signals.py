"""Signals for programs, and for the other tools."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from collab_chat.models import Signal
from collab_chat.queries.signals import SignalFilter, inbox, signal_of
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import LONGEST, MOST_FACTS, Origin, SignalForm, SignalSource, SignalState
from collab_chat.service.signals import report
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Forbidden
from common.i18n import gettext as _
from common.web.json import json_response
from common.web.services import App, ReadSession

router = APIRouter()
Fact = Annotated[str, Field(max_length=300)]


class SignalIn(BaseModel):
    """Something that may be worth attention. Reported again under the same `key`, it is counted once."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field("", max_length=300)
    text: str = Field("", max_length=LONGEST)
    url: str = Field("", max_length=2_000)
    tlp: Tlp = Field(Tlp.AMBER, description="clear, green, amber or amber+strict")
    facts: dict[Annotated[str, Field(max_length=60)], Fact] = Field(
        default_factory=dict, max_length=MOST_FACTS
    )
    key: str = Field("", max_length=200)
    source: Literal["program", "score", "ad"] = Field(
        "program", description="score and ad are for the toolkit’s own tools."
    )


class SignalOut(BaseModel):
    """A signal: `times` it was seen; `new` and `again` say what this report did."""

    id: uuid.UUID
    title: str
    text: str
    url: str
    tlp: Tlp
    source: SignalSource
    source_name: str
    facts: dict[str, str]
    state: SignalState
    why: str
    case: uuid.UUID | None
    exercise: uuid.UUID | None
    times: int
    first_at: datetime
    last_at: datetime
    new: bool = False
    again: bool = False


class Signals(BaseModel):
    """One page of signals."""

    page: int
    pages: int
    total: int
    items: list[SignalOut]


@router.post("/signals", response_model=SignalOut, status_code=201)
def create_signal(app: App, viewer: Viewer, asked: Annotated[SignalIn, Body()]) -> Response:
    """Report something; 201 for a new signal, 200 where it is counted at one that is known."""
    form = SignalForm(**asked.model_dump(exclude={"source"}))
    raised = report(app, viewer, form, _origin(viewer, asked.source))
    body = {**_out(raised.signal), "new": raised.is_new, "again": raised.again}
    return json_response(body, status=201 if raised.is_new else 200)


@router.get("/signals", response_model=Signals)
def list_signals(
    session: ReadSession,
    viewer: Viewer,
    state: SignalState | Literal[""] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 25,
) -> Response:
    """List the signals that one may read, those raised last first; exercises are left out."""
    found = inbox(session, viewer, SignalFilter(state=state), number=page, size=size)
    body = {"page": page, "pages": found.pages, "total": found.total}
    return json_response({**body, "items": [_out(one) for one in found.items]})


@router.get("/signals/{signal_id}", response_model=SignalOut)
def read_signal(session: ReadSession, viewer: Viewer, signal_id: uuid.UUID) -> Response:
    """Read a signal."""
    return json_response(_out(signal_of(session, viewer, signal_id)))


def _origin(viewer: Actor, source: str) -> Origin:
    """Return where it comes from. Raises Forbidden where a program gives itself out for one of our tools."""
    if source == "program":
        return Origin(source=SignalSource.PROGRAM, name="")
    if viewer.via != "peer":
        raise Forbidden(_("Only the toolkit’s own tools raise signals as theirs."))
    return Origin(source=SignalSource(source), by_address=source == "score")


def _out(signal: Signal) -> dict[str, Any]:
    names = (
        "id", "title", "text", "url", "tlp", "source", "source_name", "facts", "state", "why", "times", "first_at", "last_at",
    )  # fmt: skip
    shown = {name: getattr(signal, name) for name in names}
    return {**shown, "case": signal.case_id, "exercise": signal.exercise_id, "new": False, "again": False}
