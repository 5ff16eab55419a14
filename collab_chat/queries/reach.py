"""The table behind `/scale`."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab_chat.core.reach import Figure
from collab_chat.models import ReachFigure


def reach_figures(session: Session, *, most: int = 2_000) -> Sequence[Figure]:
    """Return the loaded table."""
    order = (ReachFigure.platform, ReachFigure.measure, ReachFigure.at_least)
    return [
        Figure(row.platform, row.measure, row.at_least, row.meaning, row.dated, row.source)
        for row in session.scalars(select(ReachFigure).order_by(*order).limit(most))
    ]


def has_figures(session: Session) -> bool:
    """Say whether a table was loaded."""
    return bool(session.scalar(select(func.count()).select_from(ReachFigure)))
