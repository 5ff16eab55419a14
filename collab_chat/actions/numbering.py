"""Giving numbers, each once."""

import uuid

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab_chat.models import Case, Counter


def next_case_number(session: Session, exercise_id: uuid.UUID | None) -> int:
    """Return the next case's number; exercises count their own. The counter's row stays locked until the transaction ends."""
    name = "cases" if exercise_id is None else f"exercise:{exercise_id}"[:40]
    if not _raise(session, name):
        mine = Case.exercise_id.is_(None) if exercise_id is None else Case.exercise_id == exercise_id
        last = session.scalar(select(func.max(Case.number)).where(mine)) or 0
        try:
            with session.begin_nested():
                session.add(Counter(name=name, value=last))
        except IntegrityError:  # another process began to count in the same moment
            session.expire_all()
        _raise(session, name)
    return session.scalars(select(Counter.value).where(Counter.name == name)).one()


def _raise(session: Session, name: str) -> bool:
    raised = session.execute(
        update(Counter)
        .where(Counter.name == name)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
        .execution_options(synchronize_session=False)
    )
    return raised.one_or_none() is not None
