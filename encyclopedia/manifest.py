"""The encyclopedia's part in the whole."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from common.i18n import N_
from common.i18n import gettext as _
from common.manifest import Manifest
from common.web.formats import Formats
from common.web.pages import Figure
from common.web.services import ToolCard
from encyclopedia import api, demo, jobs, pages
from encyclopedia.queries.entries import count_entries
from encyclopedia.service import outside


def figure(session: Session, at: datetime) -> Figure | None:
    """Return how many entries there are."""
    formats = Formats()
    return Figure(formats.number(count_entries(session)), _("entries, sourced and dated"), formats.date(at))


MANIFEST = Manifest(
    ToolCard(
        key="encyclopedia",
        name=N_("Encyclopedia"),
        tagline=N_("Practices, tools, actors and case studies: sourced, dated, reviewed, in two languages."),
        audience=N_("For researchers who write down what works."),
        hue="encyclopedia",
        home="encyclopedia_home",
        methodology="encyclopedia_methodology",
        ready=True,
    ),
    routers=(api.router, pages.router),
    templates=Path(__file__).parent / "templates",
    job_kinds=jobs.JOB_KINDS,
    figure=figure,
    prepare=outside.prepare,
    housekeeping=jobs.keep_house,
    sitemap="/encyclopedia/sitemap.xml",
    demo=demo.fill,
)
