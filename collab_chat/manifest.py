"""The alert room's part in the whole."""

from pathlib import Path

from collab_chat import api, demo, jobs, live, pages
from collab_chat.pages import hooks
from collab_chat.service.live.live import Live, live_of
from collab_chat.service.transactions import AFTER
from collab_chat.service.unfolding import unfold_new
from common.i18n import N_
from common.manifest import Manifest
from common.web.services import Services, ToolCard


def _prepare(services: Services) -> Live:
    services.extras[AFTER] = (unfold_new,)
    return Live(services)


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
    sockets=live.SOCKETS,
    templates=Path(__file__).parent / "templates",
    prepare=_prepare,
    close=lambda services: live_of(services).close(),
    job_kinds=jobs.JOB_KINDS,
    housekeeping=jobs.keep_house,
    pulse=jobs.pulse,
    demo=demo.fill,
)
