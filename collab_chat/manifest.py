"""The alert room's part in the whole."""

from pathlib import Path

from collab_chat import api, jobs, pages
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
    ),
    routers=(api.router, pages.router),
    templates=Path(__file__).parent / "templates",
    job_kinds=jobs.JOB_KINDS,
    pulse=jobs.pulse,
)
