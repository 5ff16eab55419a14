"""The case panel: moving, grading, staffing, linking."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from collab_chat.actions.cases import edit_case, grade_case, move_case, staff_case
from collab_chat.actions.deciding import reopen_case
from collab_chat.actions.linking import What, join_case, link, unlink
from collab_chat.pages.panels import PanelDoor, show_panel
from collab_chat.queries.cases import links_of, names_of, readable_case, verdicts_of
from collab_chat.queries.qualification import evidence_choices, may_lead
from collab_chat.queries.rooms import members_of, standing_in
from collab_chat.queries.similar import similar_cases
from collab_chat.schemas.cases import Abcde, CaseStatus, Severity
from collab_chat.service.cases import joinable_cases, offered_practices
from collab_chat.views.case import CaseMatter, case_part
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
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
    practices: bool = False,
    form: PageForm | None = None,
    status: int = 200,
) -> Response:
    with app.database.read() as session:
        standing = standing_in(session, viewer, room_id)
        case = readable_case(session, standing)
        offered, note = offered_practices(app, viewer, case) if practices else (None, "")
        matter = CaseMatter(
            case=case,
            members=members_of(session, room_id),
            names=names_of(session, room_id),
            links=links_of(session, standing),
            joinable=joinable_cases(session, viewer, case),
            evidence=evidence_choices(session, standing),
            verdict=verdicts_of(session, viewer, [case]).get(room_id),
            similar=similar_cases(session, viewer, room_id),
            practices=offered,
            practices_note=note,
        )
        part = case_part(matter, standing, leads=may_lead(standing, case), now=app.clock(), form=form)
        template = "collab_chat/panels/case.html"
        return show_panel(request, session, viewer, room_id, "case", template, part, status=status)


panel = PanelDoor("case", _show)


@router.get("/{room_id:uuid}/case", name="room_panel_case")
def show_case(
    request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, practices: str = ""
) -> Response:
    """Show a case; with `practices`, also what the encyclopedia has for its phase."""
    return _show(request, app, viewer, room_id, practices=bool(practices))


@router.post("/{room_id:uuid}/case", name="room_case_edit")
def edit(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    title: Text = "",
    summary: Text = "",
) -> Response:
    """Change title and summary."""

    def write(session: Session) -> str:
        edit_case(session, viewer, room_id, title=title, summary=summary, at=app.clock())
        return _("The case was changed.")

    return panel.write(request, app, viewer, room_id, write, {"title": title, "summary": summary})


@router.post("/{room_id:uuid}/case/abcde", name="room_case_abcde")
def note(  # noqa: PLR0913 - the five letters
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    actor: Text = "",
    behaviour: Text = "",
    content: Text = "",
    degree: Text = "",
    effect: Text = "",
) -> Response:
    """Keep the ABCDE notes."""
    notes = {"actor": actor, "behaviour": behaviour, "content": content, "degree": degree, "effect": effect}
    cut = {key: words.replace("\r\n", "\n")[:4_000] for key, words in notes.items()}

    def write(session: Session) -> str:
        edit_case(session, viewer, room_id, abcde=Abcde(**cut), at=app.clock())
        return _("The notes were kept.")

    return panel.write(request, app, viewer, room_id, write)


@router.post("/{room_id:uuid}/case/move", name="room_case_move")
def move(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    status: Annotated[CaseStatus, Form()],
    why: Text = "",
) -> Response:
    """Move the case one step on."""

    def write(session: Session) -> str:
        move_case(session, viewer, room_id, status, why=why, at=app.clock())
        return _("The case was moved on.")

    return panel.write(request, app, viewer, room_id, write, {"why": why})


@router.post("/{room_id:uuid}/case/grade", name="room_case_grade")
def grade(  # noqa: PLR0913 - one argument a field
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    harm: Annotated[int, Form()],
    breakout: Annotated[int, Form()],
    severity: Annotated[Severity | None, Form()] = None,
    why: Text = "",
) -> Response:
    """Grade the case."""
    typed = {"harm": str(harm), "breakout": str(breakout), "severity": severity or "", "why": why}

    def write(session: Session) -> str:
        grade_case(
            session, viewer, room_id, harm=harm, breakout=breakout, severity=severity, why=why, at=app.clock()
        )
        return _("The case was graded.")

    return panel.write(request, app, viewer, room_id, write, typed)


@router.post("/{room_id:uuid}/case/staff", name="room_case_staff")
def staff(
    request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, lead: Text = "", scribe: Text = ""
) -> Response:
    """Name lead and scribe."""

    def write(session: Session) -> str:
        staff_case(session, viewer, room_id, lead=_id(lead), scribe=_id(scribe), at=app.clock())
        return _("Lead and scribe were named.")

    return panel.write(request, app, viewer, room_id, write)


@router.post("/{room_id:uuid}/case/links", name="room_case_link")
def add_link(  # noqa: PLR0913 - one argument a field
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    what: Annotated[What, Form()] = "url",
    ref: Text = "",
    title: Text = "",
    remove: Text = "",
) -> Response:
    """Link something to the case, or take a link away."""

    def write(session: Session) -> str:
        if remove:
            unlink(session, viewer, room_id, what, ref, at=app.clock())
            return _("The link was taken away.")
        link(session, viewer, room_id, what, ref, title=title, at=app.clock())
        return _("The link was added.")

    return panel.write(request, app, viewer, room_id, write, {"ref": ref, "title": title})


@router.post("/{room_id:uuid}/case/join", name="room_case_join")
def join(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    other: Text = "",
    status: Annotated[CaseStatus, Form()] = CaseStatus.DUPLICATE,
    why: Text = "",
) -> Response:
    """Close the case as a duplicate of another, or merged into it."""

    def write(session: Session) -> str:
        there = _id(other)
        if there is None:
            raise Invalid(_("Choose the other case."), fields={"other": _("Choose the other case.")})
        join_case(session, viewer, room_id, there, status, why=why, at=app.clock())
        return _("The case points to the other one now.")

    return panel.write(request, app, viewer, room_id, write, {"why": why})


@router.post("/{room_id:uuid}/case/reopen", name="room_case_reopen")
def reopen(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    why: Text = "",
    evidence: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Open the case again."""

    def write(session: Session) -> str:
        reopen_case(session, viewer, room_id, why, evidence=evidence or (), at=app.clock())
        return _("The case is open again.")

    return panel.write(request, app, viewer, room_id, write, {"why": why})


def _id(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid(_("Choose from the list.")) from None
