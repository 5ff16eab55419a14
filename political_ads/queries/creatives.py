"""Which creative a text belongs to, what a group holds, and its history."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page, window
from political_ads.core.similarity import TextKey, pin, text_key
from political_ads.models import Ad, Band, Creative, CreativeMove
from political_ads.permissions import PERMISSIONS, Permission

IN_ONE = 5_000  # values in one statement; SQLite takes 32,766, PostgreSQL 65,535
MOST_IN_BAND = 64  # creatives of one band that are looked at; a band that more share tells nothing
HISTORY = 100  # moves of one group that are shown


def key_of(ad: Ad) -> TextKey:
    """Return what an ad's text is found by."""
    return text_key(ad.text, ad.title, ad.page_id or ad.page_name, f"{ad.source}\x1f{ad.external_id}")


def creative_of(session: Session, actor: Actor, creative_id: int) -> Creative:
    """Return a creative; one that was joined to another is returned as it is. Raises `NotFound`."""
    PERMISSIONS.require(actor, Permission.READ)
    creative = session.get(Creative, creative_id)
    if creative is None:
        raise NotFound(_("There is no ad with this number."))
    return creative


def group_of_ad(session: Session, actor: Actor, ad_id: int) -> int:
    """Return the creative that an ad is in. Raises `NotFound`."""
    PERMISSIONS.require(actor, Permission.READ)
    creative_id = session.scalar(select(Ad.creative_id).where(Ad.id == ad_id))
    if creative_id is None:
        raise NotFound(_("There is no ad with this number."))
    return creative_id


def homes(session: Session, hashes: Collection[str]) -> dict[str, int]:
    """Return the creative that each exact text belongs to; texts that nobody had are left out.

    What was pinned by a placement or by hand goes first, then the oldest living creative with the text, then one that was
    joined to another (which leads there).
    """
    found: dict[str, tuple[int, int]] = {}
    for part in in_parts(hashes):
        rows = session.execute(
            select(Creative.text_hash, Creative.id, Creative.merged_into).where(Creative.text_hash.in_(part))
        )
        for text_hash, creative_id, merged in rows:
            rank = (int(merged is not None), creative_id)
            found[text_hash] = min(rank, found.get(text_hash, rank))
    by_hash = {text_hash: creative_id for text_hash, (_merged, creative_id) in found.items()}
    pins = {pin(text_hash): text_hash for text_hash in hashes}
    for band, creative_ids in sharing(session, pins).items():
        by_hash[pins[band]] = min(creative_ids)
    leads = living(session, by_hash.values())
    return {text_hash: leads.get(creative_id, creative_id) for text_hash, creative_id in by_hash.items()}


def sharing(session: Session, bands: Collection[int]) -> dict[int, list[int]]:
    """Return the creatives that have each band, oldest first."""
    found: dict[int, list[int]] = {}
    for part in in_parts(bands):
        rows = session.execute(select(Band.band, Band.creative_id).where(Band.band.in_(part)))
        for band, creative_id in rows:
            found.setdefault(band, []).append(creative_id)
    return {band: sorted(ids)[:MOST_IN_BAND] for band, ids in found.items()}


def candidate_texts(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the texts of creatives, by id."""
    return {
        one: text
        for part in in_parts(ids)
        for one, text in session.execute(select(Creative.id, Creative.text).where(Creative.id.in_(part)))
    }


def living(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Return where creatives that were joined to others lead in the end; those that were not are left out."""
    leads: dict[int, int] = {}
    asked = set(ids)
    while asked:
        found: dict[int, int] = {}
        for part in in_parts(asked):
            rows = session.execute(
                select(Creative.id, Creative.merged_into).where(
                    Creative.id.in_(part), Creative.merged_into.is_not(None)
                )
            )
            found.update((one, into) for one, into in rows if into is not None)
        leads.update(found)
        asked = set(found.values()) - leads.keys()
    return {one: _end(leads, one) for one in leads}


def ads_of(session: Session, actor: Actor, creative_id: int, *, number: int, size: int) -> Page[Ad]:
    """Return a page of a group's ads, the earliest first."""
    PERMISSIONS.require(actor, Permission.READ)
    creative = creative_of(session, actor, creative_id)
    offset, limit = window(number, size)
    query = select(Ad).where(Ad.creative_id == creative_id)
    rows = session.scalars(query.order_by(Ad.started_at, Ad.id).offset(offset).limit(limit)).all()
    return Page(rows, number, limit, creative.ads)


def ads_with(session: Session, creative_id: int, ad_ids: Collection[int]) -> list[Ad]:
    """Return those of some ads that are in a group."""
    return [
        ad
        for part in in_parts(ad_ids)
        for ad in session.scalars(select(Ad).where(Ad.creative_id == creative_id, Ad.id.in_(part)))
    ]


def shown_ad(session: Session, creative: Creative) -> Ad | None:
    """Return the ad that stands for a creative."""
    return session.get(Ad, creative.ad_id) if creative.ad_id is not None else None


def text_hashes(session: Session, creative_id: int, *, without: Collection[int] = ()) -> set[str]:
    """Return the hashes of all exact texts in a group, leaving some ads out."""
    columns = (Ad.id, Ad.text, Ad.title, Ad.page_id, Ad.page_name, Ad.source, Ad.external_id)
    rows = session.execute(select(*columns).where(Ad.creative_id == creative_id))
    left_out = set(without)
    return {
        text_key(row.text, row.title, row.page_id or row.page_name, f"{row.source}\x1f{row.external_id}").hash
        for row in rows.yield_per(IN_ONE)
        if row.id not in left_out
    }


def moves_of(session: Session, actor: Actor, creative_id: int) -> Sequence[CreativeMove]:
    """Return what was done to a group by hand, newest first."""
    PERMISSIONS.require(actor, Permission.READ)
    concerned = (CreativeMove.from_id == creative_id) | (CreativeMove.to_id == creative_id)
    return session.scalars(
        select(CreativeMove).where(concerned).order_by(CreativeMove.id.desc()).limit(HISTORY)
    ).all()


def move_of(session: Session, move_id: int) -> CreativeMove:
    """Return a move. Raises `NotFound`."""
    move = session.get(CreativeMove, move_id)
    if move is None:
        raise NotFound(_("There is no such step in the history."))
    return move


def undoing(session: Session, move_ids: Collection[int]) -> Mapping[int, int]:
    """Return the moves that were undone, each with the one that undid it."""
    rows = session.execute(
        select(CreativeMove.undoes_id, CreativeMove.id).where(CreativeMove.undoes_id.in_(move_ids))
    )
    return {undone: undo for undone, undo in rows if undone is not None}


def joined_to(session: Session, creative_id: int) -> Sequence[int]:
    """Return the creatives whose ads were joined to this one, and which say so."""
    return session.scalars(
        select(Creative.id).where(Creative.merged_into == creative_id).order_by(Creative.id)
    ).all()


def in_parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield values in lists that one statement can take."""
    every = list(values)
    for start in range(0, len(every), IN_ONE):
        yield every[start : start + IN_ONE]


def _end(leads: Mapping[int, int], one: int) -> int:
    while one in leads:
        one = leads[one]
    return one
