"""The versions of files."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from encyclopedia.models import Media, MediaVersion


@dataclass(frozen=True)
class FileVersion:
    """One version of a file."""

    name: str
    number: int
    sha256: str
    sha1: str
    type: str
    bytes: int
    width: int | None
    height: int | None
    comment: str
    by_name: str
    at: datetime


def versions(session: Session, media_ids: Collection[int], *, limit: int) -> dict[int, list[FileVersion]]:
    """Return each file's versions, the newest first, `limit` of each at most."""
    columns = (
        MediaVersion.media_id, Media.name, MediaVersion.number, MediaVersion.sha256, MediaVersion.sha1, MediaVersion.type,
        MediaVersion.bytes, MediaVersion.width, MediaVersion.height, MediaVersion.comment, MediaVersion.by_name,
        MediaVersion.at,
    )  # fmt: skip
    query = select(*columns).join(Media, Media.id == MediaVersion.media_id).where(MediaVersion.media_id.in_(set(media_ids)))  # fmt: skip
    if limit == 1:
        query = query.where(MediaVersion.id == Media.version_id)
    found: dict[int, list[FileVersion]] = {}
    for media_id, *rest in session.execute(query.order_by(MediaVersion.media_id, MediaVersion.number.desc())):
        of_file = found.setdefault(media_id, [])
        if len(of_file) < limit:
            of_file.append(FileVersion(*rest))
    return found
