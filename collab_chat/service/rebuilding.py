"""Making rooms' read tables again."""

import uuid
from collections.abc import Callable

from collab_chat.actions.rebuilding import rebuild_room
from common.accounts.actors import Actor
from common.web.services import Services


def rebuild(services: Services, actor: Actor, room_id: uuid.UUID, told: Callable[[int, int], None]) -> int:
    """Rebuild one room in one transaction: readers see the old tables or the new ones, nothing between. Return the events read."""
    with services.database.write() as session:
        return rebuild_room(session, actor, room_id, at=services.clock(), told=told)
