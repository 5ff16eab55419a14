"""A page's history."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer_group

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.models import Page, Review, Revision
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.schemas import Sheet, Text

WITH_TEXT = [undefer_group("text")]
LARGEST_ID = 2**31 - 1  # of a column of integers; PostgreSQL refuses even to compare with more


def revision_of(session: Session, actor: Actor, revision_id: int, *, page: Page | None = None) -> Revision:
    """Return a revision with its text; `page`: it must be one of this page's."""
    PERMISSIONS.require(actor, Permission.READ)
    known = 0 < revision_id <= LARGEST_ID
    revision = (
        session.get(Revision, revision_id, options=WITH_TEXT, populate_existing=True) if known else None
    )
    if revision is None or (page is not None and revision.page_id != page.id):
        raise NotFound(_("There is no such revision of this page."))
    return revision


def shown_revision(session: Session, page: Page, *, reviewed: bool) -> Revision | None:
    """Return what readers see: the newest revision, or with `reviewed` the last reviewed one where there is one."""
    wanted = (page.reviewed_revision_id if reviewed else None) or page.revision_id
    return session.get(Revision, wanted, options=WITH_TEXT, populate_existing=True) if wanted else None


def history(
    session: Session, actor: Actor, page: Page, *, number: int = 1, size: int = 50
) -> Paged[Revision]:
    """Return a page's revisions, newest first, without their texts."""
    PERMISSIONS.require(actor, Permission.READ)
    offset, limit = window(number, size)
    total = session.scalar(select(func.count()).select_from(Revision).where(Revision.page_id == page.id)) or 0
    found = session.scalars(
        select(Revision)
        .where(Revision.page_id == page.id)
        .order_by(Revision.number.desc())
        .limit(limit)
        .offset(offset)
    )
    return Paged(found.all(), max(number, 1), limit, total)


def neighbours(session: Session, revision: Revision) -> tuple[int | None, int | None]:
    """Return the ids of the revisions before and after one."""
    after = session.scalars(
        select(Revision.id)
        .where(Revision.page_id == revision.page_id, Revision.number > revision.number)
        .order_by(Revision.number)
        .limit(1)
    ).first()
    return revision.parent_id, after


def reviews_of(session: Session, page: Page, *, limit: int = 100) -> Sequence[Review]:
    """Return what reviewers said of a page's revisions, newest first."""
    return session.scalars(
        select(Review).where(Review.page_id == page.id).order_by(Review.id.desc()).limit(limit)
    ).all()


def text_of(revision: Revision) -> Text:
    """Return a revision's text as a shape."""
    return Text.model_construct(
        title=revision.title, lead=revision.lead, fields=dict(revision.fields), body=revision.body
    )


def sheet_of(revision: Revision) -> Sheet:
    """Return a revision's sheet as a shape."""
    return Sheet.model_validate(revision.sheet or {})
