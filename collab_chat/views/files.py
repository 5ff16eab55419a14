"""The files of a room as a list."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab_chat.core.file_types import IMAGES
from collab_chat.models import Member
from collab_chat.queries.files import Use
from collab_chat.schemas.events import FileRef

UNITS = ((1_000_000, "MB"), (1_000, "kB"))


@dataclass(frozen=True)
class ShownFile:
    """A file as pages show it."""

    sha256: str
    name: str
    media_type: str
    size: str
    image: bool


@dataclass(frozen=True)
class ShownUse:
    """A file where it was sent."""

    file: ShownFile
    seq: int
    evidence: bool
    at: datetime
    by: str
    tlp: str


@dataclass(frozen=True)
class FilesPart:
    """The files' panel."""

    uses: list[ShownUse]


def shown_file(ref: FileRef) -> ShownFile:
    """Word a file."""
    return ShownFile(ref.sha256, ref.name, ref.media_type, size_text(ref.size), ref.media_type in IMAGES)


def size_text(size: int) -> str:
    """Write a number of bytes in the unit that fits."""
    for unit, name in UNITS:
        if size >= unit:
            return f"{size / unit:.3g}\u202f{name}"
    return f"{size}\u202fB"


def names_of(members: Iterable[Member]) -> dict[uuid.UUID, str]:
    """Return the names of a room's members by id."""
    return {one.person_id: one.name for one in members}


def files_part(uses: Sequence[Use], members: Sequence[Member]) -> FilesPart:
    """Word the files of a room."""
    names = names_of(members)
    return FilesPart(
        [
            ShownUse(
                shown_file(one.ref),
                one.seq,
                one.evidence,
                one.at,
                names.get(one.by_id, "") if one.by_id else "",
                one.tlp.label,
            )
            for one in uses
        ]
    )
