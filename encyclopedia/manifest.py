"""The encyclopedia's part in the whole: announced, not yet built."""

from common.i18n import N_
from common.manifest import Manifest
from common.web.services import ToolCard

MANIFEST = Manifest(
    ToolCard(
        key="encyclopedia",
        name=N_("Encyclopedia"),
        tagline=N_("Practices, tools, actors and case studies: sourced, dated, reviewed, in two languages."),
        audience=N_("For researchers who write down what works."),
        hue="encyclopedia",
    )
)
