"""The bot detector's part in the whole."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot_detector import api, demo, jobs, pages, queries, service
from common.i18n import N_
from common.i18n import gettext as _
from common.manifest import Manifest
from common.web.formats import Formats
from common.web.pages import Figure
from common.web.services import ToolCard

FIGURE_DAYS = 30


def figure(session: Session, at: datetime) -> Figure | None:
    """Return how many accounts were scored lately."""
    count = queries.scored_since(session, at - timedelta(days=FIGURE_DAYS))
    formats = Formats()
    return Figure(formats.number(count), _("accounts scored in the last 30 days"), formats.date(at))


MANIFEST = Manifest(
    ToolCard(
        key="bot_detector",
        name=N_("Bot detector"),
        tagline=N_("How likely is it that an account is automated, how sure is that, and why."),
        audience=N_("For analysts of suspect accounts, on any platform."),
        hue="bot_detector",
        home="bots_home",
        methodology="bots_methodology",
        ready=True,
    ),
    routers=(api.router, pages.router),
    templates=Path(__file__).parent / "templates",
    job_kinds=jobs.JOB_KINDS,
    figure=figure,
    prepare=service.prepare,
    housekeeping=jobs.keep_house,
    demo=demo.fill,
)
