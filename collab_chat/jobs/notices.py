"""Notices: rooms are looked through every few seconds; what is due is sent by a job, since carriers can be slow."""

from collections.abc import Mapping
from typing import Any

from collab_chat.service.notices import SEND, begin_sending, forget, look, send_due
from common.jobs import JobContext, JobKind
from common.web.services import Services

EVERY = 5.0  # seconds between two looks, by whichever process comes first


def run(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - a job's form
    """Send what is due."""
    return {"sent": send_due(context.services)}


def pulse(services: Services) -> None:
    """Look now and then."""
    if services.limiter.hit("rooms_notices", 1, EVERY).allowed:
        look(services)
        begin_sending(services)


def keep_house(services: Services) -> None:
    """Forget old notices."""
    forget(services)


JOB_KINDS = (JobKind(SEND, run),)
