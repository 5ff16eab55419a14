"""Tasks and playbooks."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.core.playbooks import Playbook
from collab_chat.models import PlaybookTemplate, Task
from collab_chat.queries.cases import readable_seqs
from collab_chat.schemas.rooms import Standing
from collab_chat.sources.playbooks import shipped


def tasks_of(session: Session, standing: Standing) -> Sequence[Task]:
    """Return a room's tasks that somebody may read: open ones by due time, then those that are done."""
    found = session.scalars(select(Task).where(Task.room_id == standing.room_id)).all()
    readable = readable_seqs(session, standing, (one.seq for one in found))
    kept = [one for one in found if one.seq in readable]
    return sorted(
        kept, key=lambda one: (one.done_at is not None, one.due is None, one.due or one.at, one.seq)
    )


def playbooks(session: Session) -> dict[str, Playbook]:
    """Return all playbooks by key: those that ship with the tool, and those that organisations wrote."""
    own = {one.key: Playbook.model_validate(one.content) for one in session.scalars(select(PlaybookTemplate))}
    return {**shipped(), **own}
