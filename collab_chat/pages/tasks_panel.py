"""The tasks panel."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from collab_chat.actions.tasks import TaskForm, add_task, change_task, start_playbook
from collab_chat.pages.panels import PanelDoor, show_panel
from collab_chat.queries.cases import names_of
from collab_chat.queries.rooms import members_of, room_of, standing_in
from collab_chat.queries.tasks import playbooks, tasks_of
from collab_chat.schemas.rooms import RoomKind
from collab_chat.views.tasks import tasks_part
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.i18n import ngettext
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
        part = tasks_part(
            tasks_of(session, standing),
            members_of(session, room_id),
            names_of(session, room_id),
            playbooks(session),
            standing,
            of_case=room_of(session, room_id).kind == RoomKind.CASE.value,
            now=app.clock(),
            form=form,
        )
        template = "collab_chat/panels/tasks.html"
        return show_panel(request, session, viewer, room_id, "tasks", template, part, status=status)


panel = PanelDoor("tasks", _show)


@router.get("/{room_id:uuid}/tasks", name="room_panel_tasks")
def show_tasks(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Show a room's tasks."""
    return _show(request, app, viewer, room_id)


@router.post("/{room_id:uuid}/tasks", name="room_task_add")
def add(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    text: Text = "",
    owner: Text = "",
    due: Text = "",
) -> Response:
    """Add a task."""

    def write(session: Session) -> str:
        add_task(session, viewer, room_id, _form(text, owner, due), at=app.clock())
        return _("The task was added.")

    return panel.write(request, app, viewer, room_id, write, {"text": text, "owner": owner, "due": due})


@router.post("/{room_id:uuid}/tasks/{seq:int}", name="room_task_change")
def change(  # noqa: PLR0913 - one argument a field
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    seq: int,
    done: Text = "",
    text: Text = "",
    owner: Text = "",
    due: Text = "",
) -> Response:
    """Tick a task off or back on (`done` yes or no), or change it."""

    def write(session: Session) -> str:
        form = None if done else _form(text, owner, due)
        ticked = {"yes": True, "no": False}.get(done)
        change_task(session, viewer, room_id, seq, form=form, done=ticked, at=app.clock())
        return _("Done.") if ticked else _("The task was changed.")

    return panel.write(request, app, viewer, room_id, write)


@router.post("/{room_id:uuid}/tasks/playbook", name="room_playbook_start")
def start(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, key: Text = "") -> Response:
    """Begin a playbook."""

    def write(session: Session) -> str:
        count = start_playbook(session, viewer, room_id, key, at=app.clock())
        return ngettext("%(count)s task was added.", "%(count)s tasks were added.", count) % {"count": count}

    return panel.write(request, app, viewer, room_id, write)


def _form(text: str, owner: str, due: str) -> TaskForm:
    problems = {}
    person, when = None, None
    try:
        person = uuid.UUID(owner) if owner else None
    except ValueError:
        problems["owner"] = _("Choose from the list.")
    try:
        when = datetime.fromisoformat(due) if due else None
    except ValueError:
        problems["due"] = _("Write date and time as 2026-05-31T18:00.")
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    if when is not None:
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return TaskForm(text, person, when)
