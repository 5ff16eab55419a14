"""The audit trail that the tool shows: one line for everything that is done besides answering."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.audit import record
from political_ads.models import LogLine
from political_ads.permissions import TOOL


def note(
    session: Session,
    actor: Actor,
    action: str,
    *,
    at: datetime,
    campaign_id: int | None = None,
    subject: str = "",
    comment: str = "",
    **details: Any,
) -> None:
    """Write down what was done, in both places. `comment` stays out of the deployment's audit trail."""
    session.add(
        LogLine(
            at=at,
            actor_id=actor.person_id,
            actor_name=actor.name,
            action=action,
            campaign_id=campaign_id,
            subject=subject[:200],
            comment=comment,
            details=details,
        )
    )
    record(
        session, actor, action, f"campaign {campaign_id}" if campaign_id else subject[:100], tool=TOOL, at=at
    )
