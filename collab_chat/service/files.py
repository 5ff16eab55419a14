"""Files of rooms between the disk and the database."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from collab_chat.actions.files import file_lock, freed_in, keep_upload, note_file, sweep_unused
from collab_chat.core.file_types import HEAD, IMAGES, JSON, file_name, is_json, refused, type_of
from collab_chat.core.previews import check_picture, preview
from collab_chat.queries.files import file_for, known_names
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import FileRef
from collab_chat.schemas.rooms import Standing
from collab_chat.sources.kept_files import FOLDER, KeptFiles, Received
from common.accounts.actors import Actor, operator
from common.errors import NotFound
from common.i18n import gettext as _
from common.web.services import Services

KEPT_UNSENT = timedelta(days=1)


@dataclass(frozen=True)
class Given:
    """A file as it is given out."""

    place: Path
    sha256: str
    name: str
    media_type: str


def kept_files(services: Services) -> KeptFiles:
    """Return where rooms' files are kept."""
    return KeptFiles(services.settings.data_dir.resolve() / FOLDER)


def take_upload(services: Services, actor: Actor, room_id: uuid.UUID, source: BinaryIO, name: str) -> FileRef:
    """Take a file into a room: checked, kept by its hash, its sender's alone until it is sent.

    Raises:
        Invalid: it is empty, broken, or of a kind that is not taken. TooLarge: over the setting `rooms_file_max_mb`.
        NotFound, Forbidden, SignInNeeded: see `keep_upload`.
    """
    return take_file(services, source, name, lambda session, ref: keep_upload(session, actor, room_id, ref, at=services.clock()))  # fmt: skip


def take_file(
    services: Services, source: BinaryIO, name: str, note: Callable[[Session, FileRef], FileRef]
) -> FileRef:
    """Check a file, write it to the disk, and have `note` write it down in a transaction; all of it or nothing."""
    kept = kept_files(services)
    received = kept.receive(source, most=services.settings.rooms_file_max_mb * 1_000_000, head=HEAD)
    try:
        ref = _described(received, name)
        with services.database.write() as session:
            file_lock(session)
            ref = note(session, ref)
            kept.adopt(received)
    finally:
        kept.discard(received)
    return ref


def keep_made(
    services: Services, session: Session, standing: Standing, data: bytes, name: str, media_type: str
) -> FileRef:
    """Keep a file that we made ourselves (a capture's), in the caller's transaction."""
    file_lock(session)
    sha256 = kept_files(services).keep(data)
    ref = FileRef(sha256=sha256, name=name, media_type=media_type, size=len(data))
    return note_file(session, standing, ref, at=services.clock())


def give_file(services: Services, actor: Actor, room_id: uuid.UUID, sha256: str) -> Given:
    """Return a file for somebody who may read it now.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    with services.database.read() as session:
        file = file_for(session, standing_in(session, actor, room_id), sha256)
    place = kept_files(services).path(sha256)
    if place is None:
        raise NotFound(_("This file does not exist, or you may not read it."))
    return Given(place, sha256, file.name, file.media_type)


def give_preview(services: Services, given: Given) -> Path:
    """Return the small copy of a picture, made when it is first asked for.

    Raises:
        NotFound: it is no picture. Invalid: it cannot be decoded.
    """
    if given.media_type not in IMAGES:
        raise NotFound(_("Only pictures have a preview."))
    kept = kept_files(services)
    if made := kept.preview(given.sha256):
        return made
    with given.place.open("rb") as file:
        return kept.keep_preview(given.sha256, preview(file))


def drop_freed(services: Services, changed: Session) -> None:
    """Remove from the disk what a transaction that is stored by now let go."""
    if not freed_in(changed):
        return
    with services.database.write() as session:
        file_lock(session)
        session.info.update(changed.info)
        for sha256 in freed_in(session):
            kept_files(services).remove(sha256)


def sweep(services: Services) -> int:
    """Let go of uploads that nobody sent within a day, and of files that no room knows; return how many.

    Runs every hour: what a crash left between disk and database goes with it.
    """
    before = services.clock() - KEPT_UNSENT
    with services.database.write() as session:
        file_lock(session)
        swept = sweep_unused(session, operator("job"), before)
    kept = kept_files(services)
    old = list(kept.older_than(before.timestamp()))
    with services.database.write() as session:
        file_lock(session)
        for start in range(0, len(old), 500):
            part = old[start : start + 500]
            for sha256 in set(part) - known_names(session, part):
                kept.remove(sha256)
    return swept


def _described(received: Received, name: str) -> FileRef:
    """Look at what came in: its kind, and that a picture is one."""
    kind = type_of(received.head, name)
    if kind in IMAGES:
        with received.place.open("rb") as file:
            check_picture(file)
    if kind == JSON and not is_json(received.place.read_bytes()):
        raise refused(_("The file's name says JSON, and it is none."))
    return FileRef(sha256=received.sha256, name=file_name(name, kind), media_type=kind, size=received.size)
