"""The ads tool's part in the whole."""

from pathlib import Path

from common.i18n import N_
from common.manifest import Manifest
from common.web.services import ToolCard
from political_ads import api, demo, jobs, pages
from political_ads.service.campaign_cards import figure

MANIFEST = Manifest(
    ToolCard(
        key="political_ads",
        name=N_("Political ads"),
        tagline=N_(
            "Many volunteers label real advertisements; their answers become one label with a known confidence."
        ),
        audience=N_("For volunteers, and for the researchers who use their work."),
        hue="political_ads",
        home="ads_home",
        methodology="ads_methodology",
        ready=True,
    ),
    routers=(api.router, pages.router),
    templates=Path(__file__).parent / "templates",
    job_kinds=jobs.JOB_KINDS,
    housekeeping=jobs.keep_house,
    figure=figure,
    demo=demo.fill,
)
