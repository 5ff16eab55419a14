"""The tool's first page: a board of cases, rooms, and where one was named."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from collab_chat.core.markdown import plain
from collab_chat.models import Room
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.inbox import Mentioned
from collab_chat.queries.rail import RailRow
from collab_chat.schemas.cases import CaseStatus
from collab_chat.schemas.markings import TLP_MEANINGS, Tlp
from collab_chat.views.rail import RailGroup, RailRoom, rail_groups
from collab_chat.views.shell import Marked, known_path, marked
from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.web.forms import Form

EXCERPT = 160  # characters


@dataclass(frozen=True)
class DoorPage:
    """What somebody sees who may not enter. `signed_in`: they have an account, but no role here."""

    signed_in: bool


@dataclass(frozen=True)
class Column:
    """Cases at one stage."""

    name: str
    hint: str
    cases: list[RailRoom]


@dataclass(frozen=True)
class Named:
    """A message that names the reader."""

    room: str
    path: str
    author: str
    text: str
    at: datetime
    tlp: Marked
    new: bool


@dataclass(frozen=True)
class OpenRoom:
    """A team room that the reader could enter."""

    id: uuid.UUID
    name: str
    topic: str


@dataclass(frozen=True)
class Links:
    """Pages of the tool that this deployment has; `new_case`, `new_signal`: where the reader may."""

    cases: str | None
    new_case: str | None
    signals: str | None
    new_signal: str | None
    search: str | None
    metrics: str | None
    manage: str | None
    exercises: str | None


@dataclass(frozen=True)
class HomePage:
    """Cases by stage, rooms, mentions, open rooms, a form for a new room. `signals`: new ones; None: not the reader's."""

    columns: list[Column]
    cases: int
    groups: list[
        RailGroup
    ]  # team rooms, exercises, what is over, cases whose marking keeps them from the reader
    inbox: list[Named]
    open: list[OpenRoom]
    signals: int | None
    links: Links
    may_create: bool
    tlps: list[tuple[str, str]]  # markings that a team's room may have, and their words
    form: Form
    at: datetime


def home_page(  # noqa: PLR0913 - what a first page shows
    request: Request,
    rows: Sequence[RailRow],
    inbox: Sequence[Mentioned],
    open_rooms: Sequence[Room],
    signals: int | None,
    *,
    viewer: Actor,
    at: datetime,
    form: Form | None = None,
) -> HomePage:
    """Put the first page together."""
    groups = rail_groups([one for one in rows if not one.hidden], None)
    cases = next((one.rooms for one in groups if one.key == "cases"), [])
    hidden = [one for group in rail_groups([one for one in rows if one.hidden], None) for one in group.rooms]
    kept = [RailGroup("hidden", _("Cases marked for others"), hidden)] if hidden else []
    return HomePage(
        columns=_columns(cases),
        cases=len(cases),
        groups=[*(one for one in groups if one.key != "cases"), *kept],
        inbox=[_named(one) for one in inbox],
        open=[OpenRoom(one.id, one.name, one.topic) for one in open_rooms],
        signals=signals,
        links=links_of(request, viewer),
        may_create=PERMISSIONS.allows(viewer, Permission.CREATE_ROOM),
        tlps=[
            (one.value, f"{one.label}: {_(TLP_MEANINGS[one])}") for one in (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER)
        ],
        form=form or Form(),
        at=at,
    )


def links_of(request: Request, viewer: Actor) -> Links:
    """Return the pages that there are, and that are the reader's."""
    triages, reports = (PERMISSIONS.allows(viewer, one) for one in (Permission.TRIAGE, Permission.SIGNAL))
    return Links(
        cases=known_path(request, "rooms_cases"),
        new_case=known_path(request, "rooms_case_new") if triages else None,
        signals=known_path(request, "rooms_signals"),
        new_signal=known_path(request, "rooms_signal_new") if reports else None,
        search=known_path(request, "rooms_search"),
        metrics=known_path(request, "rooms_metrics"),
        manage=known_path(request, "rooms_manage"),
        exercises=known_path(request, "rooms_exercises"),
    )


def _columns(cases: Sequence[RailRoom]) -> list[Column]:
    stages = (
        (_("To look at"), _("New and triaged"), {CaseStatus.NEW, CaseStatus.TRIAGED}),
        (_("Being qualified"), _("Organisations fill in their sheets"), {CaseStatus.QUALIFYING, CaseStatus.REOPENED}),
        (_("Being answered"), _("Qualified; a reaction is chosen or under way"), {CaseStatus.QUALIFIED, CaseStatus.RESPONDING}),
        (_("Watched"), _("Answered; does it come back?"), {CaseStatus.MONITORING}),
    )  # fmt: skip
    return [
        Column(name, hint, [one for one in cases if one.case and one.case.status in {s.value for s in stage}])
        for name, hint, stage in stages
    ]


def _named(one: Mentioned) -> Named:
    message = one.message
    at = message.thread_seq or message.seq
    via = str(message.via["name"]) if message.via else ""
    return Named(
        room=one.name,
        path=f"{one.room.id}?at={at}#m{at}",
        author=via or one.author or _("Somebody who left"),
        text=plain(message.text, EXCERPT),
        at=message.at,
        tlp=marked(message.tlp),
        new=one.unread,
    )
