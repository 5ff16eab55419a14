"""Cases for programs: read, and opened from signals; people vote and decide in the room."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from collab_chat.actions.cases import CaseForm, open_case
from collab_chat.models import Case
from collab_chat.queries.cases import CaseFilter, list_cases, readable_case, verdicts_of
from collab_chat.queries.qualification import decision_of, rule_for, sheets_for, weighed
from collab_chat.queries.rooms import standing_in
from collab_chat.queries.signals import signal_of
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from common.accounts.viewer import Viewer
from common.web.json import json_response
from common.web.services import App, ReadSession

router = APIRouter(prefix="/cases")


class CaseOut(BaseModel):
    """A case as it stands. `room`: the room that it lives in; `verdict`: of the last decision, for who may read it."""

    room: uuid.UUID
    number: int
    title: str
    status: str
    severity: str | None
    harm: int | None
    breakout: int | None
    round: int
    verdict: str | None
    exercise: bool
    organisations: dict[str, str]
    opened_at: datetime
    qualified_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None


class Cases(BaseModel):
    """One part of the list."""

    total: int
    cases: list[CaseOut]


class NewCase(BaseModel):
    """A case to open; from a signal, where one is given."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "A false polling place", "tlp": "amber"}]},
    )
    title: Annotated[str, Field(max_length=200)]
    summary: Annotated[str, Field(max_length=4_000)] = ""
    tlp: Tlp = Tlp.AMBER
    signal: uuid.UUID | None = None


class Progress(BaseModel):
    """How the round stands, as far as the asker may know: `missing` are sentences, `record_sha256` is of its decision."""

    round: int
    votes: int
    cast: bool
    missing: list[str]
    rule: dict[str, int]
    record_sha256: str | None


@router.get("", response_model=Cases)
def all_cases(
    session: ReadSession,
    viewer: Viewer,
    status: Annotated[str, Query(description="A status, `open` or nothing for all.")] = "open",
    severity: str = "",
    *,
    exercise: bool = False,
    page: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """List the cases whose rooms one is in; exercises apart."""
    asked = CaseFilter(status=status, severity=severity, exercise=exercise, sort="newest")
    found = list_cases(session, viewer, asked, number=page, size=size)
    verdicts = verdicts_of(session, viewer, found.items)
    cases = [_out(one, verdicts).model_dump(mode="json") for one in found.items]
    return json_response({"total": found.total, "cases": cases})


@router.post("", response_model=CaseOut, status_code=201)
def new_case(app: App, viewer: Viewer, asked: Annotated[NewCase, Body()]) -> Response:
    """Open a case with its room."""
    with changing(app) as session:
        signal = signal_of(session, viewer, asked.signal) if asked.signal else None
        form = CaseForm(asked.title, asked.summary, asked.tlp)
        made = _out(open_case(session, viewer, form, signal=signal, at=app.clock()), {})
    return json_response(made.model_dump(mode="json"), status=201)


@router.get("/{room_id}", response_model=CaseOut)
def read_case(session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Give a case by its room."""
    case = readable_case(session, standing_in(session, viewer, room_id))
    return json_response(_out(case, verdicts_of(session, viewer, [case])).model_dump(mode="json"))


@router.get("/{room_id}/qualification", response_model=Progress)
def read_progress(app: App, session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Say how the round stands; nothing of others' votes before one has cast one's own."""
    standing = standing_in(session, viewer, room_id)
    case = readable_case(session, standing)
    sheets = sheets_for(session, standing, case)
    decision = decision_of(session, room_id, case.round)
    informed = sheets.decided or sheets.mine is not None
    gaps = weighed(session, case, app.clock()).gaps if decision is None else ()
    out = Progress(
        round=case.round,
        votes=len(sheets.open) + sheets.hidden,
        cast=sheets.mine is not None,
        missing=[one.sentence for one in gaps if informed or not one.about_votes],
        rule=rule_for(session, case).model_dump(),
        record_sha256=decision.sha256 if decision else None,
    )
    return json_response(out.model_dump(mode="json"))


def _out(case: Case, verdicts: Mapping[uuid.UUID, str]) -> CaseOut:
    return CaseOut(
        room=case.room_id,
        number=case.number,
        title=case.title,
        status=case.status,
        severity=case.severity,
        harm=case.harm,
        breakout=case.breakout,
        round=case.round,
        verdict=verdicts.get(case.room_id),
        exercise=case.exercise_id is not None,
        organisations=case.organisations,
        opened_at=case.opened_at,
        qualified_at=case.qualified_at,
        decided_at=case.decided_at,
        closed_at=case.closed_at,
    )
