"""Captures of evidence, and the files' sweeping."""

import uuid
from collections.abc import Mapping
from typing import Any

from collab_chat.queries.evidence import CAPTURE
from collab_chat.service.capturing import STEPS, capture
from collab_chat.service.files import sweep
from collab_chat.sources.captures import Captures
from common.jobs import JobContext, JobKind
from common.web.services import Services


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


def keep_house(services: Services) -> None:
    """Let go of what was uploaded and never sent."""
    sweep(services)


JOB_KINDS = (JobKind(CAPTURE, run),)
