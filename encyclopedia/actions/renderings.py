"""Keeping a revision's HTML, so that it is not made again by each process. It says nothing new, so anybody's reading may cause it."""

from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.actions.touching import LEAST
from encyclopedia.models import Page, Rendering, Revision
from encyclopedia.permissions import PERMISSIONS, Permission


def keep_rendering(
    session: Session, page_id: int, revision_id: int, version: int, content: dict[str, Any]
) -> None:
    """Keep a rendering in the place of an older one; nothing happens where the revision is gone meanwhile."""
    if session.get(Revision, revision_id) is None:
        return
    session.execute(delete(Rendering).where(Rendering.revision_id == revision_id))
    session.execute(
        insert(Rendering),
        [{"revision_id": revision_id, "page_id": page_id, "version": version, "content": content}],
    )


def drop_renderings(session: Session, actor: Actor, page: Page) -> None:
    """Have a page's HTML made anew when it is read next."""
    PERMISSIONS.require(actor, Permission.READ)
    session.execute(delete(Rendering).where(Rendering.page_id == page.id))
    page.touched_at += LEAST
    session.flush()
