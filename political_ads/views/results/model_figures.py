"""The figures of the model's page: learning curve, reliability diagram, confusion, languages."""

from collections.abc import Callable, Iterator
from typing import Any

from common.i18n import gettext as _
from common.web.charts import line_chart
from political_ads.views.library import language_name
from political_ads.views.results.figures import FigureView, fmt

Words = Callable[[str], str]
STILL_GROWING = 0.02  # macro-F1 between the last two points of the curve


def figures_of_model(report: dict[str, Any], words: Words, source: str) -> Iterator[FigureView]:
    """Return the figures of a report, as far as each could be measured."""
    if len(report["curve"]) > 1:
        yield _curve(report["curve"], source)
    if report["calibration"]:
        yield _calibration(report, source)
    yield _confusion(report, words, source)
    if len(report["by_language"]) > 1:
        yield _languages(report["by_language"], source)


def _curve(points: list[dict[str, Any]], source: str) -> FigureView:
    first, before, last = points[0], points[-2], points[-1]
    told = {"first": _f1(first["macro_f1"]), "last": _f1(last["macro_f1"]), "size": fmt.number(last["size"])}
    growing = last["macro_f1"] - before["macro_f1"] > STILL_GROWING
    return FigureView(
        key="curve",
        title=(
            _("More labels still help: from %(first)s to %(last)s with %(size)s")
            if growing
            else _("More labels hardly help any more: %(last)s with %(size)s")
        )
        % told,
        subtitle=_(
            "Macro-F1 (mean over the answers; 1 is perfect) on advertisers held out, by the number of labelled ads learned from"
        ),
        source=source,
        lines=line_chart(
            [(_("macro-F1"), [(float(each["size"]), each["macro_f1"]) for each in points])],
            x=(0.0, float(last["size"])),
            y=(0.0, 1.0),
            x_words=fmt.number,
            y_words=_f1,
        ),
        x_label=_("labelled ads"),
        y_label=_("macro-F1"),
        columns=(_("Labelled ads"), _("macro-F1")),
        rows=tuple((fmt.number(each["size"]), _f1(each["macro_f1"])) for each in points),
        raw_columns=("labelled", "macro_f1"),
        raw=tuple((each["size"], each["macro_f1"]) for each in points),
    )


def _calibration(report: dict[str, Any], source: str) -> FigureView:
    bins, error = report["calibration"], report["held_out"]["ece"]
    total = sum(each["n"] for each in bins)
    gap = sum(each["n"] * abs(each["stated"] - each["observed"]) for each in bins) / total
    return FigureView(
        key="calibration",
        title=_("Its probabilities are off by %(gap)s on average") % {"gap": _points(gap)},
        subtitle=_(
            "What the model states, in tenths, and how probable the volunteers’ answers make it; all answers together"
        ),
        source=source,
        lines=line_chart(
            [
                (_("Observed"), [(each["stated"], each["observed"]) for each in bins]),
                (_("As stated"), [(0.0, 0.0), (1.0, 1.0)]),
            ],
            x=(0, 1),
            y=(0, 1),
            x_words=fmt.percent,
            y_words=fmt.percent,
        ),
        x_label=_("stated by the model"),
        y_label=_("by volunteers"),
        columns=(_("Stated"), _("Observed"), _("Probabilities")),
        rows=tuple(
            (fmt.percent(each["stated"]), fmt.percent(each["observed"]), fmt.number(each["n"]))
            for each in bins
        ),
        raw_columns=("stated", "observed", "n"),
        raw=tuple((each["stated"], each["observed"], each["n"]) for each in bins),
        note=_("Against the volunteers’ likeliest answer, the expected calibration error is %(error)s.")
        % {"error": fmt.number(error, 3)}
        if error is not None
        else "",
    )


def _confusion(report: dict[str, Any], words: Words, source: str) -> FigureView:
    classes, table = report["classes"], report["confusion"]
    names = [words(name) for name in classes]
    wrong = [
        (table[row][column], row, column)
        for row in range(len(names))
        for column in range(len(names))
        if row != column
    ]
    most, row, column = max(wrong)
    title = (
        _("Most often mistaken: “%(said)s” for what people call “%(people)s” (%(count)s)")
        % {"said": names[row], "people": names[column], "count": fmt.number(most)}
        if most
        else _("No answer is mistaken for another")
    )
    return FigureView(
        key="confusion",
        title=title,
        subtitle=_(
            "All labelled ads, each judged by a model that never saw its advertiser: rows what it guesses, columns what people say"
        ),
        source=source,
        columns=(_("Model"), *names),
        rows=tuple(
            (name, *(fmt.number(count) for count in counts))
            for name, counts in zip(names, table, strict=True)
        ),
        raw_columns=("model", *classes),
        raw=tuple((name, *counts) for name, counts in zip(classes, table, strict=True)),
    )


def _languages(found: dict[str, dict[str, float | None]], source: str) -> FigureView:
    ranked = sorted(found.items(), key=lambda row: row[1]["macro_f1"] or 0.0)
    names = {language: language_name(language) if language else _("unknown") for language in found}
    worst, best = (_f1(ranked[place][1]["macro_f1"]) for place in (0, -1))
    return FigureView(
        key="languages",
        title=_("It does alike in all languages (%(figure)s)") % {"figure": best}
        if worst == best
        else _("It does best in %(best)s (%(high)s), worst in %(worst)s (%(low)s)")
        % {"best": names[ranked[-1][0]], "high": best, "worst": names[ranked[0][0]], "low": worst},
        subtitle=_("Languages with thirty labelled ads or more"),
        source=source,
        columns=(_("Language"), _("Ads"), _("macro-F1"), _("AUC"), _("Calibration error")),
        rows=tuple(
            (
                names[language],
                fmt.number(each["rows"] or 0),
                *(_f1(each[name]) for name in ("macro_f1", "auc", "ece")),
            )
            for language, each in ranked
        ),
        raw_columns=("language", "ads", "macro_f1", "auc", "ece"),
        raw=tuple(
            (language, each["rows"], each["macro_f1"], each["auc"], each["ece"]) for language, each in ranked
        ),
    )


def _f1(value: float | None) -> str:
    return "–" if value is None else fmt.number(value, 2)


def _points(gap: float) -> str:
    return _("%(count)s percentage points") % {"count": fmt.number(100 * gap, 1)}
