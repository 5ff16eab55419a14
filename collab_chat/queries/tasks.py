"""Tasks and playbooks."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from collab_chat.core.playbooks import Playbook
from collab_chat.models import Event, PlaybookTemplate, Task
from collab_chat.queries.events import readable
from collab_chat.schemas.events import Kind
from collab_chat.schemas.rooms import Standing
from collab_chat.sources.playbooks import shipped


def tasks_of(session: Session, standing: Standing) -> Sequence[Task]:
    """Return a room's tasks that somebody may read: open ones by due time, then those that are done."""
    found = session.scalars(select(Task).where(Task.room_id == standing.room_id)).all()
    readable = readable_tasks(session, standing, (one.seq for one in found))
    kept = [one for one in found if one.seq in readable]
    return sorted(
        kept, key=lambda one: (one.done_at is not None, one.due is None, one.due or one.at, one.seq)
    )


def readable_tasks(session: Session, standing: Standing, seqs: Iterable[int]) -> frozenset[int]:
    """Return which of these tasks of the room somebody may read: all that was said of it, since it shows what was said last."""
    asked = set(seqs)
    if not asked:
        return frozenset()
    kept_from = {
        one.seq if one.kind == Kind.TASK_ADDED.value else int((one.content or {})["task"])
        for one in said_of_tasks(session, standing.room_id, asked)
        if not readable(standing, one)
    }
    return frozenset(asked - kept_from)


def said_of_tasks(session: Session, room_id: uuid.UUID, seqs: Collection[int]) -> Sequence[Event]:
    """Return the events that added tasks of a room and changed them, in order."""
    changed = Event.content["task"].as_integer()
    return session.scalars(
        select(Event)
        .where(
            Event.room_id == room_id,
            or_(
                and_(Event.kind == Kind.TASK_ADDED.value, Event.seq.in_(seqs)),
                and_(Event.kind == Kind.TASK_CHANGED.value, changed.in_(seqs)),
            ),
        )
        .order_by(Event.seq)
    ).all()


def playbooks(session: Session) -> dict[str, Playbook]:
    """Return all playbooks by key: those that ship with the tool, and those that organisations wrote."""
    own = {one.key: Playbook.model_validate(one.content) for one in session.scalars(select(PlaybookTemplate))}
    return {**shipped(), **own}
