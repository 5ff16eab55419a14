"""Taking an output of a case: noted first, then gathered in one reading."""

import uuid
from datetime import datetime

from collab_chat.actions.outputs import take_output
from collab_chat.queries.after_action import Gathered, gather
from collab_chat.schemas.markings import Tlp
from collab_chat.service.snapshots import steady
from common.accounts.actors import Actor
from common.db import Database


def take(
    database: Database, actor: Actor, room_id: uuid.UUID, what: str, audience: Tlp | None, *, at: datetime
) -> Gathered:
    """Return what goes into an output.

    Raises:
        Forbidden, NotFound: it is not theirs to take. Conflict: the audience is wider than the case's marking.
    """
    with database.write() as session:
        standing = take_output(session, actor, room_id, what, audience, at=at)
    with steady(database) as session:
        found = gather(session, standing, audience)
        session.expunge_all()
        return found
