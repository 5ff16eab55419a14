"""One campaign's desk: how far it is, its rules, what can be done with it, what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.paging import Page as Paged
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
from political_ads.views.filling import Filling
from political_ads.views.log_words import LogView, log_view
from political_ads.views.manage import CampaignCard, campaign_card, campaign_tabs

_formats = Formats()
ITEM_STATES = {
    "retired": N_("have a label"),
    "adjudicated": N_("decided by reviewers"),
    "adjudicate": N_("wait for reviewers"),
    "blank": N_("could not be read"),
    "open": N_("need more answers"),
    "withdrawn": N_("taken out"),
}


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


def desk(  # noqa: PLR0913 - what the page shows
    request: Request,
    found: Overview,
    version: QuestionnaireVersion,
    newest: QuestionnaireVersion,
    *,
    matching: int,
    new: int,
    filling: Filling | None,
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
        filling=filling,
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
