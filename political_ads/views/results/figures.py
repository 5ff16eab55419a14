"""A figure: a drawing, the finding as its title, and the numbers behind it, in words and raw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.charts import Bars, Histogram, LineChart
from common.web.formats import Formats
from political_ads.core.questionnaires import Asked
from political_ads.core.shares import Estimate
from political_ads.schemas import CANNOT_TELL, Questionnaire, in_language

fmt = Formats()
Raw = str | int | float | None
LONGEST_KEY = 60  # characters of a class's words in a sentence


@dataclass(frozen=True)
class FigureView:
    """One figure. `rows` are for readers, `raw` for files; of the drawings one is there, or none: then the table is shown open."""

    key: str
    title: str
    subtitle: str
    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    raw_columns: tuple[str, ...]
    raw: tuple[tuple[Raw, ...], ...]
    bars: Bars | None = None
    histogram: Histogram | None = None
    lines: LineChart | None = None
    x_label: str = ""
    y_label: str = ""
    note: str = ""


@dataclass(frozen=True)
class Wording:
    """The words of a questionnaire, and the line that says how the figures were made."""

    questionnaire: Questionnaire
    source: str

    def of_class(self, asked: Asked, key: str) -> str:
        """Return a class in words; an empty one is a tie."""
        if not key:
            return _("No answer leads")
        if key == CANNOT_TELL:
            return _("Cannot tell")
        question = self.questionnaire.question(asked.question)
        option = question.option(key) if question else None
        if option:
            return in_language(option.label, current_locale())
        return {"yes": _("yes"), "no": _("no")}.get(key, key)

    def of_question(self, asked: Asked) -> str:
        """Return a question's own words."""
        question = self.questionnaire.question(asked.question)
        return in_language(question.text, current_locale()) if question else asked.question

    def of_option(self, asked: Asked) -> str:
        """Return the words of the option that a yes-or-no question is about, else the question's."""
        question = self.questionnaire.question(asked.question)
        option = question.option(asked.option) if question and asked.option else None
        return in_language(option.label, current_locale()) if option else self.of_question(asked)


def between(estimate: Estimate) -> str:
    """Write an interval: 58–66 %."""
    return _("%(low)s to %(high)s") % {
        "low": fmt.percent(estimate.low),
        "high": fmt.percent(estimate.high),
    }


def share_words(estimate: Estimate) -> str:
    """Write a share with its interval."""
    return f"{fmt.percent(estimate.value)} ({between(estimate)})"


def quoted(words: Sequence[str]) -> str:
    """Write classes one after the other, in quotation marks: “A” or “B”."""
    marked = [_("“%(words)s”") % {"words": word[:LONGEST_KEY]} for word in words]
    if len(marked) < 2:
        return "".join(marked)
    return _("%(these)s or %(last)s") % {"these": ", ".join(marked[:-1]), "last": marked[-1]}


def table_rows(names: Mapping[str, str], counts: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Return (name, count) rows in the order of the names."""
    return tuple((name, fmt.number(counts.get(key, 0))) for key, name in names.items())
