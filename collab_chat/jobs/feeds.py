"""Feeds, asked one by one; and what integrations leave behind, forgotten in time."""

import uuid
from collections.abc import Mapping
from typing import Any

from collab_chat.actions.speaking import forget_old_buttons
from collab_chat.service.feeds import POLL, begin_due, poll
from common.accounts.actors import operator
from common.jobs import JobContext, JobKind
from common.web.services import Services

__all__ = ["JOB_KINDS", "begin_due", "keep_house"]


def run(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Ask one feed."""
    return {"signals": poll(context.services, uuid.UUID(str(payload["feed"])))}


def keep_house(services: Services) -> None:
    """Forget where old buttons lead."""
    with services.database.write() as session:
        forget_old_buttons(session, operator("job"), at=services.clock())


JOB_KINDS = (JobKind(POLL, run),)
