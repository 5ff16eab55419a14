"""Evidence, from the log."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from collab_chat.actions.projecting.projector import Projector, of
from collab_chat.core.addresses import canonical_url
from collab_chat.models import Event, Evidence, File, Room
from collab_chat.schemas.events import EvidenceAdded, EvidenceCaptured, EvidenceFailed, FileRef, Kind


def _added(session: Session, room: Room, event: Event, content: EvidenceAdded | None) -> None:
    added = EvidenceAdded(kind="file") if content is None else content
    session.add(
        Evidence(
            room_id=room.id,
            seq=event.seq,
            kind=added.kind,
            url=added.url,
            canonical_url=canonical_url(added.url),
            file=added.file.model_dump(mode="json") if added.file else None,
            note=added.note,
            tlp=event.tlp,
            readers=event.readers,
            organisation_id=event.organisation_id,
            by_id=event.author_id,
            at=event.at,
            state="waiting" if added.kind == "url" else "kept",
            captures=0,
            capture=None,
            why="",
        )
    )
    session.flush()
    _in_use(session, room, event, [added.file] if added.file else [])


def _captured(session: Session, room: Room, event: Event, content: EvidenceCaptured | None) -> None:
    if content is None:
        return
    row = session.get_one(Evidence, (room.id, content.evidence))
    row.state, row.captures, row.why = "captured", row.captures + 1, ""
    row.capture = content.model_dump(mode="json")
    session.flush()
    _in_use(
        session, room, event, [one for one in (content.warc, content.screenshot, content.timestamp) if one]
    )


def _failed(session: Session, room: Room, event: Event, content: EvidenceFailed | None) -> None:  # noqa: ARG001
    """Note why; an earlier capture stands."""
    if content is None:
        return
    row = session.get_one(Evidence, (room.id, content.evidence))
    row.state, row.why = "captured" if row.captures else "failed", content.why
    session.flush()


def _in_use(session: Session, room: Room, event: Event, files: Iterable[FileRef]) -> None:
    for one in files:
        session.execute(
            update(File)
            .where(File.room_id == room.id, File.sha256 == one.sha256, File.seq.is_(None))
            .values(seq=event.seq)
        )


PROJECTORS: dict[Kind, Projector] = {
    Kind.EVIDENCE_ADDED: of(EvidenceAdded, _added),
    Kind.EVIDENCE_CAPTURED: of(EvidenceCaptured, _captured),
    Kind.EVIDENCE_FAILED: of(EvidenceFailed, _failed),
}
