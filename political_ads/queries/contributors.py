"""Questions about contributors and their way through a campaign."""

import hashlib
import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from political_ads.models import Contributor, Gold, Item, Participation
from political_ads.schemas import Rules

# Built once: building a statement takes longer than the database takes to answer it.
_OF_PERSON = select(Contributor).where(Contributor.person_id == bindparam("person"))
_OF_COOKIE = select(Contributor).where(Contributor.cookie_hash == bindparam("cookie"))
_PARTICIPATION = select(Participation).where(
    Participation.campaign_id == bindparam("campaign"),
    Participation.contributor_id == bindparam("contributor"),
)
_PARTICIPATION_LOCKED = _PARTICIPATION.with_for_update().execution_options(populate_existing=True)


def cookie_hash_of(secret: str) -> str:
    """Return what is kept of a cookie's secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def contributor_of_person(session: Session, person_id: uuid.UUID) -> Contributor | None:
    """Return a person's contributor."""
    return session.scalars(_OF_PERSON, {"person": person_id}).first()


def contributor_of_cookie(session: Session, secret: str) -> Contributor | None:
    """Return the contributor whose browser holds a cookie with this secret."""
    return session.scalars(_OF_COOKIE, {"cookie": cookie_hash_of(secret)}).first()


def participation_in(
    session: Session, campaign_id: int, contributor_id: int, *, lock: bool = False
) -> Participation | None:
    """Return a contributor's way through a campaign. `lock`: their other requests wait until this one is stored."""
    query = _PARTICIPATION_LOCKED if lock else _PARTICIPATION
    return session.scalars(query, {"campaign": campaign_id, "contributor": contributor_id}).first()


def has_quiz(session: Session, campaign_id: int) -> bool:
    """Say whether a campaign has creatives for a qualification quiz."""
    query = select(Gold.id).where(Gold.campaign_id == campaign_id, Gold.used == "quiz").limit(1)
    return session.scalars(query).first() is not None


def quiz_of(
    session: Session,
    campaign_id: int,
    rules: Rules,
    *,
    attempt: int = 0,
    languages: Collection[str] = (),
) -> Sequence[Gold]:
    """Return the gold that a volunteer is asked about in an attempt (from 0): the next ones each time, as far as there are others.

    `languages`: those that the volunteer reads (none: all); where the quiz has nothing in them, they are asked all the same.
    """
    query = (
        select(Gold, Item.language)
        .join(Item, Item.id == Gold.item_id)
        .where(Gold.campaign_id == campaign_id, Gold.used == "quiz")
        .order_by(Gold.position, Gold.id)
    )
    found = session.execute(query).all()
    golds = [row.Gold for row in found if row.language in languages] or [row.Gold for row in found]
    size = min(rules.quiz_questions, len(golds))
    start = attempt * size % len(golds) if golds else 0
    return [golds[(start + place) % len(golds)] for place in range(size)]
