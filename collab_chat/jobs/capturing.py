"""Captures of evidence, and the files' sweeping."""

import uuid
from collections.abc import Mapping
from typing import Any

from collab_chat.actions.evidence import note_given_up
from collab_chat.queries.evidence import CAPTURE, given_up
from collab_chat.service.capturing import STEPS, capture
from collab_chat.service.files import sweep
from collab_chat.service.transactions import changing
from collab_chat.sources.captures import Captures
from common.accounts.actors import operator
from common.errors import Conflict
from common.jobs import JobContext, JobKind
from common.web.services import Services

EVERY = 10.0  # seconds between two looks, by whichever process comes first


def run(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Capture one address."""
    services: Services = context.services
    captures = Captures(services.settings.public_url)
    try:
        done = capture(
            services,
            uuid.UUID(payload["room"]),
            int(payload["evidence"]),
            captures=captures,
            tell=lambda step, note: context.progress(step, STEPS, note),
        )
    finally:
        captures.close()
    return {"captured": done}


def tell_given_up(services: Services) -> None:
    """Tell the rooms of captures whose job broke off, or whose worker stopped three times; also of those before a restart."""
    with services.database.read() as session:
        waiting = given_up(session)
    for job_id in waiting:
        try:
            with changing(services) as session:
                note_given_up(session, operator("job"), job_id, at=services.clock())
        except Conflict:
            continue  # archived in this moment


def pulse(services: Services) -> None:
    """Look now and then."""
    if services.limiter.hit("rooms_captures", 1, EVERY).allowed:
        tell_given_up(services)


def keep_house(services: Services) -> None:
    """Let go of what was uploaded and never sent."""
    sweep(services)


JOB_KINDS = (JobKind(CAPTURE, run),)
