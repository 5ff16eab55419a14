"""What frames a room: its head, the viewer in it, the panels, the rail of the other rooms."""

import uuid
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.routing import NoMatchFound

from collab_chat.models import Case
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.queries.rooms import room_of
from collab_chat.schemas.cases import SEVERITY_NAMES, STATUS_NAMES, CaseStatus, Severity
from collab_chat.schemas.markings import TLP_MEANINGS, Tlp
from collab_chat.schemas.rooms import RIGHTS, RoomKind, Standing
from common.accounts.actors import ROLE_NAMES
from common.i18n import N_
from common.i18n import gettext as _
from common.web.templating import path_for


@dataclass(frozen=True)
class Part:
    """A panel that rooms can have. `of_cases`: only the rooms of cases have it; `tab`: it stands in the row of tabs."""

    name: str
    icon: str
    of_cases: bool = False
    tab: bool = True


# In the order of the tabs. A part whose route does not exist is not shown.
PARTS: dict[str, Part] = {
    "case": Part(N_("Case"), "folder", of_cases=True),
    "qualification": Part(N_("Qualification"), "scale", of_cases=True),
    "evidence": Part(N_("Evidence"), "scan-search"),
    "tasks": Part(N_("Tasks"), "list"),
    "reaction": Part(N_("Reaction"), "megaphone", of_cases=True),
    "report": Part(N_("Report"), "file-text"),
    "outputs": Part(N_("Outputs"), "share-2", of_cases=True),
    "files": Part(N_("Files"), "paperclip"),
    "search": Part(N_("Search"), "search", tab=False),
    "members": Part(N_("Members"), "users", tab=False),
    "pins": Part(N_("Pinned"), "bookmark", tab=False),
    "thread": Part(N_("Thread"), "messages-square", tab=False),
    "message": Part(N_("Message"), "ellipsis", tab=False),
    "settings": Part(N_("Settings"), "settings", tab=False),
}


@dataclass(frozen=True)
class Marked:
    """A marking in words."""

    code: str
    label: str  # TLP:AMBER
    meaning: str


@dataclass(frozen=True)
class CaseBadge:
    """The case of a room in a line. `hidden`: its marking keeps it from the reader, who knows its number alone."""

    number: int
    title: str
    status: str
    status_name: str
    severity: str | None
    severity_name: str
    hidden: bool = False


@dataclass(frozen=True)
class RoomHead:
    """What stands above a room, and what its panels need to know of it."""

    id: uuid.UUID
    name: str
    topic: str
    kind: RoomKind
    tlp: Marked
    exercise: bool
    archived: bool
    epoch: str
    head_seq: int
    case: CaseBadge | None


@dataclass(frozen=True)
class Me:
    """The viewer in the room. `rights`: values of `schemas.rooms.Right`."""

    id: str
    name: str
    role: str
    role_name: str
    rights: frozenset[str]


@dataclass(frozen=True)
class Panel:
    """The part that is open."""

    key: str
    name: str
    icon: str
    template: str
    url: str  # where the part can be had again


@dataclass(frozen=True)
class Tab:
    """A way to a part."""

    key: str
    name: str
    icon: str
    url: str
    current: bool


def marked(tlp: str) -> Marked:
    """Word a marking for the reader."""
    known = Tlp(tlp)
    return Marked(known.value, known.label, _(TLP_MEANINGS[known]))


def head_of(session: Session, standing: Standing) -> RoomHead:
    """Return the head of a room, as far as the reader may know it."""
    room = room_of(session, standing.room_id)
    case = session.get(Case, room.id) if room.kind == RoomKind.CASE.value else None
    hidden = hidden_cases(session, standing.person_id) if case and standing.person_id else {}
    return RoomHead(
        id=room.id,
        name=name_shown(room, hidden),
        topic="" if room.id in hidden else room.topic,
        kind=RoomKind(room.kind),
        tlp=marked(room.tlp),
        exercise=room.exercise_id is not None,
        archived=room.archived,
        epoch=room.epoch,
        head_seq=room.head_seq,
        case=case_badge(case, hidden=room.id in hidden) if case else None,
    )


def case_badge(case: Case, *, hidden: bool = False) -> CaseBadge:
    """Return a case in a line; of a `hidden` one (its marking keeps it from the reader) the number alone."""
    if hidden:
        return CaseBadge(case.number, "", "", "", None, "", hidden=True)
    return CaseBadge(
        case.number,
        case.title,
        case.status,
        _(STATUS_NAMES[CaseStatus(case.status)]),
        case.severity,
        _(SEVERITY_NAMES[Severity(case.severity)]) if case.severity else "",
    )


def me_in(standing: Standing) -> Me:
    """Return the viewer as the page knows them."""
    return Me(
        str(standing.person_id or ""),
        standing.name,
        standing.role.value,
        _(ROLE_NAMES[standing.role]),
        frozenset(right.value for right in RIGHTS[standing.role]),
    )


def panel_of(request: Request, part: str, template: str) -> Panel:
    """Return the part that this request shows."""
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    known = PARTS[part]
    return Panel(part, _(known.name), known.icon, template, request.url.path + query)


def tabs_of(request: Request, room: RoomHead, current: str | None) -> list[Tab]:
    """Return the ways to the parts that this room has."""
    found = []
    shows_case = room.kind is RoomKind.CASE and not (room.case and room.case.hidden)
    for key, part in PARTS.items():
        if (part.of_cases and not shows_case) or not part.tab:
            continue
        url = part_url(request, key, room.id)
        if url is not None:
            found.append(Tab(key, _(part.name), part.icon, url, key == current))
    return found


def part_url(request: Request, part: str, room_id: uuid.UUID) -> str | None:
    """Return the address of a part; None where it is not built."""
    return known_path(request, f"room_panel_{part}", room_id=room_id)


def known_path(request: Request, name: str, **params: object) -> str | None:
    """Return the address of a page; None where this deployment has none of this name."""
    missing: set[str] | None = getattr(request.app.state, "room_pages_missing", None)
    if missing is None:
        missing = request.app.state.room_pages_missing = set()
    if name in missing:
        return None
    try:
        return path_for(request, name, **params)
    except NoMatchFound:
        missing.add(name)
        return None
