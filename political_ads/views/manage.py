"""Campaigns at a glance, and one campaign's desk: state, progress, what waits for somebody, what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.web.charts import Scale
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.models import Campaign, LogLine
from political_ads.queries.manage import Overview
from political_ads.views.campaign_words import (
    title_of,
)
from political_ads.views.log_words import LogView, log_view

_formats = Formats()
STATES = {
    "draft": (N_("Draft"), "quiet"),
    "filling": (N_("Being filled"), "info"),
    "open": (N_("Open for answers"), "ok"),
    "paused": (N_("Paused"), "warn"),
    "closed": (N_("Closed"), "quiet"),
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


def campaign_tabs(request: Request, campaign: Campaign, here: str) -> tuple[dict[str, object], ...]:
    """Return the tabs of a campaign's desk; `here` is the route of the current one."""
    names = (
        ("ads_manage_campaign", _("Overview")),
        ("ads_gold", _("Gold")),
        ("ads_simulator", _("Rule simulator")),
        ("ads_contributors", _("Contributors")),
        ("ads_webhooks", _("Webhooks")),
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
