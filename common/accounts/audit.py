"""The audit trail: written in the same transaction as what it tells of."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.models import AuditEntry


def record(
    session: Session,
    actor: Actor,
    action: str,
    target: str,
    *,
    tool: str,
    at: datetime,
    **details: str | int | float | None,
) -> None:
    """Write one line of the audit trail. `details` hold ids and figures, never personal data."""
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    session.add(
        AuditEntry(
            at=at,
            actor_id=actor.person_id,
            via=actor.via,
            tool=tool,
            action=action,
            target=target[:200],
            details=details,
            request_id=request_id,
        )
    )
