"""Reminders of what is due, said once each in the room."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import append, standing_held
from collab_chat.core.timers import reminders, timers
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import case_of, times_of
from collab_chat.queries.rooms import owner_of
from collab_chat.schemas.events import ReminderGiven
from common.accounts.actors import Actor


def remind(
    session: Session, actor: Actor, room_id: uuid.UUID, tasks: Mapping[int, datetime], *, at: datetime
) -> int:
    """Say what is due or late in a case, each thing once; return how many reminders were given."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    standing = replace(standing_held(session, actor, room_id), organisation_id=owner_of(session, room_id))
    case = case_of(session, room_id)
    due = reminders(timers(times_of(case)), tasks, case.reminded, at)
    for one in due:
        append(session, standing, ReminderGiven(what=one.what, due=one.due, late=one.late), at=at)
    return len(due)
