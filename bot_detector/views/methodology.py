"""What the methodology page shows: the method in words, the measured figures, the cards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from bot_detector.core.artefact import Artefact
from bot_detector.core.evaluation_table import BOTOMETER_LITE, HELD_OUT, OURS, RULE, SHALLOW_TREE
from bot_detector.core.facts import ENOUGH_FIELDS
from bot_detector.core.features.registry import FEATURES
from bot_detector.core.gaps import FIELDS
from bot_detector.core.verdicts import ERROR_LEVEL
from bot_detector.sources.shipped import Evaluation
from bot_detector.views.base_rate import BaseRate, base_rate, rates_of
from bot_detector.views.words import FORMATS, percent_value, share
from bot_detector.wording import feature_label, group_words
from common.i18n import gettext as _
from common.web.charts import Bars, bars
from common.web.forms import Form


@dataclass(frozen=True)
class Compared:
    """Every method's area under the ROC curve on one set that it had never seen, in the order of `Measured.methods`."""

    dataset: str
    accounts: str
    aucs: list[str]


@dataclass(frozen=True)
class Figures:
    """The detector on one set, in words."""

    dataset: str
    accounts: str
    auc: str
    recall: str
    calibration: str
    wrongly: str


@dataclass(frozen=True)
class Measured:
    """The evaluation as the page shows it."""

    date: str
    bootstraps: str
    means: Bars | None
    mean_rows: list[tuple[str, str]]
    sets: int
    methods: list[str]
    compared: list[Compared]
    held_out: list[Figures]
    shipped: list[Figures]


@dataclass(frozen=True)
class MethodologyPage:
    """The page that a journalist can follow."""

    form: Form
    percent: str
    prevalence: str
    picture: BaseRate
    found: str
    wrongly: str
    error_level: str
    enough: int
    fields: int
    groups: list[tuple[str, str]]
    training: list[tuple[str, str, str]]
    model_version: str
    trained_at: str
    measured: Measured | None
    model_card: Markup
    data_card: Markup


def methodology_page(
    artefact: Artefact,
    prevalence: float,
    form: Form,
    *,
    evaluation: Evaluation | None,
    cards: tuple[str, str],
) -> MethodologyPage:
    """Put the page together."""
    found, wrongly = rates_of(artefact.calibration)
    trained_at = str(artefact.training.get("trained_at") or "")
    return MethodologyPage(
        form=form,
        percent=percent_value(prevalence),
        prevalence=share(prevalence),
        picture=base_rate(prevalence, found=found, wrongly=wrongly),
        found=FORMATS.percent(found),
        wrongly=FORMATS.percent(wrongly, 1),
        error_level=share(ERROR_LEVEL),
        enough=ENOUGH_FIELDS,
        fields=len(FIELDS),
        groups=_groups(),
        training=_training(artefact),
        model_version=artefact.version,
        trained_at=_day(trained_at),
        measured=_measured(evaluation) if evaluation else None,
        model_card=card_html(cards[0]),
        data_card=card_html(cards[1]),
    )


def _groups() -> list[tuple[str, str]]:
    """Return each group of features with what is measured in it."""
    names = dict.fromkeys(feature.group for feature in FEATURES)
    return [
        (group_words(group), ", ".join(feature_label(f.name) for f in FEATURES if f.group == group).lower())
        for group in names
    ]


def _training(artefact: Artefact) -> list[tuple[str, str, str]]:
    sets: dict[str, dict[str, int]] = artefact.training.get("sets", {})
    return [
        (name, FORMATS.number(sizes.get("human", 0)), FORMATS.number(sizes.get("automated", 0)))
        for name, sizes in sets.items()
    ]


def _day(text: str) -> str:
    try:
        return FORMATS.date(date.fromisoformat(text))
    except ValueError:
        return text


def _measured(evaluation: Evaluation) -> Measured:
    held_out = [row for row in evaluation.rows if row["mode"] == HELD_OUT]
    means = _means(held_out)
    return Measured(
        date=_day(evaluation.evaluated_at),
        bootstraps=FORMATS.number(evaluation.bootstraps),
        means=bars(
            [(name, value, FORMATS.number(value, 2)) for name, value in means],
            top=1.0,
            strong=frozenset({_model(OURS)}),
        )
        if means
        else None,
        mean_rows=[(name, FORMATS.number(value, 3)) for name, value in means],
        sets=len({row["dataset"] for row in held_out if row.get("auc") is not None}),
        methods=[name for name, _mean in means],
        compared=_compared(held_out, [name for name, _mean in means]),
        held_out=[_figures(row) for row in held_out if row["model"] == OURS and "auc" in row],
        shipped=[_figures(row) for row in evaluation.rows if row["mode"] != HELD_OUT],
    )


def _means(rows: Iterable[dict[str, Any]]) -> list[tuple[str, float]]:
    """Return each model's mean AUC over the held-out sets with both classes, best first."""
    values: dict[str, list[float]] = {}
    for row in rows:
        if row.get("auc") is not None:
            values.setdefault(row["model"], []).append(row["auc"])
    means = [(_model(name), sum(each) / len(each)) for name, each in values.items()]
    return sorted(means, key=lambda pair: -pair[1])


def _compared(rows: list[dict[str, Any]], methods: list[str]) -> list[Compared]:
    """Return one line per set, with each method's figure or a dash."""
    sets: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        sets.setdefault(row["dataset"], {})[_model(row["model"])] = row
    return [
        Compared(
            name,
            _accounts(next(iter(found.values()))),
            [_estimate(found.get(method, {}), "auc", percent=False) for method in methods],
        )
        for name, found in sets.items()
    ]


def _accounts(row: dict[str, Any]) -> str:
    return f"{FORMATS.number(row['humans'])} / {FORMATS.number(row['automated'])}"


def _model(name: str) -> str:
    words = {
        OURS: _("this detector"),
        BOTOMETER_LITE: _("20 published features, random forest (Yang et al. 2020)"),
        SHALLOW_TREE: _("a decision tree of two questions"),
        RULE: _("the rule of 2019"),
    }
    return words.get(name, name)


def _figures(row: dict[str, Any]) -> Figures:
    return Figures(
        dataset=row["dataset"],
        accounts=_accounts(row),
        auc=_estimate(row, "auc", percent=False),
        recall=_estimate(row, "recall_at_5", percent=True),
        calibration=_estimate(row, "ece_after", percent=False),
        wrongly="–" if row.get("false_positives") is None else FORMATS.percent(row["false_positives"], 1),
    )


def _estimate(row: dict[str, Any], name: str, *, percent: bool) -> str:
    """Write a figure with its interval."""
    value, low, high = row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high")
    if value is None:
        return "–"

    def words(number: float) -> str:
        return FORMATS.percent(number) if percent else FORMATS.number(number, 3 if name != "auc" else 2)

    return words(value) if low is None or high is None else f"{words(value)} ({words(low)}–{words(high)})"


def card_html(text: str) -> Markup:
    """Render a shipped card. Raw HTML in it stays text."""
    if not text:
        return Markup()
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"  # the page's own headings stand above
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - our own file, rendered without raw HTML
