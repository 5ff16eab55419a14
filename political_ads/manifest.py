"""The ads tool's part in the whole: announced, not yet built."""

from common.i18n import N_
from common.manifest import Manifest
from common.web.services import ToolCard

MANIFEST = Manifest(
    ToolCard(
        key="political_ads",
        name=N_("Political ads"),
        tagline=N_(
            "Many volunteers label real advertisements; their answers become one label with a known confidence."
        ),
        audience=N_("For volunteers, and for the researchers who use their work."),
        hue="political_ads",
    )
)
