"""Files of rooms: which there are, and who may read them."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from collab_chat.models import Event, Evidence, File, Message
from collab_chat.queries.events import readable
from collab_chat.schemas.events import EvidenceCaptured, FileRef, Kind
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.errors import NotFound
from common.i18n import gettext as _

MOST = 500  # files in a room's list


@dataclass(frozen=True)
class Use:
    """A file as a message or a piece of evidence brought it."""

    ref: FileRef
    seq: int  # of the message or of the evidence
    evidence: bool
    at: datetime
    by_id: uuid.UUID | None
    tlp: Tlp


def file_for(session: Session, standing: Standing, sha256: str) -> File:
    """Return a file of a room that somebody may read: by what they sent, or by a message or evidence that they may read.

    Raises:
        NotFound: there is none, or it is not theirs; nobody learns which.
    """
    file = session.get(File, (sha256, standing.room_id))
    if file is not None and _may_have(session, standing, file):
        return file
    raise NotFound(_("This file does not exist, or you may not read it."))


def _may_have(session: Session, standing: Standing, file: File) -> bool:
    if standing.person_id is None or file.by_id == standing.person_id:  # who uploaded it last has its bytes
        return True
    return file.seq is not None and any(
        readable(standing, row) for row in rows_with(session, standing.room_id, file.sha256)
    )


def rows_with(session: Session, room_id: uuid.UUID, sha256: str) -> Iterable[Message | Evidence]:
    """Give the messages and the evidence of a room that hold a file, earlier captures included.

    The database finds whatever has the hash in it, a file's name among it; only what refers to the file counts.
    """
    holding = f"%{sha256}%"
    messages = session.scalars(
        select(Message).where(Message.room_id == room_id, cast(Message.files, String).like(holding))
    )
    yield from (one for one in messages if any(ref["sha256"] == sha256 for ref in one.files))
    evidence = session.scalars(
        select(Evidence).where(Evidence.room_id == room_id, cast(Evidence.file, String).like(holding))
    )
    yield from (one for one in evidence if one.file and one.file["sha256"] == sha256)
    captured = session.scalars(
        select(Event).where(
            Event.room_id == room_id,
            Event.kind == Kind.EVIDENCE_CAPTURED.value,
            cast(Event.content, String).like(holding),
        )
    )
    for event in captured:
        capture = EvidenceCaptured.model_validate(event.content)
        row = session.get(Evidence, (room_id, capture.evidence))
        if row is not None and sha256 in {one.sha256 for one in _captured(capture)}:
            yield row


def uses_in(session: Session, standing: Standing, *, most: int = MOST) -> list[Use]:
    """Return the files of a room that somebody may read, newest first."""
    messages = session.scalars(
        select(Message)
        .where(
            Message.room_id == standing.room_id,
            Message.redacted_seq.is_(None),
            cast(Message.files, String) != "[]",
        )
        .order_by(Message.seq.desc())
        .limit(most)
    )
    uses = [
        Use(FileRef.model_validate(ref), row.seq, False, row.at, row.author_id, Tlp(row.tlp))
        for row in messages
        if readable(standing, row)
        for ref in row.files
    ]
    evidence = session.scalars(
        select(Evidence).where(Evidence.room_id == standing.room_id).order_by(Evidence.seq.desc()).limit(most)
    )
    for row in evidence:
        if readable(standing, row):
            uses += [Use(ref, row.seq, True, row.at, row.by_id, Tlp(row.tlp)) for ref in _files_of(row)]
    return sorted(uses, key=lambda one: one.at, reverse=True)[:most]


def _files_of(row: Evidence) -> list[FileRef]:
    found = [FileRef.model_validate(row.file)] if row.file else []
    return found + (_captured(EvidenceCaptured.model_validate(row.capture)) if row.capture else [])


def _captured(capture: EvidenceCaptured) -> list[FileRef]:
    return [one for one in (capture.warc, capture.screenshot, capture.timestamp) if one]


def unused_since(session: Session, moment: datetime) -> Sequence[File]:
    """Return the files that were uploaded before `moment` and never sent."""
    return session.scalars(select(File).where(File.seq.is_(None), File.at < moment)).all()


def known_names(session: Session, names: Collection[str]) -> set[str]:
    """Return which of some SHA-256 any room holds."""
    return set(session.scalars(select(File.sha256).where(File.sha256.in_(names))))
