"""The tasks panel: what is to be done, and playbooks to begin with."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from collab_chat.core.playbooks import Playbook, in_language
from collab_chat.models import Member, Task
from collab_chat.schemas.rooms import Right, Standing
from common.i18n import current_locale
from common.web.formats import Formats
from common.web.forms import Form

_formats = Formats()


@dataclass(frozen=True)
class TaskView:
    """One task. `due_value` as the form's field takes it."""

    seq: int
    text: str
    owner: str
    owner_name: str
    mine: bool
    due: str
    due_value: str
    late: bool
    done: bool
    done_words: str
    playbook: str


@dataclass(frozen=True)
class PlaybookView:
    """A playbook to begin with."""

    key: str
    name: str
    why: str
    steps: list[str]
    begun: bool


@dataclass(frozen=True)
class TasksPart:
    """The tasks panel."""

    open: list[TaskView]
    done: list[TaskView]
    people: list[tuple[str, str]]
    playbooks: list[PlaybookView]
    may_write: bool
    may_start: bool
    form: Form = field(default_factory=Form)


def tasks_part(  # noqa: PLR0913 - what the panel shows
    tasks: Sequence[Task],
    members: Sequence[Member],
    names: Mapping[uuid.UUID, str],
    playbooks: Mapping[str, Playbook],
    standing: Standing,
    *,
    of_case: bool,
    now: datetime,
    form: Form | None = None,
) -> TasksPart:
    """Word a room's tasks."""
    views = [_view(one, names, playbooks, standing, now) for one in tasks]
    begun = {one.playbook for one in tasks if one.done_at is None}
    language = current_locale()
    offered = [
        PlaybookView(
            key,
            in_language(one.name, language),
            in_language(one.why, language),
            [in_language(step.text, language) for step in one.steps],
            key in begun,
        )
        for key, one in sorted(playbooks.items(), key=lambda pair: in_language(pair[1].name, language))
    ]
    return TasksPart(
        open=[one for one in views if not one.done],
        done=[one for one in views if one.done],
        people=[(str(one.person_id), one.name) for one in members],
        playbooks=offered if of_case else [],
        may_write=standing.may(Right.POST),
        may_start=of_case and standing.may(Right.ATTACH),
        form=form or Form(),
    )


def _view(
    task: Task,
    names: Mapping[uuid.UUID, str],
    playbooks: Mapping[str, Playbook],
    standing: Standing,
    now: datetime,
) -> TaskView:
    done_words = ""
    if task.done_at is not None:
        who = names.get(task.done_by_id, "") if task.done_by_id else ""
        done_words = Markup("{}, {}").format(_formats.moment(task.done_at), who or "–")
    playbook = playbooks.get(task.playbook)
    return TaskView(
        seq=task.seq,
        text=task.text,
        owner=str(task.owner_id or ""),
        owner_name=names.get(task.owner_id, "") if task.owner_id else "",
        mine=task.owner_id is not None and task.owner_id == standing.person_id,
        due=_formats.moment(task.due) if task.due else "",
        due_value=task.due.strftime("%Y-%m-%dT%H:%M") if task.due else "",
        late=task.due is not None and task.done_at is None and task.due < now,
        done=task.done_at is not None,
        done_words=done_words,
        playbook=in_language(playbook.name, current_locale()) if playbook else "",
    )
