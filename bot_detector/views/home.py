"""What the first page shows."""

from dataclasses import dataclass

from bot_detector.sources.formats import FORMATS
from bot_detector.views.batches import BatchLine
from bot_detector.views.examples import ShownExample
from common.i18n import gettext as _
from common.web.forms import Form


@dataclass(frozen=True)
class HomePage:
    """The form with what was typed, the examples, and one's own recent batches."""

    form: Form
    may_score: bool
    default_percent: str
    default_prevalence: float
    formats: list[tuple[str, str]]
    examples: list[ShownExample]
    recent: list[BatchLine]
    most_megabytes: int
    most_rows: int
    kept_days: int


def format_options() -> list[tuple[str, str]]:
    """Return the formats as the form's choices."""
    return [(code, _(words)) for code, words in FORMATS.items()]
