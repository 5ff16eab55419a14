"""Files of rooms: uploaded, attached, let go."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from collab_chat.core.file_types import file_name
from collab_chat.models import File
from collab_chat.permissions import PERMISSIONS, Permission, require_right
from collab_chat.queries.events import readable
from collab_chat.queries.files import file_for, known_names, rows_with, unused_since
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import FileRef
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _

FREED = "rooms_freed_files"  # in `session.info`: names that may be removed from the disk after the commit
MOST_FILES = 10  # of one message
_LOCK = 72_190_442  # PostgreSQL advisory lock


def file_lock(session: Session) -> None:
    """Wait for this transaction's turn with the files on the disk: one writes a file where another lets the same one go."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def keep_upload(session: Session, actor: Actor, room_id: uuid.UUID, ref: FileRef, *, at: datetime) -> FileRef:
    """Note a file that somebody uploaded into a room; until a message or evidence uses it, it is theirs alone."""
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.ATTACH)
    return note_file(session, standing, ref, at=at)


def note_file(session: Session, standing: Standing, ref: FileRef, *, at: datetime) -> FileRef:
    """Note that a room holds a file. One that others sent before keeps its row; the caller's name for it counts in the answer."""
    row = session.get(File, (ref.sha256, standing.room_id))
    if row is None:
        session.add(
            File(
                sha256=ref.sha256,
                room_id=standing.room_id,
                name=ref.name,
                media_type=ref.media_type,
                size=ref.size,
                by_id=standing.person_id,
                at=at,
            )
        )
    elif standing.person_id is not None:
        row.by_id, row.at = standing.person_id, at
    session.flush()
    return ref


def attachable(session: Session, standing: Standing, refs: Iterable[FileRef]) -> tuple[FileRef, ...]:
    """Return files as a message may bear them: type and size as they were found, only files that its author may read.

    Raises:
        Invalid: too many, or the same one twice. NotFound: one is not there, or not theirs.
    """
    refs = tuple(refs)
    if len(refs) > MOST_FILES or len({one.sha256 for one in refs}) != len(refs):
        raise Invalid(_("A message takes at most %(most)s different files.") % {"most": MOST_FILES})
    known = [(one, file_for(session, standing, one.sha256)) for one in refs]
    return tuple(
        FileRef(
            sha256=file.sha256,
            name=file_name(one.name, file.media_type),
            media_type=file.media_type,
            size=file.size,
        )
        for one, file in known
    )


def drop_upload(session: Session, actor: Actor, room_id: uuid.UUID, sha256: str) -> None:
    """Take back a file that was uploaded and not yet sent."""
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.ATTACH)
    file = file_for(session, standing, sha256)
    if any(readable(standing, one) for one in rows_with(session, room_id, sha256)):
        raise Conflict(_("This file was sent: its message can be redacted."))
    _let_go(session, file)


def free_files(session: Session, room_id: uuid.UUID, names: Collection[str]) -> None:
    """Let go of files that a redaction erased, but for those that another message or evidence of the room holds.

    Called after the message's row has lost them. The disk follows after the commit (`service.transactions`).
    """
    session.flush()
    for sha256 in names:
        file = session.get(File, (sha256, room_id))
        if file is not None:
            _let_go(session, file)


def sweep_unused(session: Session, actor: Actor, before: datetime) -> int:
    """Let go of what was uploaded before a moment and never sent; return how many."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    files = unused_since(session, before)
    for file in files:
        _free(session, file)
    return len(files)


def freed_in(session: Session) -> set[str]:
    """Return the files that this transaction let go and no room holds any more."""
    freed: set[str] = session.info.get(FREED, set())
    return freed - known_names(session, freed) if freed else set()


def _let_go(session: Session, file: File) -> None:
    """Free a file that nothing in its room holds; else it is its uploader's no more, who need not learn who holds it."""
    if next(iter(rows_with(session, file.room_id, file.sha256)), None) is None:
        _free(session, file)
    else:
        file.by_id = None


def _free(session: Session, file: File) -> None:
    session.delete(file)
    session.flush()
    session.info.setdefault(FREED, set()).add(file.sha256)
