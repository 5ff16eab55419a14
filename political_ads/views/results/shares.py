"""Figures of shares: the main question's classes, the further questions, advertisers, and what is worth a second look."""

from collections.abc import Iterator

from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.charts import bars
from political_ads.core.questionnaires import Asked
from political_ads.service.results import ENOUGH_DRAWN, Results
from political_ads.views.results.figures import FigureView, Wording, between, fmt, quoted, share_words

FEWEST = 1  # settled creatives, without which a figure has nothing to show


def classes_figure(results: Results, wording: Wording) -> FigureView:
    """The labels of the main question: share in the random set with its interval, beside what is settled."""
    names = {share.key: wording.of_class(results.main, share.key) for share in results.shares}
    estimates = {share.key: share.drawn or share.share for share in results.shares}
    highest = max(estimate.value for estimate in estimates.values())
    leading = [names[key] for key, estimate in estimates.items() if estimate.value == highest]
    drawn = results.finding is not None
    return FigureView(
        key="classes",
        title=_("The most frequent label is %(label)s: %(share)s")
        % {"label": quoted(leading), "share": fmt.percent(highest)},
        subtitle=wording.of_question(results.main),
        source=_by_set(results, wording),
        bars=bars(
            [
                (names[key], estimate.value, f"{fmt.percent(estimate.value)} ({between(estimate)})")
                for key, estimate in estimates.items()
            ],
            intervals=[(estimate.low, estimate.high) for estimate in estimates.values()],
        ),
        columns=(
            _("Label"),
            _("Labelled creatives"),
            _("Share of these"),
            _("In the random set, with its interval"),
        ),
        rows=tuple(
            (
                names[share.key],
                fmt.number(share.count),
                fmt.percent(share.share.value, 1),
                share_words(share.drawn) if share.drawn else _("too few drawn"),
            )
            for share in results.shares
        ),
        raw_columns=("label", "settled", "share_of_settled", "random_share", "random_low", "random_high"),
        raw=tuple(
            (
                share.key,
                share.count,
                share.share.value,
                *((share.drawn.value, share.drawn.low, share.drawn.high) if share.drawn else (None,) * 3),
            )
            for share in results.shares
        ),
        note="" if drawn else too_few(results),
    )


def too_few(results: Results) -> str:
    """Say that the random set does not carry a statement yet."""
    if not results.drawn:
        return _(
            "Fewer than %(enough)s creatives of the random set have an answer here; from %(enough)s on, shares are estimated from it. Until "
            "then these are shares of what happens to be labelled, which may be another mix."
        ) % {"enough": fmt.number(ENOUGH_DRAWN)}
    return _(
        "Only %(drawn)s creatives of the random set have an answer; from %(enough)s on, shares are estimated from it. Until then these "
        "are shares of what happens to be labelled, which may be another mix."
    ) % {"drawn": fmt.number(results.drawn), "enough": fmt.number(ENOUGH_DRAWN)}


def further_figures(results: Results, wording: Wording, asked: dict[str, Asked]) -> Iterator[FigureView]:
    """One figure for each further question that has labels: of several options how often each holds."""
    for question in wording.questionnaire.questions[1:]:
        own = [one for one in asked.values() if one.question == question.key and not one.soft]
        if not own:
            continue
        counts: dict[str, int] = {}
        answered = 0
        for one in own:
            for row in results.further.get(one.key, ()):
                key = one.option if one.option else row.label
                if one.option and row.label != "yes":
                    counts.setdefault(key, 0)
                else:
                    counts[key] = counts.get(key, 0) + row.count
            answered = max(answered, sum(row.count for row in results.further.get(one.key, ())))
        if answered >= FEWEST:
            yield _further_figure(own[0], counts, answered, wording)


def _further_figure(asked: Asked, counts: dict[str, int], answered: int, wording: Wording) -> FigureView:
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    names = {key: wording.of_class(asked, key) for key, _count in ordered}
    first = ordered[0]
    several = bool(asked.option)
    return FigureView(
        key=f"question-{asked.question}",
        title=_("%(label)s: %(count)s of %(all)s creatives")
        % {
            "label": names[first[0]],
            "count": fmt.number(first[1]),
            "all": fmt.number(answered),
        },
        subtitle=wording.of_question(asked)
        + (" " + _("Several answers can hold for one creative.") if several else ""),
        source=wording.source,
        bars=bars(
            [(names[key], float(count), fmt.number(count)) for key, count in ordered],
            top=float(max(1, first[1])),
        ),
        columns=(_("Answer"), _("Labelled creatives"), _("Share of these")),
        rows=tuple((names[key], fmt.number(count), fmt.percent(count / answered)) for key, count in ordered),
        raw_columns=("answer", "settled", "answered"),
        raw=tuple((key, count, answered) for key, count in ordered),
    )


def advertisers_figure(results: Results, wording: Wording) -> FigureView | None:
    """The pages with most labelled creatives, and how many of each have the labels that the first finding speaks of."""
    pages: dict[str, dict[str, int]] = {}
    for row in results.pages:
        pages.setdefault(row.name, {})[row.label] = row.count
    if not pages:
        return None
    sums = {page: sum(labels.values()) for page, labels in pages.items()}
    hits = {page: sum(labels.get(key, 0) for key in results.answered) for page, labels in pages.items()}
    first = next(iter(pages))
    keys = [share.key for share in results.shares]
    return FigureView(
        key="advertisers",
        title=ngettext(
            "%(page)s has %(count)s labelled creative, the most of all pages",
            "%(page)s has %(count)s labelled creatives, the most of all pages",
            sums[first],
        )
        % {"page": first, "count": fmt.number(sums[first])},
        subtitle=_("Labelled creatives by page, and the share with the label %(labels)s")
        % {"labels": quoted([wording.of_class(results.main, key) for key in results.answered])},
        source=wording.source,
        bars=bars(
            [
                (page, float(count), f"{fmt.number(count)} · {fmt.percent(hits[page] / count)}")
                for page, count in sums.items()
            ]
        ),
        columns=(_("Page"), *(wording.of_class(results.main, key) for key in keys)),
        rows=tuple(
            (page, *(fmt.number(labels.get(key, 0)) for key in keys)) for page, labels in pages.items()
        ),
        raw_columns=("page", *keys),
        raw=tuple((page, *(labels.get(key, 0) for key in keys)) for page, labels in pages.items()),
        note=_("Pages with a single labelled creative are not listed."),
    )


def soft_figure(results: Results, wording: Wording, asked: dict[str, Asked]) -> FigureView | None:
    """What some readers remarked: shares of readers with intervals, never labels."""
    found = {key: estimate for key, estimate in results.soft.items() if estimate.n}
    if not found:
        return None
    ordered = sorted(found, key=lambda key: (-found[key].value, key))
    names = {key: wording.of_option(asked[key]) for key in ordered}
    first = ordered[0]
    return FigureView(
        key="soft",
        title=_("Of 100 readers of an ad, about %(count)s say “%(label)s”")
        % {
            "count": fmt.number(round(100 * found[first].value, 1)),
            "label": names[first],
        },
        subtitle=_(
            "Mean share of an ad’s readers who said so, each weighted by what their answers tell; with its interval"
        ),
        source=_by_set(results, wording),
        bars=bars(
            [(names[key], found[key].value, share_words(found[key])) for key in ordered],
            intervals=[(found[key].low, found[key].high) for key in ordered],
        ),
        columns=(_("Remark"), _("Mean share of readers"), _("Interval"), _("Creatives")),
        rows=tuple(
            (
                names[key],
                fmt.percent(found[key].value, 1),
                between(found[key]),
                fmt.number(found[key].n),
            )
            for key in ordered
        ),
        raw_columns=("remark", "mean_share", "low", "high", "creatives"),
        raw=tuple((key, found[key].value, found[key].low, found[key].high, found[key].n) for key in ordered),
        note=_(
            "Even experts agree poorly on such remarks: Krippendorff’s alpha lies at about 0.07 to 0.2 in published data. So no ad gets "
            "a label here: only how many readers said it."
        ),
    )


def _by_set(results: Results, wording: Wording) -> str:
    if results.finding is None:
        return wording.source
    drawn = _("Shares from the random set: %(count)s creatives drawn whatever anybody said of them.") % {
        "count": fmt.number(results.drawn)
    }
    return f"{drawn} {wording.source}"
