"""The bot detector's part in the whole."""

from pathlib import Path

from common.i18n import N_
from common.manifest import Manifest
from common.web.services import ToolCard

MANIFEST = Manifest(
    ToolCard(
        key="bot_detector",
        name=N_("Bot detector"),
        tagline=N_("How likely is it that an account is automated, how sure is that, and why."),
        audience=N_("For analysts of suspect accounts, on any platform."),
        hue="bot_detector",
        home="portal",
        ready=True,
    ),
    templates=Path(__file__).parent / "templates",
)
