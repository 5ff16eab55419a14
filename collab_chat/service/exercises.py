"""The player of exercises: gives what is due, in whichever process looks first."""

from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.exercises import Keep, play_due
from collab_chat.queries.exercises import is_waiting, running
from collab_chat.schemas.events import FileRef
from collab_chat.schemas.rooms import Standing
from collab_chat.service.files import keep_made
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.web.services import Services

TEXT = "text/plain"


def play(services: Services, at: datetime) -> int:
    """Give what is due in all exercises that run; return how many injects were given."""
    with services.database.read() as session:
        ids = [one.id for one in running(session) if is_waiting(session, one, at)]
    given = 0
    for exercise_id in ids:
        with changing(services) as session:
            given += play_due(session, operator("job"), exercise_id, keeper(services), at=at)
    return given


def keeper(services: Services) -> Keep:
    """Return what keeps a document."""

    def keep(session: Session, standing: Standing, data: bytes, name: str) -> FileRef:
        return keep_made(services, session, standing, data, name, TEXT)

    return keep
