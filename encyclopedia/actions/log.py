"""The encyclopedia's own log, which its readers may see, beside the deployment's audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.audit import record
from encyclopedia.models import LogLine
from encyclopedia.permissions import TOOL


def note(
    session: Session,
    actor: Actor,
    action: str,
    *,
    at: datetime,
    entry_id: int | None = None,
    title: str = "",
    comment: str = "",
    **details: Any,
) -> None:
    """Write down what was done to an entry, in both places. `comment` and `title` stay out of the audit trail."""
    session.add(
        LogLine(
            at=at,
            actor_id=actor.person_id,
            actor_name=actor.name,
            action=action,
            entry_id=entry_id,
            title=title[:200],
            comment=comment[:500],
            details=details,
        )
    )
    record(session, actor, action, f"entry {entry_id}" if entry_id else "", tool=TOOL, at=at)
