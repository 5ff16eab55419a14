"""What a batch's page shows: the finding, the likelihoods as a histogram, the counts, the table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot_detector.core.verdicts import ERROR_LEVEL
from bot_detector.models import Batch, StoredScore
from bot_detector.schemas import Verdict
from bot_detector.service import Stage
from bot_detector.views.batches import batch_name
from bot_detector.views.pager import ListState
from bot_detector.views.progress import Progress
from bot_detector.views.words import FORMATS, account_name, interval, likelihood, platform_name, share
from bot_detector.wording import verdict_words
from common.i18n import gettext as _
from common.i18n import ngettext
from common.paging import Page
from common.web.charts import Histogram, histogram
from common.web.charts.axis import likelihood_step

SHOWN_REJECTS = 20


@dataclass(frozen=True)
class VerdictCount:
    """How many accounts have a verdict, and the address that shows them alone."""

    code: str
    word: str
    count: int
    share: str
    href: str
    current: bool


@dataclass(frozen=True)
class Line:
    """One account in the table; positions in percent of the small plot."""

    name: str
    href: str
    platform: str
    likelihood: str
    interval: str
    has_score: bool
    point: float
    low: float
    width: float
    step: int
    verdict: str
    verdict_word: str
    unusual: bool
    declared: bool


@dataclass(frozen=True)
class Results:
    """What is there once something was scored."""

    finding: str
    chance: str
    counts: list[VerdictCount]
    histogram: Histogram | None
    histogram_rows: list[tuple[str, str]]
    lines: list[Line]
    columns: list[dict[str, object]]
    page: Page[StoredScore]
    page_href: str
    page_range: str
    count_words: str


@dataclass(frozen=True)
class BatchPage:
    """Where the work stands, and what came out so far; `results` is None before the first account."""

    batch: Batch
    name: str
    stage: Stage
    progress: Progress | None
    results: Results | None
    state: ListState
    verdict_options: list[tuple[str, str]]
    rejects: list[dict[str, object]]
    may_change: bool
    prevalence: str
    error: str


def batch_page(
    batch: Batch,
    stage: Stage,
    state: ListState,
    results: Results | None,
    *,
    progress: Progress | None,
    error: str,
    may_change: bool,
) -> BatchPage:
    """Put a batch's page together."""
    every = [("", _("every verdict")), *((verdict.value, verdict_words(verdict)) for verdict in Verdict)]
    return BatchPage(
        batch=batch,
        name=batch_name(batch),
        stage=stage,
        progress=progress,
        results=results,
        state=state,
        verdict_options=every,
        rejects=batch.rejects[:SHOWN_REJECTS],
        may_change=may_change,
        prevalence=share(batch.prevalence),
        error=_failure(stage, error),
    )


def _failure(stage: Stage, error: str) -> str:
    """Say why the work ended before its time; the inside of a failure is for the log, not for the reader."""
    if stage is not Stage.FAILED:
        return ""
    unknown = _("This is our fault, and it was noted. What was scored before is kept.")
    return error if error and error != "internal" else unknown


def finding(counts: Mapping[Verdict, int]) -> str:
    """Say in one sentence what came out of a batch."""
    total = sum(counts.values())
    marked = counts[Verdict.LIKELY_AUTOMATED]
    if total == counts[Verdict.INSUFFICIENT_DATA]:
        return _("Too little is known of these accounts for a score")
    if not marked:
        return ngettext(
            "The account does not stand out as likely automated",
            "None of %(total)s accounts stands out as likely automated",
            total,
        ) % {"total": FORMATS.number(total)}
    return ngettext(
        "%(marked)s of %(total)s accounts is likely automated",
        "%(marked)s of %(total)s accounts are likely automated",
        marked,
    ) % {"marked": FORMATS.number(marked), "total": FORMATS.number(total)}


def chance(counts: Mapping[Verdict, int]) -> str:
    """Say how many would get the verdict if every account were run by a person: the error level, made concrete."""
    scored = sum(counts.values()) - counts[Verdict.INSUFFICIENT_DATA]
    expected = round(scored * ERROR_LEVEL)
    if expected < 1:
        return ""
    return _(
        "The verdict’s stated error level is %(level)s: if all %(scored)s accounts were run by people like the reference humans, "
        "up to about %(expected)s would still be called “likely automated”."
    ) % {"level": share(ERROR_LEVEL), "scored": FORMATS.number(scored), "expected": FORMATS.number(expected)}


def verdict_counts(
    counts: Mapping[Verdict, int], state: ListState, link: Callable[[dict[str, str]], str]
) -> list[VerdictCount]:
    """Return the counts as links; a click on the one that holds shows all again."""
    total = sum(counts.values()) or 1
    shown = []
    for verdict, count in counts.items():
        current = state.verdict == verdict.value
        href = link(state.query(verdict="" if current else verdict.value))
        part = FORMATS.percent(count / total)
        shown.append(VerdictCount(verdict.value, verdict_words(verdict), count, part, href, current))
    return shown


def likelihood_histogram(bins: Sequence[int]) -> tuple[Histogram | None, list[tuple[str, str]]]:
    """Lay out the counts of equal bins of the likelihood, and the same as rows of a table."""
    if not sum(bins):
        return None, []
    drawn = histogram(
        bins,
        low=0,
        high=1,
        x_words=FORMATS.percent,
        y_words=lambda count: FORMATS.number(count, 0),
        likelihood=True,
    )
    size = 1 / len(bins)
    rows = [
        (f"{FORMATS.percent(n * size)}–{FORMATS.percent((n + 1) * size)}", FORMATS.number(count))
        for n, count in enumerate(bins)
    ]
    return drawn, rows


def line_of(score: StoredScore, href: str) -> Line:
    """Return one account as the table shows it."""
    point, low, high = score.probability, score.low, score.high
    return Line(
        name=account_name(score),
        href=href,
        platform=platform_name(score.platform),
        likelihood=likelihood(point),
        interval=interval(low, high),
        has_score=point is not None,
        point=round(100 * (point or 0), 2),
        low=round(100 * (low or 0), 2),
        width=round(100 * ((high or 0) - (low or 0)), 2),
        step=likelihood_step(point or 0),
        verdict=score.verdict,
        verdict_word=verdict_words(Verdict(score.verdict)),
        unusual=score.out_of_distribution,
        declared=score.declared_automation,
    )


def results_of(
    counts: Mapping[Verdict, int],
    bins: Sequence[int],
    page: Page[StoredScore],
    state: ListState,
    *,
    link: Callable[[dict[str, str]], str],
    score_link: Callable[[StoredScore], str],
) -> Results | None:
    """Put together what is shown of a batch's scores; None where there is none yet."""
    total = sum(counts.values())
    if not total:
        return None
    drawn, rows = likelihood_histogram(bins)
    return Results(
        finding=finding(counts),
        chance=chance(counts),
        counts=verdict_counts(counts, state, link),
        histogram=drawn,
        histogram_rows=rows,
        lines=[line_of(score, score_link(score)) for score in page.items],
        columns=[
            state.sort_column("handle", _("Account"), link),
            state.sort_column("platform", _("Platform"), link),
            state.sort_column("probability", _("Likelihood"), link, numeric=True),
            state.sort_column("verdict", _("Verdict"), link),
            {"label": _("To note")},
        ],
        page=page,
        page_href=link(state.query(page="PAGE")).replace("PAGE", "{page}"),
        page_range=_("%(first)s–%(last)s of %(total)s")
        % {
            "first": FORMATS.number(page.first),
            "last": FORMATS.number(page.last),
            "total": FORMATS.number(page.total),
        },
        count_words=ngettext("%(count)s account", "%(count)s accounts", page.total)
        % {"count": FORMATS.number(page.total)},
    )
