"""The alert room's part in the whole."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from collab_chat import api, demo, jobs, live, pages
from collab_chat.pages import hooks
from collab_chat.queries.metrics import open_cases
from collab_chat.service.hearing import LISTENERS
from collab_chat.service.live.live import Live, live_of
from collab_chat.service.transactions import AFTER
from collab_chat.service.unfolding import unfold_new
from common.i18n import N_, ngettext
from common.manifest import Manifest
from common.web.formats import Formats
from common.web.pages import Figure
from common.web.services import Services, ToolCard


def _prepare(services: Services) -> Live:
    services.extras[AFTER] = (unfold_new,)
    return Live(services)


def figure(session: Session, at: datetime) -> Figure | None:
    """Return how many real cases are open, for the portal; none where there is none."""
    count = open_cases(session)
    if not count:
        return None
    words = ngettext("open case", "open cases", count)
    return Figure(Formats().number(count), words, Formats().date(at.date()))


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
    figure=figure,
    housekeeping=jobs.keep_house,
    pulse=jobs.pulse,
    listeners=LISTENERS,
    demo=demo.fill,
)
