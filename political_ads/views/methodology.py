"""The method in words, with the figures of the rules in force; each step with its source."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from political_ads.core.aggregation.ensemble import MEMBERS
from political_ads.models import Campaign
from political_ads.queries.campaigns import rules_of
from political_ads.schemas import Rules, in_language
from political_ads.service.agreement import LEAST_ITEMS, LEAST_SHOWN
from political_ads.service.results import ENOUGH_DRAWN
from political_ads.views.campaign import rule_sentences

_formats = Formats()
PAPERS = (
    (
        N_("Labels from many answers"),
        "Dawid & Skene (1979), “Maximum likelihood estimation of observer error-rates using the EM algorithm”",
        "10.2307/2346806",
    ),
    (
        N_("The same with priors (IBCC)"),
        "Kim & Ghahramani (2012), “Bayesian classifier combination”, AISTATS, PMLR 22, 619–627",
        "",
    ),
    (
        N_("Agreement"),
        "Krippendorff (2004), “Reliability in content analysis: some common misconceptions and recommendations”",
        "10.1111/j.1468-2958.2004.tb00738.x",
    ),
    (
        N_("Agreement"),
        "Fleiss (1971), “Measuring nominal scale agreement among many raters”",
        "10.1037/h0031619",
    ),
    (
        N_("How much a volunteer’s answers tell"),
        "Raykar & Yu (2012), “Eliminating spammers and ranking annotators for crowdsourced labeling tasks”, JMLR 13, 491–518",
        "",
    ),
    (
        N_("Intervals"),
        "Efron (1979), “Bootstrap methods: another look at the jackknife”",
        "10.1214/aos/1176344552",
    ),
    (
        N_("Intervals of shares"),
        "Wilson (1927), “Probable inference, the law of succession, and statistical inference”",
        "10.1080/01621459.1927.10502953",
    ),
    (N_("What is political"), "Regulation (EU) 2024/900, article 3(2)", ""),
)


@dataclass(frozen=True)
class Source:
    """Something that a step rests on; `href` is its DOI as an address, or empty."""

    step: str
    words: str
    href: str


@dataclass(frozen=True)
class RulesView:
    """The rules of one campaign, or the usual ones."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class MethodologyPage:
    """The page."""

    rules: tuple[RulesView, ...]
    models: str
    enough_drawn: str
    least_items: str
    least_shown: str
    ensemble: str
    sources: tuple[Source, ...]
    date: str


def methodology_page(campaigns: Sequence[Campaign], *, date: str) -> MethodologyPage:
    """Put the page together: the rules of the campaigns that differ from the usual ones stand beside these."""
    usual = Rules()
    views = [RulesView(_("The usual rules"), tuple(rule_sentences(usual)))]
    for campaign in campaigns:
        rules = rules_of(campaign)
        if tuple(rule_sentences(rules)) != views[0].sentences:
            title = in_language(campaign.title, current_locale())
            views.append(RulesView(title, tuple(rule_sentences(rules))))
    return MethodologyPage(
        rules=tuple(views),
        models=_formats.number(len(MEMBERS) + 1),  # and the plain shares of the answers
        enough_drawn=_formats.number(ENOUGH_DRAWN),
        least_items=_formats.number(LEAST_ITEMS),
        least_shown=_formats.number(LEAST_SHOWN),
        ensemble=_formats.number(len(MEMBERS)),
        sources=tuple(
            Source(_(step), words, f"https://doi.org/{doi}" if doi else "") for step, words, doi in PAPERS
        ),
        date=date,
    )
