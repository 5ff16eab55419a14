"""The agreement page: coefficients per question with intervals, over time, what they mean, and how much volunteers' answers tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from common.i18n import current_locale
from common.i18n import gettext as _
from common.statistics.agreement import Agreement
from common.web.charts import histogram, line_chart
from political_ads.models import Campaign
from political_ads.queries.questionnaires import Version
from political_ads.schemas import in_language
from political_ads.service.agreement import LEAST_ITEMS, LEAST_SHOWN, CampaignAgreement, QuestionAgreement
from political_ads.views.results.figures import FigureView, Wording, fmt

RELIABLE, TENTATIVE = (
    0.8,
    0.667,
)  # Krippendorff (2004), "Reliability in content analysis", DOI 10.1111/j.1468-2958.2004.tb00738.x
MODEST = 0.2  # what is published of experts on questions that divide them
BINS = 10


@dataclass(frozen=True)
class AgreementLine:
    """One (sub-)question."""

    question: str
    option: str
    alpha: str
    interval: str
    kappa: str
    n: str
    words: str
    place: float | None  # of alpha on a scale from 0 to 1, in percent
    low: float
    high: float
    soft: bool


@dataclass(frozen=True)
class AgreementPage:
    """The page."""

    slug: str
    title: str
    finding: str
    meaning: str
    lines: tuple[AgreementLine, ...]
    weeks: FigureView | None
    spammers: FigureView | None
    spammers_note: str
    contributors: str
    computed: str
    least: str


def agreement_page(campaign: Campaign, version: Version, found: CampaignAgreement) -> AgreementPage:
    """Put the page together."""
    source = _("Computed on %(when)s from the answers that count.") % {"when": fmt.datetime(found.at)}
    wording = Wording(version.content, source)
    main = next(one for one in found.questions if one.asked.key == version.content.main.key)
    shown = found.contributors >= LEAST_SHOWN
    return AgreementPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        finding=_finding(main, wording),
        meaning=meaning_of(main.alpha),
        lines=tuple(_lines(found.questions, wording)),
        weeks=_weeks(found, wording),
        spammers=_spammers(found, wording),
        spammers_note="" if found.spammers else _spammers_note(campaign, enough=shown),
        contributors=fmt.number(found.contributors)
        if shown
        else _("fewer than %(few)s") % {"few": LEAST_SHOWN},
        computed=source,
        least=fmt.number(LEAST_ITEMS),
    )


def meaning_of(alpha: Agreement | None, *, soft: bool = False) -> str:
    """Say in words what a coefficient means; the lower end of its interval decides, since the value may be luck."""
    if alpha is None or isnan(alpha.value):
        return _("Too little has been answered to say how far people agree.")
    if soft:
        return _("Published as a share of readers, however far they agree.")
    sure = alpha.value if isnan(alpha.low) else alpha.low
    steps = (
        (sure >= RELIABLE, _("Good: conclusions can be drawn from single labels.")),
        (sure >= TENTATIVE, _("Fair: good enough for tentative conclusions.")),
        (
            alpha.value >= TENTATIVE,
            _("Not certain yet: it may be fair, and it may be less; more answers will tell."),
        ),
        (alpha.value > MODEST, _("Modest: use shares over many ads, not single labels.")),
    )
    poor = _(
        "Poor: people hardly agree more than by chance. Read this as a poll of opinions, never as a label."
    )
    return next((words for holds, words in steps if holds), poor)


def number(value: float) -> str:
    """Write a coefficient; nothing where it could not be computed."""
    return "–" if isnan(value) else fmt.number(value, 2).replace("-", "−")


def _finding(main: QuestionAgreement, wording: Wording) -> str:
    question = wording.of_question(main.asked)
    if main.alpha is None or isnan(main.alpha.value):
        return _("It is too early to say how far volunteers agree on “%(question)s”") % {"question": question}
    return _("On “%(question)s” volunteers reach an alpha of %(alpha)s (%(low)s to %(high)s)") % {
        "question": question,
        "alpha": number(main.alpha.value),
        "low": number(main.alpha.low),
        "high": number(main.alpha.high),
    }


def _lines(questions: Sequence[QuestionAgreement], wording: Wording) -> Iterator[AgreementLine]:
    for one in questions:
        if not one.answers:
            continue
        alpha, known = one.alpha, one.alpha is not None and not isnan(one.alpha.value)
        yield AgreementLine(
            question=wording.of_question(one.asked),
            option=wording.of_option(one.asked) if one.asked.option else "",
            alpha=number(alpha.value) if alpha and known else "–",
            interval=f"{number(alpha.low)} … {number(alpha.high)}" if alpha and known else "",
            kappa=number(one.kappa.value) if one.kappa else "–",
            n=_("%(items)s creatives, %(answers)s answers")
            % {
                "items": fmt.number(one.items),
                "answers": fmt.number(one.answers),
            },
            words=meaning_of(alpha, soft=one.asked.soft),
            place=_place(alpha.value) if alpha and known else None,
            low=_place(alpha.low) if alpha and known else 0.0,
            high=_place(alpha.high) if alpha and known else 0.0,
            soft=one.asked.soft,
        )


def _place(value: float) -> float:
    return round(100 * min(1.0, max(0.0, 0.0 if isnan(value) else value)), 2)


def _weeks(found: CampaignAgreement, wording: Wording) -> FigureView | None:
    weeks = [week for week in found.weeks if not isnan(week.alpha.value)]
    if len(weeks) < 2:
        return None
    first, last = weeks[0], weeks[-1]
    span = (last.begins - first.begins).days
    places = [float((week.begins - first.begins).days) for week in weeks]
    lowest = min(0.0, *(week.alpha.low for week in weeks if not isnan(week.alpha.low)))
    days = {place: week.begins for place, week in zip(places, weeks, strict=True)}

    def week_words(place: float) -> str:
        nearest = min(days, key=lambda known: abs(known - place))
        return fmt.date(days[nearest])

    return FigureView(
        key="weeks",
        title=_("Agreement was %(first)s in the first week and is %(last)s in the last")
        % {
            "first": number(first.alpha.value),
            "last": number(last.alpha.value),
        },
        subtitle=_(
            "Krippendorff’s alpha of the first question among the answers of each week, with its interval"
        ),
        source=wording.source,
        lines=line_chart(
            [(_("alpha"), [(place, week.alpha.value) for place, week in zip(places, weeks, strict=True)])],
            x=(0, max(1, span)),
            y=(lowest, 1.0),
            x_words=week_words,
            y_words=lambda value: number(value),
            band=(
                [
                    (place, _or(week.alpha.low, week.alpha.value))
                    for place, week in zip(places, weeks, strict=True)
                ],
                [
                    (place, _or(week.alpha.high, week.alpha.value))
                    for place, week in zip(places, weeks, strict=True)
                ],
            ),
        ),
        x_label=_("week"),
        y_label=_("alpha"),
        columns=(_("Week from"), _("alpha"), _("Interval"), _("Creatives")),
        rows=tuple(
            (
                fmt.date(week.begins),
                number(week.alpha.value),
                f"{number(week.alpha.low)} … {number(week.alpha.high)}",
                fmt.number(week.alpha.items),
            )
            for week in weeks
        ),
        raw_columns=("week", "alpha", "low", "high", "creatives"),
        raw=tuple(
            (week.begins.isoformat(), week.alpha.value, week.alpha.low, week.alpha.high, week.alpha.items)
            for week in weeks
        ),
    )


def _or(value: float, otherwise: float) -> float:
    return otherwise if isnan(value) else value


def _spammers(found: CampaignAgreement, wording: Wording) -> FigureView | None:
    if not found.spammers:
        return None
    counts = [0] * BINS
    for score in found.spammers:
        counts[min(BINS - 1, max(0, int(score * BINS)))] += 1
    return FigureView(
        key="spammers",
        title=_("The answers of %(count)s of %(all)s volunteers tell little about the ads")
        % {
            "count": fmt.number(counts[0]),
            "all": fmt.number(len(found.spammers)),
        },
        subtitle=_(
            "Volunteers by how much their answers to the first question tell: 0 nothing, 1 everything (Raykar and Yu’s score)"
        ),
        source=wording.source,
        histogram=histogram(
            counts, low=0, high=1, x_words=lambda value: fmt.number(value, 1), y_words=fmt.number
        ),
        x_label=_("score"),
        y_label=_("volunteers"),
        columns=(_("Score"), _("Volunteers")),
        rows=tuple(
            (f"{n / BINS:.1f}–{(n + 1) / BINS:.1f}", fmt.number(count)) for n, count in enumerate(counts)
        ),
        raw_columns=("score_from", "score_to", "volunteers"),
        raw=tuple((n / BINS, (n + 1) / BINS, count) for n, count in enumerate(counts)),
    )


def _spammers_note(campaign: Campaign, *, enough: bool) -> str:
    if not enough:
        return _("With so few volunteers, a distribution would be about persons; it is not shown.")
    if campaign.aggregated_at is None:
        return _("It is computed when all answers are reconciled, which has not happened yet.")
    return _("The last reconciliation found too few answers per volunteer.")
