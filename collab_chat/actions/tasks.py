"""Tasks and playbooks."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import append, marked_as, standing_held
from collab_chat.actions.leading import in_case
from collab_chat.core.playbooks import Playbook, PlaybookStep, in_language
from collab_chat.models import Case, Event, Member, PlaybookTemplate, Task
from collab_chat.permissions import PERMISSIONS, TOOL, Permission, require_right
from collab_chat.queries.tasks import playbooks, readable_tasks, said_of_tasks
from collab_chat.schemas.events import TaskAdded, TaskChanged
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.errors import Conflict, Invalid, NotFound
from common.i18n import current_locale
from common.i18n import gettext as _

LONGEST = 300  # characters


@dataclass(frozen=True)
class TaskForm:
    """What is to be done, by whom, until when."""

    text: str
    owner: uuid.UUID | None = None
    due: datetime | None = None


def add_task(session: Session, actor: Actor, room_id: uuid.UUID, form: TaskForm, *, at: datetime) -> Event:
    """Add a task to a room.

    Raises:
        Invalid: it says nothing, or its owner is not in the room.
    """
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, Right.POST)
    text = _checked(session, room_id, form)
    return append(session, standing, TaskAdded(text=text, owner=form.owner, due=form.due), at=at)


def change_task(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    task_seq: int,
    *,
    at: datetime,
    form: TaskForm | None = None,
    done: bool | None = None,
) -> None:
    """Change a task, or tick it off (or back on); None leaves a part as it is. Told to those whom the task was told.

    Raises:
        NotFound: there is none, or its marking keeps it from them. Invalid: it says nothing, or its owner is not in the room.
    """
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, Right.POST)
    task = session.get(Task, (room_id, task_seq))
    if task is None or task_seq not in readable_tasks(session, standing, (task_seq,)):
        raise NotFound(_("There is no such task."))
    wanted = form or TaskForm(task.text, task.owner_id, task.due)
    text = _checked(session, room_id, wanted)
    is_done = task.done_at is not None if done is None else done
    same = (task.text, task.owner_id, task.due, task.done_at is not None)
    if same == (text, wanted.owner, wanted.due, is_done):
        return
    changed = TaskChanged(task=task_seq, text=text, owner=wanted.owner, due=wanted.due, done=is_done)
    marking = marked_as(session, standing, *said_of_tasks(session, room_id, [task_seq]))
    append(session, standing, changed, at=at, marking=marking)


def start_playbook(session: Session, actor: Actor, room_id: uuid.UUID, key: str, *, at: datetime) -> int:
    """Add a playbook's tasks to a case, in the starter's language, each with its owner and due time; return how many.

    Raises:
        Conflict: its tasks are here already. NotFound: there is no such playbook.
    """
    standing, case = in_case(session, actor, room_id, Right.ATTACH)
    playbook = playbooks(session).get(key)
    if playbook is None:
        raise NotFound(_("There is no such playbook."))
    from_it = select(Task.seq).where(Task.room_id == room_id, Task.playbook == key, Task.done_at.is_(None))
    if session.scalars(from_it.limit(1)).first() is not None:
        raise Conflict(_("This playbook’s tasks are here already."))
    language = current_locale()
    for step in playbook.steps:
        added = TaskAdded(
            text=in_language(step.text, language),
            owner=_owner(step, case, standing),
            due=step.due(at),
            playbook=key,
        )
        append(session, standing, added, at=at)
    return len(playbook.steps)


def keep_playbook(session: Session, actor: Actor, playbook: Playbook, *, at: datetime) -> None:
    """Keep an organisation's own playbook; the same key takes the place of the one before, or of a shipped one."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    kept = session.get(PlaybookTemplate, playbook.key) or PlaybookTemplate(key=playbook.key)
    kept.content, kept.by_id, kept.at = playbook.model_dump(mode="json"), actor.person_id, at
    session.add(kept)
    record(session, actor, "playbook_kept", f"playbook {playbook.key}", tool=TOOL, at=at)


def drop_playbook(session: Session, actor: Actor, key: str, *, at: datetime) -> None:
    """Let an organisation's own playbook go; a shipped one of the same key is offered again."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    kept = session.get(PlaybookTemplate, key)
    if kept is None:
        raise NotFound(_("There is no such playbook."))
    session.delete(kept)
    record(session, actor, "playbook_dropped", f"playbook {key}", tool=TOOL, at=at)


def _checked(session: Session, room_id: uuid.UUID, form: TaskForm) -> str:
    text = " ".join(form.text.split())
    if not 0 < len(text) <= LONGEST:
        message = _("Say what is to be done, in at most %(most)s characters.") % {"most": LONGEST}
        raise Invalid(message, fields={"text": message})
    if form.owner is not None:
        member = session.get(Member, (room_id, form.owner))
        if member is None or member.left_seq is not None:
            message = _("A task’s owner is somebody in this room.")
            raise Invalid(message, fields={"owner": message})
    return text


def _owner(step: PlaybookStep, case: Case, standing: Standing) -> uuid.UUID | None:
    owners = {
        "lead": case.lead_id or standing.person_id,
        "scribe": case.scribe_id,
        "starter": standing.person_id,
        "nobody": None,
    }
    return owners[step.owner]
