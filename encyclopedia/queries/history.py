"""Who changed a page since when."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.models import Page, Revision
from encyclopedia.permissions import PERMISSIONS, Permission

MOST_NAMES = 5
MOST_SUMMARIES = 200


def authors_since(session: Session, page: Page, base_id: int, *, besides: int | None = None) -> Sequence[str]:
    """Return who saved revisions of a page after one of them, the newest first; `besides`: a revision not counted."""
    names = session.scalars(
        select(Revision.author_name)
        .where(Revision.page_id == page.id, Revision.id > base_id, Revision.id != (besides or 0))
        .order_by(Revision.id.desc())
        .limit(50)
    )
    return list(dict.fromkeys(names))[:MOST_NAMES]


def own_summaries(session: Session, actor: Actor, *, limit: int = 8) -> Sequence[str]:
    """Return the edit summaries that somebody wrote lately, the newest first: they are proposed again."""
    PERMISSIONS.require(actor, Permission.EDIT)
    if actor.person_id is None:
        return ()
    found = session.scalars(
        select(Revision.summary)
        .where(Revision.author_id == actor.person_id, Revision.summary != "")
        .order_by(Revision.at.desc())
        .limit(MOST_SUMMARIES)
    )
    return list(dict.fromkeys(found))[:limit]
