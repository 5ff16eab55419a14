"""Tasks, from the log."""

from sqlalchemy.orm import Session

from collab_chat.actions.projecting.projector import Projector, of
from collab_chat.models import Event, Room, Task
from collab_chat.schemas.events import Kind, TaskAdded, TaskChanged


def _added(session: Session, room: Room, event: Event, content: TaskAdded | None) -> None:
    if content is None:
        return
    session.add(
        Task(
            room_id=room.id,
            seq=event.seq,
            text=content.text,
            owner_id=content.owner,
            due=content.due,
            playbook=content.playbook,
            by_id=event.author_id,
            at=event.at,
        )
    )
    session.flush()


def _changed(session: Session, room: Room, event: Event, content: TaskChanged | None) -> None:
    task = session.get(Task, (room.id, content.task)) if content else None
    if task is None or content is None:
        return
    task.text, task.owner_id, task.due = content.text, content.owner, content.due
    if not content.done:
        task.done_at = task.done_by_id = None
    elif task.done_at is None:
        task.done_at, task.done_by_id = event.at, event.author_id


PROJECTORS: dict[Kind, Projector] = {
    Kind.TASK_ADDED: of(TaskAdded, _added),
    Kind.TASK_CHANGED: of(TaskChanged, _changed),
}
