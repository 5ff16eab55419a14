"""Campaigns at a glance, and one campaign's desk: state, progress, what waits for somebody, what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.paging import Page as Paged
from common.web.charts import Scale
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.models import Campaign, LogLine, QuestionnaireVersion
from political_ads.queries.campaigns import Progress
from political_ads.queries.manage import Overview
from political_ads.schemas import Query, Rules
from political_ads.views.campaign_words import (
    AUDIENCES,
    creatives_words,
    dates_words,
    query_words,
    rule_words,
    title_of,
    version_words,
)
from political_ads.views.log_words import LogView, log_view

_formats = Formats()
STATES = {
    "draft": (N_("Draft"), "quiet"),
    "filling": (N_("Being filled"), "info"),
    "open": (N_("Open"), "ok"),
    "paused": (N_("Paused"), "warn"),
    "closed": (N_("Closed"), "quiet"),
}
ITEM_STATES = {
    "retired": N_("have a label"),
    "adjudicated": N_("decided by reviewers"),
    "adjudicate": N_("wait for reviewers"),
    "blank": N_("could not be read"),
    "open": N_("need more answers"),
    "withdrawn": N_("taken out"),
}


@dataclass(frozen=True)
class Spark:
    """A line of the last days, for a table or a card; points of an SVG in a 100 × 100 square."""

    points: str
    words: str  # what it shows, for those who do not see it
    sum: str


@dataclass(frozen=True)
class AlertView:
    """Something that waits for somebody."""

    words: str
    href: str


@dataclass(frozen=True)
class CampaignCard:
    """A campaign in the list."""

    slug: str
    title: str
    state: str
    state_words: str
    tone: str
    done: int
    items: int
    progress: str
    answers: str
    spark: Spark
    alerts: tuple[AlertView, ...]


@dataclass(frozen=True)
class ManagePage:
    """All campaigns."""

    cards: tuple[CampaignCard, ...]
    log: tuple[LogView, ...]
    waiting: int  # decisions and contests that wait for reviewers, over all campaigns


@dataclass(frozen=True)
class Filling:
    """How far the job that fills a campaign is."""

    label: str
    value: int | None
    total: int
    polls: bool


@dataclass(frozen=True)
class FillingPart:
    """The part that asks for itself again."""

    slug: str
    filling: Filling | None


@dataclass(frozen=True)
class Share:
    """How many creatives are in a state; `width` in percent of the bar."""

    state: str
    words: str
    count: str
    width: float


@dataclass(frozen=True)
class Desk:
    """One campaign's desk."""

    card: CampaignCard
    slug: str
    title: str
    tabs: tuple[dict[str, object], ...]
    shares: tuple[Share, ...]
    facts: tuple[tuple[str, str], ...]
    moves: tuple[str, ...]  # states that it can be moved to
    draft: bool
    matching: str
    new: int  # creatives that the query finds and that are not in it
    filling: Filling | None
    questionnaire: str
    questionnaire_href: str
    newer: str  # the address at which it is moved to a newer version; empty: it has the newest
    golds: int
    log: tuple[LogView, ...]
    reviewers_only: bool


@dataclass(frozen=True)
class CampaignLogPage:
    """All that was done in a campaign."""

    slug: str
    title: str
    tabs: tuple[dict[str, object], ...]
    lines: tuple[LogView, ...]
    number: int
    pages: int
    pages_href: str
    count: str


def campaign_tabs(request: Request, campaign: Campaign, here: str) -> tuple[dict[str, object], ...]:
    """Return the tabs of a campaign's desk; `here` is the route of the current one."""
    names = (
        ("ads_manage_campaign", _("Overview")),
        ("ads_gold", _("Gold")),
        ("ads_simulator", _("Rule simulator")),
        ("ads_contributors", _("Contributors")),
        ("ads_campaign_log", _("Log")),
    )
    return tuple(
        {"label": label, "href": path_for(request, name, slug=campaign.slug), "current": name == here}
        for name, label in names
    )


def manage_page(request: Request, found: Sequence[Overview], log: Sequence[LogLine]) -> ManagePage:
    """Show all campaigns at a glance."""
    waiting = sum(each.alerts.adjudicate + each.alerts.contests for each in found)
    return ManagePage(
        tuple(campaign_card(request, each) for each in found),
        tuple(log_view(line) for line in log),
        waiting,
    )


def campaign_card(request: Request, found: Overview) -> CampaignCard:
    """Show one campaign in the list."""
    campaign, progress = found.campaign, found.progress
    words, tone = STATES[campaign.state]
    return CampaignCard(
        slug=campaign.slug,
        title=title_of(campaign),
        state=campaign.state,
        state_words=_(words),
        tone=tone,
        done=progress.done,
        items=progress.items,
        progress=_("%(done)s of %(items)s creatives need no further answer")
        % {"done": _formats.number(progress.done), "items": _formats.number(progress.items)},
        answers=_("%(answers)s answers by %(people)s contributors")
        % {"answers": _formats.number(progress.answers), "people": _formats.number(found.volunteers)},
        spark=spark(found.per_day),
        alerts=tuple(_alerts(request, found)),
    )


def spark(per_day: Sequence[int]) -> Spark:
    """Draw answers a day as a small line, from zero."""
    scale = Scale(0, max(*per_day, 1))
    step = 100 / max(len(per_day) - 1, 1)
    points = " ".join(f"{round(n * step, 2):g},{100 - scale.at(count):g}" for n, count in enumerate(per_day))
    total = _formats.number(sum(per_day))
    words = _("Answers a day in the last %(days)s days: %(sum)s in all, at most %(most)s in a day") % {
        "days": len(per_day),
        "sum": total,
        "most": _formats.number(max(per_day)),
    }
    return Spark(points, words, _("%(count)s in %(days)s days") % {"count": total, "days": len(per_day)})


def desk(  # noqa: PLR0913 - what the page shows
    request: Request,
    found: Overview,
    version: QuestionnaireVersion,
    newest: QuestionnaireVersion,
    *,
    matching: int,
    new: int,
    job: Job | None,
    golds: int,
    log: Sequence[LogLine],
) -> Desk:
    """Show one campaign's desk."""
    campaign = found.campaign
    query = Query.model_validate(campaign.query)
    newer = newest.id != version.id
    return Desk(
        card=campaign_card(request, found),
        slug=campaign.slug,
        title=title_of(campaign),
        tabs=campaign_tabs(request, campaign, "ads_manage_campaign"),
        shares=tuple(_shares(found.progress)),
        facts=tuple(_facts(campaign, query)),
        moves=_moves(campaign),
        draft=campaign.state == "draft",
        matching=creatives_words(matching, query),
        new=new,
        filling=filling_view(job),
        questionnaire=version_words(version),
        questionnaire_href=path_for(
            request, "ads_questionnaire", key=version.key, query={"version": version.version}
        ),
        newer=path_for(request, "ads_campaign_version", slug=campaign.slug, query={"to": newest.id})
        if newer
        else "",
        golds=golds,
        log=tuple(log_view(line) for line in log),
        reviewers_only=bool(version.content.get("reviewers_only")),
    )


def campaign_log_page(request: Request, campaign: Campaign, found: Paged[LogLine]) -> CampaignLogPage:
    """Show all that was done in a campaign."""
    href = path_for(request, "ads_campaign_log", slug=campaign.slug, query={"page": "PAGE"})
    return CampaignLogPage(
        slug=campaign.slug,
        title=title_of(campaign),
        tabs=campaign_tabs(request, campaign, "ads_campaign_log"),
        lines=tuple(log_view(line) for line in found.items),
        number=found.number,
        pages=found.pages,
        pages_href=href.replace("PAGE", "{page}"),
        count=ngettext("%(count)s line", "%(count)s lines", found.total)
        % {"count": _formats.number(found.total)},
    )


def filling_view(job: Job | None) -> Filling | None:
    """Show the job that fills a campaign."""
    if job is None:
        return None
    waits = job.state == JobState.QUEUED.value
    return Filling(
        _("Waiting for its turn") if waits else _("Putting the creatives in"),
        job.done if job.total else None,
        job.total or 1,
        job.state != JobState.PAUSED.value,
    )


def _alerts(request: Request, found: Overview) -> Iterator[AlertView]:
    slug, alerts = found.campaign.slug, found.alerts
    if alerts.flagged:
        words = ngettext(
            "%(count)s contributor to look at", "%(count)s contributors to look at", alerts.flagged
        )
        yield AlertView(words % {"count": alerts.flagged}, path_for(request, "ads_contributors", slug=slug))
    if alerts.adjudicate:
        words = ngettext("%(count)s ad to decide", "%(count)s ads to decide", alerts.adjudicate)
        yield AlertView(words % {"count": alerts.adjudicate}, path_for(request, "ads_review_queue"))
    if alerts.contests:
        words = ngettext("%(count)s label contested", "%(count)s labels contested", alerts.contests)
        href = path_for(request, "ads_review_queue", query={"queue": "contests"})
        yield AlertView(words % {"count": alerts.contests}, href)


def _shares(progress: Progress) -> Iterator[Share]:
    for state, words in ITEM_STATES.items():
        if count := progress.by_state.get(state, 0):
            yield Share(state, _(words), _formats.number(count), round(100 * count / progress.items, 2))
    if progress.disputed:
        yield Share("disputed", _("of these stay disputed"), _formats.number(progress.disputed), 0)


def _facts(campaign: Campaign, query: Query) -> Iterator[tuple[str, str]]:
    rules = Rules.model_validate(campaign.rules)
    yield _("Enough answers"), rule_words(rules)
    yield _("Who may take part"), _(AUDIENCES[campaign.audience])
    yield _("Creatives"), query_words(query)
    yield _("Dates"), dates_words(campaign)
    results = _("public, under %(licence)s") if campaign.results_public else _("for members only")
    yield _("Results"), results % {"licence": campaign.licence} if campaign.results_public else results
    yield (
        _("Opened by"),
        _("%(name)s, %(date)s") % {"name": campaign.by_name, "date": _formats.date(campaign.created_at)},
    )


def _moves(campaign: Campaign) -> tuple[str, ...]:
    return {
        "draft": ("open",),
        "open": ("paused", "closed"),
        "paused": ("open", "closed"),
        "closed": ("open",),
    }.get(campaign.state, ())
