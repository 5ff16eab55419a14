"""Imports, and what they find again: ads and totals by their source's ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job
from common.paging import Page as Paged
from common.paging import window
from political_ads.models import Ad, Advertiser, Import
from political_ads.permissions import PERMISSIONS, Permission

AT_ONCE = 500  # values in one IN
Identity = tuple[str, str]  # source, id in the source


class KnownAd(NamedTuple):
    """An ad that is stored, and the hash of the record that it was read from last."""

    id: int
    content_hash: str


def imports(session: Session, actor: Actor, *, number: int = 1, size: int = 30) -> Paged[Import]:
    """Return one page of the imports, newest first."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    offset, limit = window(number, size)
    total = session.scalar(select(func.count()).select_from(Import)) or 0
    found = session.scalars(select(Import).order_by(Import.id.desc()).limit(limit).offset(offset)).all()
    return Paged(found, max(number, 1), limit, total)


def import_of(session: Session, actor: Actor, import_id: int) -> Import:
    """Return an import.

    Raises:
        NotFound: there is none, or it was thrown away.
    """
    PERMISSIONS.require(actor, Permission.IMPORT)
    record = session.get(Import, import_id)
    if record is None:
        raise NotFound(_("There is no such import; its preview may have been thrown away."))
    return record


def job_of(session: Session, record: Import) -> Job | None:
    """Return the job that stores an import."""
    return session.get(Job, record.job_id) if record.job_id else None


def unfinished(session: Session, actor: Actor, name: str, digest: str) -> Import | None:
    """Return the newest import of a file (its name, and the SHA-256 of its content) that stopped before its end."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    found = session.scalars(
        select(Import)
        .where(Import.name == name, Import.state.in_(("applying", "paused", "cancelled")))
        .order_by(Import.id.desc())
        .limit(20)
    )
    return next((each for each in found if each.preview.get("sha256") == digest), None)


def known_ads(session: Session, identities: Iterable[Identity]) -> dict[Identity, KnownAd]:
    """Return which of some ads are stored."""
    known: dict[Identity, KnownAd] = {}
    for source, ids in _in_parts(identities):
        query = select(Ad.external_id, Ad.id, Ad.content_hash)
        for external_id, ad_id, digest in session.execute(
            query.where(Ad.source == source, Ad.external_id.in_(ids))
        ):
            known[source, external_id] = KnownAd(ad_id, digest)
    return known


def ads_in_full(session: Session, ids: Sequence[int]) -> dict[int, Ad]:
    """Return ads with all their fields, by id."""
    found: dict[int, Ad] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(Ad).options(undefer(Ad.extra)).where(Ad.id.in_(ids[start : start + AT_ONCE]))
        found |= {ad.id: ad for ad in session.scalars(query)}
    return found


def known_totals(session: Session, identities: Iterable[Identity]) -> dict[Identity, Advertiser]:
    """Return which of some advertisers' totals are stored."""
    known: dict[Identity, Advertiser] = {}
    for source, ids in _in_parts(identities):
        query = select(Advertiser).where(Advertiser.source == source, Advertiser.external_id.in_(ids))
        known |= {(source, each.external_id): each for each in session.scalars(query)}
    return known


def uploads_in_use(session: Session) -> set[str]:
    """Return the kept files that imports still need."""
    return {name for name in session.scalars(select(Import.upload).where(Import.upload.is_not(None))) if name}


def _in_parts(identities: Iterable[Identity]) -> Iterator[tuple[str, list[str]]]:
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, external_id in identities:
        by_source[source].append(external_id)
    for source, ids in by_source.items():
        for start in range(0, len(ids), AT_ONCE):
            yield source, ids[start : start + AT_ONCE]
