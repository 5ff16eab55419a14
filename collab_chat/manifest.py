"""The alert room's part in the whole."""

from pathlib import Path

from collab_chat import api, jobs, live, pages
from collab_chat.pages import hooks
from collab_chat.service.live.live import Live, live_of
from common.i18n import N_
from common.manifest import Manifest
from common.web.services import ToolCard

MANIFEST = Manifest(
    ToolCard(
        key="collab_chat",
        name=N_("Alert room"),
        tagline=N_(
            "Detect, qualify and answer a campaign together, live, with a record that stands afterwards."
        ),
        audience=N_("For responders of several organisations."),
        hue="collab_chat",
        home="rooms_home",
        ready=True,
    ),
    routers=(live.router, api.router, hooks.router, pages.router),
    templates=Path(__file__).parent / "templates",
    prepare=Live,
    close=lambda services: live_of(services).close(),
    job_kinds=jobs.JOB_KINDS,
    housekeeping=jobs.keep_house,
    pulse=jobs.pulse,
)
