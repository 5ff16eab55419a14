"""Who wrote what stands there now, and what stood there before."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from encyclopedia.models import Revision


def last_by_others(session: Session, newest: Revision) -> Revision | None:
    """Return the last revision of a page that is not by the author of its newest one; None: there is none.

    Two people may bear one name: whoever has an account is told apart by it, not by the name.
    """
    others = (
        (Revision.author_id != newest.author_id) | Revision.author_id.is_(None)
        if newest.author_id is not None
        else (Revision.author_id.is_not(None)) | (Revision.author_name != newest.author_name)
    )
    return session.scalars(
        select(Revision)
        .where(Revision.page_id == newest.page_id, others)
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()
