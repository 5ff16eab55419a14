"""Versions of situation reports, from the log."""

from sqlalchemy.orm import Session

from collab_chat.actions.projecting.projector import Projector, of
from collab_chat.models import Event, ReportVersion, Room
from collab_chat.schemas.events import Kind, ReportSaved


def _saved(session: Session, room: Room, event: Event, content: ReportSaved | None) -> None:
    if content is None:
        return
    version = session.get(ReportVersion, (room.id, content.number))
    if version is None:
        version = ReportVersion(room_id=room.id, number=content.number)
        session.add(version)
    version.seq, version.text, version.sha256 = event.seq, content.text, content.sha256
    version.by_id, version.at = event.author_id, event.at
    session.flush()


PROJECTORS: dict[Kind, Projector] = {
    Kind.REPORT_SAVED: of(ReportSaved, _saved),
}
