"""The dashboard's parts in their order: the first finding, then sections of figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.i18n import gettext as _
from common.i18n import ngettext
from political_ads.core.aggregation.ensemble import MEMBERS
from political_ads.models import Campaign
from political_ads.queries.questionnaires import Version
from political_ads.service.results import Results
from political_ads.views.results.doubt import entropy_figure, model_figure
from political_ads.views.results.figures import FigureView, Wording, between, fmt, quoted
from political_ads.views.results.quantities import (
    days_figure,
    impressions_figure,
    months_figure,
    spend_figures,
)
from political_ads.views.results.shares import (
    advertisers_figure,
    classes_figure,
    further_figures,
    soft_figure,
    too_few,
)


@dataclass(frozen=True)
class Section:
    """Some figures under one heading."""

    key: str
    title: str
    words: str
    figures: tuple[FigureView, ...]


@dataclass(frozen=True)
class Finding:
    """The first thing that one reads: a sentence, how it was found, and what it is not."""

    sentence: str
    range: str
    basis: str
    beside: str


def wording_of(version: Version, campaign: Campaign, results: Results) -> Wording:
    """Return the words of the campaign's questionnaire, and the line on how its figures were made."""
    return Wording(version.content, _source(campaign, results))


def finding_of(results: Results, wording: Wording) -> Finding:
    """Return the first finding, from the random set where it is large enough."""
    labels = quoted([wording.of_class(results.main, key) for key in results.answered])
    raw = _(
        "Of the creatives labelled so far: %(share)s (%(n)s). They are not a fair sample: volunteers see first what is nearest to done, or where the model is least sure."
    ) % {
        "share": fmt.percent(results.raw.value),
        "n": fmt.number(results.raw.n),
    }
    if results.finding is None:
        return Finding(
            _("%(share)s of the creatives labelled so far have the label %(labels)s")
            % {
                "share": fmt.percent(results.raw.value),
                "labels": labels,
            },
            "",
            too_few(results),
            "",
        )
    return Finding(
        _("%(share)s of the creatives have the label %(labels)s")
        % {
            "share": fmt.percent(results.finding.value),
            "labels": labels,
        },
        _("interval: %(interval)s") % {"interval": between(results.finding)},
        _(
            "Estimated from the random set: %(drawn)s creatives drawn uniformly, whatever anybody or any model said of them. The interval (95%%) holds the luck of the draw and what is not known of each creative."
        )
        % {"drawn": fmt.number(results.drawn)},
        raw,
    )


def sections_of(results: Results, wording: Wording, version: Version) -> Iterator[Section]:
    """Return all sections, those without a figure too."""
    asked = version.asked
    yield Section(
        "labels",
        _("What the ads are"),
        "",
        (classes_figure(results, wording),) if results.standing.answers or results.drawn else (),
    )
    yield Section("further", _("What they say and ask"), "", tuple(further_figures(results, wording, asked)))
    pages = advertisers_figure(results, wording)
    shown = impressions_figure(results, wording)
    yield Section(
        "advertisers",
        _("By whom, and how much"),
        _(
            "Platforms give spend and impressions as ranges, or not at all; what is not known is counted as not known."
        ),
        (*filter(None, (pages,)), *spend_figures(results, wording), *filter(None, (shown,))),
    )
    months, days = months_figure(results, wording), days_figure(results, wording)
    yield Section("time", _("Over time"), "", tuple(filter(None, (months, days))))
    doubt = entropy_figure(results, wording)
    yield Section("doubt", _("Where people differ"), "", tuple(filter(None, (doubt,))))
    soft = soft_figure(results, wording, asked)
    yield Section("remarks", _("What some readers remarked"), "", tuple(filter(None, (soft,))))
    model = model_figure(results, wording)
    yield Section("model", _("People and the classifier"), "", tuple(filter(None, (model,))))


def _source(campaign: Campaign, results: Results) -> str:
    n = ngettext("%(count)s labelled creative", "%(count)s labelled creatives", results.standing.settled) % {
        "count": fmt.number(results.standing.settled)
    }
    when = fmt.datetime(results.at)
    if campaign.aggregated_at is None:
        return _(
            "%(n)s, %(when)s. Labels follow each answer as it comes; not reconciled with all others yet."
        ) % {
            "n": n,
            "when": when,
        }
    return _(
        "%(n)s, %(when)s. Mean of %(models)s estimates, volunteers weighed by their reliability; last reconciled on %(day)s."
    ) % {
        "n": n,
        "when": when,
        "day": fmt.datetime(campaign.aggregated_at),
        "models": fmt.number(len(MEMBERS) + 1),  # and the plain shares of the answers
    }
