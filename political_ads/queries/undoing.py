"""What an import brought, and whether people have worked on it: what may be taken out again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.models import Ad, Adjudication, Advertiser, Answer, Contest, Creative, Item
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.creatives import in_parts, living


@dataclass(frozen=True)
class BroughtAd:
    """An ad that an import brought, the group that it is in, and its stored picture (empty: none)."""

    id: int
    creative_id: int | None
    image: str


def worked_on() -> ColumnElement[bool]:
    """Return the condition for an item that people have worked on: answered, decided, contested, or made gold."""
    return or_(
        Item.gold,
        exists().where(Answer.item_id == Item.id),
        exists().where(Adjudication.item_id == Item.id),
        exists().where(Contest.item_id == Item.id),
    )


def worked_on_of(session: Session, actor: Actor, import_id: int) -> int:
    """Count the creatives with ads of an import that people have worked on, also as a group that was joined to it."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    brought = and_(Ad.import_id == import_id, Ad.creative_id == Item.creative_id)
    direct = select(func.count(distinct(Item.creative_id))).where(worked_on(), exists().where(brought))
    return (session.scalar(direct) or 0) + len(_with_joined(session, import_id))


def _with_joined(session: Session, import_id: int) -> set[int]:
    """Return the creatives with ads of an import to which a group was joined that people have worked on."""
    joined = session.scalars(
        select(Creative.id)
        .join(Item, Item.creative_id == Creative.id)
        .where(Creative.merged_into.is_not(None), worked_on())
        .distinct()
    ).all()
    ends = set(living(session, joined).values())
    return {
        creative_id
        for part in in_parts(ends)
        for creative_id in session.scalars(
            select(Ad.creative_id).where(Ad.creative_id.in_(part), Ad.import_id == import_id).distinct()
        )
        if creative_id is not None
    }


def brought_by(session: Session, import_id: int, *, after: int, limit: int) -> list[BroughtAd]:
    """Return the next ads that an import brought, by id, those up to `after` left out."""
    rows = session.execute(
        select(Ad.id, Ad.creative_id, Ad.image)
        .where(Ad.import_id == import_id, Ad.id > after)
        .order_by(Ad.id)
        .limit(limit)
    )
    return [BroughtAd(*row) for row in rows]


def brought_count(session: Session, import_id: int) -> int:
    """Count the ads that an import brought and that are still here."""
    return session.scalar(select(func.count()).select_from(Ad).where(Ad.import_id == import_id)) or 0


def shells_of(session: Session, creative_ids: Collection[int]) -> dict[int, int]:
    """Return the empty groups that were joined to some creatives, also by way of others, each with the creative it leads to."""
    found: dict[int, int] = {}
    asked = {one: one for one in creative_ids}
    while asked:
        into = asked
        asked = {}
        for part in in_parts(into):
            query = select(Creative.id, Creative.merged_into).where(Creative.merged_into.in_(part))
            for shell, target in session.execute(query):
                if target is not None and shell not in found:
                    asked[shell] = into[target]
        found |= asked
    return found


def worked_on_among(session: Session, creative_ids: Collection[int]) -> set[int]:
    """Lock the items of some creatives, and return the creatives that people have worked on.

    Whoever is answering about one of them has done so before, or does so after this transaction.
    """
    found: set[int] = set()
    for part in in_parts(creative_ids):
        here = Item.creative_id.in_(part)
        session.execute(select(Item.id).where(here).order_by(Item.id).with_for_update())
        found |= set(session.scalars(select(Item.creative_id).where(here, worked_on())))
    return found


def oldest_ads(session: Session, creative_ids: Collection[int]) -> dict[int, int]:
    """Return the oldest ad of each of some creatives; those without ads are left out."""
    return {
        creative_id: ad_id
        for part in in_parts(creative_ids)
        for creative_id, ad_id in session.execute(
            select(Ad.creative_id, func.min(Ad.id)).where(Ad.creative_id.in_(part)).group_by(Ad.creative_id)
        )
        if creative_id is not None and ad_id is not None
    }


def totals_brought(session: Session, import_id: int) -> int:
    """Count the advertisers' totals that an import brought."""
    query = select(func.count()).select_from(Advertiser).where(Advertiser.import_id == import_id)
    return session.scalar(query) or 0


def images_in_use(session: Session, names: Collection[str]) -> set[str]:
    """Return which stored pictures ads still show."""
    return {
        name
        for part in in_parts(names)
        for name in session.scalars(select(Ad.image).where(Ad.image.in_(part)).distinct())
    }


def creatives_held(session: Session, creative_ids: Collection[int]) -> Sequence[Creative]:
    """Lock some creatives, in the order of their ids, and return them."""
    return [
        creative
        for part in in_parts(sorted(creative_ids))
        for creative in session.scalars(
            select(Creative)
            .where(Creative.id.in_(part))
            .order_by(Creative.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ]
