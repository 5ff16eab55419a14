"""Demonstration accounts, all invented for this project, scored by the shipped model as any others would be."""

from pathlib import Path

from bot_detector.service import Given, detector_of, take_in
from bot_detector.sources.uploads import keep_upload
from common.i18n import gettext as _
from common.manifest import DemoPeople
from common.web.services import Services

ACCOUNTS = Path(__file__).parent / "demonstration" / "accounts.jsonl"
PREVALENCE = 0.25  # the demonstration's analyst looks at accounts that were reported to them


def fill(services: Services, people: DemoPeople) -> None:
    """Score the demonstration's file as its analyst."""
    with ACCOUNTS.open("rb") as file:
        upload, size = keep_upload(detector_of(services).uploads, file)
    given = Given(_("Demonstration: accounts reported by readers"), upload, size, PREVALENCE)
    take_in(services, people.analyst, given)
