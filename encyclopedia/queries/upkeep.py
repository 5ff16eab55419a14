"""How far a translation lags behind the text that it was made from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from encyclopedia.models import Page, Revision


@dataclass(frozen=True)
class Lag:
    """What happened to a translation's source since: its language, how many edits (minor ones do not count), the newest's time."""

    source_language: str
    source_slug: str
    edits: int
    newest_at: datetime | None
    made_from: int  # the revision's number


def translation_lag(session: Session, made_from_id: int) -> Lag | None:
    """Return how far the source has moved on since the revision that a translation was made from."""
    base, later = aliased(Revision), aliased(Revision)
    row = session.execute(
        select(Page.language, Page.slug, func.count(later.id), func.max(later.at), base.number)
        .join(base, base.page_id == Page.id)
        .outerjoin(
            later,
            (later.page_id == base.page_id) & (later.number > base.number) & later.minor.is_(False),
        )
        .where(base.id == made_from_id)
        .group_by(Page.language, Page.slug, base.number)
    ).first()
    return Lag(*row) if row else None
