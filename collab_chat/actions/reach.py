"""The table behind `/scale`, loaded whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab_chat.core.reach import Figure
from collab_chat.models import ReachFigure
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from common.accounts.actors import Actor
from common.accounts.audit import record


def load_figures(session: Session, actor: Actor, figures: Sequence[Figure], *, at: datetime) -> int:
    """Put a table in the place of the one before; none of it where one line is wrong. Empty: the table is taken away."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    session.execute(delete(ReachFigure))
    session.add_all(
        ReachFigure(
            platform=one.platform,
            measure=one.measure,
            at_least=one.at_least,
            meaning=one.meaning,
            dated=one.dated,
            source=one.source,
        )
        for one in figures
    )
    session.flush()
    record(session, actor, "reach_loaded", "reach figures", tool=TOOL, at=at, lines=len(figures))
    return len(figures)
