"""The media library, as its lists and pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select, true
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.models import Entry, Media, MediaUse, MediaVersion, Page
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names

MOST_USES = 500


class MediaState(StrEnum):
    """By what the library can be narrowed."""

    ALL = ""
    PICTURES = "pictures"
    DOCUMENTS = "documents"
    UNUSED = "unused"
    UNDESCRIBED = "undescribed"  # without words in the reader's language
    DELETED = "deleted"  # for those who may bring back


class MediaSort(StrEnum):
    """The orders of the library."""

    NEWEST = "newest"
    NAME = "name"
    SIZE = "size"  # the largest first


@dataclass(frozen=True)
class MediaFilter:
    """Which files, in which order; `language`: the reader's."""

    text: str = ""
    state: MediaState = MediaState.ALL
    sort: MediaSort = MediaSort.NEWEST
    language: str = "en"


@dataclass(frozen=True)
class FoundMedia:
    """A file with the version that it shows."""

    media: Media
    version: MediaVersion


def media_files(session: Session, actor: Actor, wanted: MediaFilter, *, number: int = 1, size: int = 48) -> Paged[FoundMedia]:  # fmt: skip
    """Return one page of the files that pass a filter."""
    PERMISSIONS.require(actor, Permission.DELETE if wanted.state is MediaState.DELETED else Permission.READ)
    offset, limit = window(number, size)
    passing = [*_with_words(wanted.text), *_in_state(wanted)]
    joined = (
        select(Media, MediaVersion).join(MediaVersion, MediaVersion.id == Media.version_id).where(*passing)
    )
    total = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    rows = session.execute(joined.order_by(*_order(wanted.sort)).limit(limit).offset(offset))
    return Paged([FoundMedia(media, version) for media, version in rows], max(number, 1), limit, total)


def media_of(session: Session, actor: Actor, name: str) -> FoundMedia:
    """Return a file by its name.

    Raises:
        NotFound: there is none, or it was deleted and the actor may not see it.
    """
    PERMISSIONS.require(actor, Permission.READ)
    row = session.execute(
        select(Media, MediaVersion)
        .join(MediaVersion, MediaVersion.id == Media.version_id)
        .where(Media.name == name)
    ).first()
    if row is None:
        raise NotFound(_("The library has no file of this name."))
    found = FoundMedia(*row)
    if found.media.deleted_at is not None and not PERMISSIONS.allows(actor, Permission.DELETE):
        raise NotFound(_("This file was deleted."))
    return found


def version_of_file(session: Session, actor: Actor, sha256: str) -> FoundMedia:
    """Return the newest version that shows a file's very content.

    Raises:
        NotFound: there is none that the actor may see.
    """
    PERMISSIONS.require(actor, Permission.READ)
    query = (
        select(Media, MediaVersion)
        .join(MediaVersion, MediaVersion.media_id == Media.id)
        .where(MediaVersion.sha256 == sha256)
        .order_by(Media.deleted_at.is_not(None), MediaVersion.id.desc())
    )
    row = session.execute(query.limit(1)).first()
    if row is None or (row[0].deleted_at is not None and not PERMISSIONS.allows(actor, Permission.DELETE)):
        raise NotFound(_("The library has no such file."))
    return FoundMedia(*row)


def versions_of(session: Session, media: Media) -> Sequence[MediaVersion]:
    """Return a file's versions, the newest first."""
    query = select(MediaVersion).where(MediaVersion.media_id == media.id)
    return session.scalars(query.order_by(MediaVersion.number.desc())).all()


def entries_showing(session: Session, name: str, language: str) -> Sequence[EntryName]:
    """Return the entries that show or link a file, by title."""
    pages = select(Page.entry_id).join(MediaUse, MediaUse.page_id == Page.id).where(MediaUse.name == name)
    found = names(session, session.scalars(pages.distinct().limit(MOST_USES)).all(), language)
    return sorted(found.values(), key=lambda each: each.title.casefold())


def complete_media(session: Session, actor: Actor, typed: str, *, limit: int = 10) -> Sequence[FoundMedia]:
    """Return files whose name or description holds the words."""
    wanted = MediaFilter(text=typed, sort=MediaSort.NAME)
    return media_files(session, actor, wanted, size=limit).items


def _with_words(text: str) -> list[ColumnElement[bool]]:
    return [
        or_(
            func.lower(Media.name).contains(word, autoescape=True),
            func.lower(cast(Media.alt, String)).contains(word, autoescape=True),
            func.lower(cast(Media.caption, String)).contains(word, autoescape=True),
            func.lower(Media.author).contains(word, autoescape=True),
        )
        for word in text.lower().split()[:8]
    ]


def _in_state(wanted: MediaFilter) -> list[ColumnElement[bool]]:
    state = wanted.state
    used = exists().where(
        MediaUse.name == Media.name,
        MediaUse.page_id == Page.id,
        Entry.id == Page.entry_id,
        Entry.deleted_at.is_(None),
    )
    narrowed: dict[MediaState, ColumnElement[bool]] = {
        MediaState.PICTURES: MediaVersion.width.is_not(None),
        MediaState.DOCUMENTS: MediaVersion.width.is_(None),
        MediaState.UNUSED: ~used,
        MediaState.UNDESCRIBED: func.coalesce(Media.alt[wanted.language].as_string(), "") == "",
    }
    deleted = Media.deleted_at.is_not(None) if state is MediaState.DELETED else Media.deleted_at.is_(None)
    return [deleted, narrowed.get(state, true())]


def _order(sort: MediaSort) -> tuple[Any, ...]:
    return {
        MediaSort.NEWEST: (Media.created_at.desc(), Media.id.desc()),
        MediaSort.NAME: (func.lower(Media.name), Media.id),
        MediaSort.SIZE: (MediaVersion.bytes.desc(), Media.id),
    }[sort]
