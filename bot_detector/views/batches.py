"""What the list of batches shows."""

from dataclasses import dataclass

from bot_detector.models import Batch
from bot_detector.views.words import FORMATS
from common.i18n import gettext as _
from common.i18n import ngettext
from common.paging import Page


@dataclass(frozen=True)
class BatchLine:
    """One batch in a list."""

    batch: Batch
    name: str
    accounts: str
    refused: str
    href: str
    delete: str
    may_change: bool


@dataclass(frozen=True)
class BatchesPage:
    """One's own batches, or everybody's for those who may see them."""

    lines: list[BatchLine]
    page: Page[Batch]
    everybody: bool
    may_see_all: bool
    page_range: str


def batch_name(batch: Batch) -> str:
    """Name a batch: what was uploaded, or that it was pasted."""
    return batch.name or _("Pasted text")


def batch_line(batch: Batch, *, href: str, delete: str, may_change: bool) -> BatchLine:
    """Return a batch as lists show it, with the addresses to see and to delete it."""
    refused = ngettext("%(count)s row refused", "%(count)s rows refused", batch.refused)
    return BatchLine(
        batch=batch,
        name=batch_name(batch),
        accounts=FORMATS.number(batch.scored),
        refused=refused % {"count": FORMATS.number(batch.refused)} if batch.refused else "",
        href=href,
        delete=delete,
        may_change=may_change,
    )
