"""A campaign's page: what it is about, what is asked, by which rules, how far it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from markupsafe import Markup

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.core.markdown import to_html
from political_ads.models import Campaign
from political_ads.queries.campaigns import Progress, is_running, rules_of
from political_ads.schemas import Audience, Questionnaire, Rules, in_language
from political_ads.views.home import STATES, TONES, mine_words, progress_words

AUDIENCES = {
    Audience.EVERYBODY: N_(
        "Everybody, also without an account: a cookie then tells one volunteer from another."
    ),
    Audience.SIGNED_IN: N_("Everybody who has signed in."),
    Audience.MEMBERS: N_("Members."),
    Audience.REVIEWERS: N_("Reviewers."),
}
_formats = Formats()


@dataclass(frozen=True)
class ProgressPart:
    """How far the campaign is; asks for itself again while answers are taken."""

    done: int
    items: int
    words: str
    mine: str
    poll: str


@dataclass(frozen=True)
class AskedView:
    """A question as the page lists it."""

    text: str
    required: bool
    answers: tuple[str, ...]


@dataclass(frozen=True)
class CampaignPage:
    """The page."""

    slug: str
    title: str
    about: Markup
    state: str
    tone: str
    running: bool
    why_not: str
    may_take_part: bool
    begun: bool
    quiz: bool
    results: bool
    progress: ProgressPart
    questions: tuple[AskedView, ...]
    source: str
    facts: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    may_manage: bool


def campaign_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    campaign: Campaign,
    questionnaire: Questionnaire,
    progress: Progress,
    *,
    may_take_part: bool,
    quiz: bool,
    results: bool,
    may_manage: bool,
    mine: int,
    at: datetime,
) -> CampaignPage:
    """Put the page together."""
    language = current_locale()
    return CampaignPage(
        slug=campaign.slug,
        title=in_language(campaign.title, language),
        about=Markup(to_html(in_language(campaign.about, language))),  # noqa: S704 - sanitised by to_html
        state=_(STATES.get(campaign.state, campaign.state)),
        tone=TONES.get(campaign.state, "quiet"),
        running=is_running(campaign, at),
        why_not=_why_not(campaign, at),
        may_take_part=may_take_part,
        begun=mine > 0,
        quiz=quiz,
        results=results,
        progress=progress_part(request, campaign, progress, mine, at=at),
        questions=tuple(_asked(questionnaire)),
        source=questionnaire.source,
        facts=tuple(_facts(campaign, questionnaire)),
        rules=tuple(rule_sentences(rules_of(campaign))),
        may_manage=may_manage,
    )


def progress_part(
    request: Request, campaign: Campaign, progress: Progress, mine: int, *, at: datetime
) -> ProgressPart:
    """Return how far a campaign is."""
    return ProgressPart(
        done=progress.done,
        items=max(1, progress.items - progress.by_state.get("withdrawn", 0)),
        words=progress_words(progress),
        mine=mine_words(mine),
        poll=path_for(request, "ads_campaign_progress", slug=campaign.slug)
        if is_running(campaign, at)
        else "",
    )


def rule_sentences(rules: Rules) -> Iterator[str]:
    """Yield a campaign's rules in plain words, with its own numbers."""
    yield _("Each creative is read by at least %(least)s people and at most %(most)s.") % {
        "least": rules.at_least,
        "most": rules.at_most,
    }
    yield _(
        "A label stands when it is at least %(posterior)s likely, its answer leads by %(lead)s votes or more, and the first choice of "
        "volunteers is also the most likely answer. If that is not reached, reviewers decide, or it is published as disputed."
    ) % {"posterior": _formats.percent(rules.posterior, 1), "lead": rules.lead}
    yield _("%(count)s first readers who find an ad unreadable set it aside.") % {"count": rules.blank_after}
    mix = rules.mix
    yield _(
        "Of 100 creatives, about %(nearest)s are given out because they are nearest to done, %(uncertain)s because the model is least "
        "sure of them, and %(random)s by chance alone: the random set, on which the published shares rest."
    ) % {
        "nearest": round(100 * mix.nearest),
        "uncertain": round(100 * mix.uncertain),
        "random": round(100 * mix.random),
    }
    if rules.gold_every_first:
        yield _(
            "Among the first %(first)s ads, one in %(dense)s has a known answer, later one in %(sparse)s: to learn from, and to know how "
            "far each reader’s answers can be relied on. These never count towards a label."
        ) % {"first": rules.gold_first, "dense": rules.gold_every_first, "sparse": rules.gold_every or "–"}


def _asked(questionnaire: Questionnaire) -> Iterator[AskedView]:
    language = current_locale()
    for question in questionnaire.questions:
        answers = tuple(in_language(option.label, language) for option in question.options)
        yield AskedView(in_language(question.text, language), question.required, answers)


def _facts(campaign: Campaign, questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    yield _("Who may take part"), _(AUDIENCES[Audience(campaign.audience)])
    if questionnaire.reviewers_only:
        yield _("Only for"), _("Reviewers: it asks about law, of people who were trained for it.")
    if campaign.languages:
        yield _("Languages of the ads"), ", ".join(campaign.languages)
    if campaign.starts_at:
        yield _("Begins"), _formats.date(campaign.starts_at)
    if campaign.ends_at:
        yield _("Ends"), _formats.date(campaign.ends_at)
    yield _("Results"), _("Public, as they come") if campaign.results_public else _("Not public")
    yield _("Licence of the labels"), campaign.licence


def _why_not(campaign: Campaign, at: datetime) -> str:
    if is_running(campaign, at):
        return ""
    if campaign.state == "open" and campaign.starts_at and at < campaign.starts_at:
        return _("It begins on %(day)s.") % {"day": _formats.date(campaign.starts_at)}
    if campaign.state == "paused":
        return _("It is paused; answers are not taken at the moment.")
    return (
        _("It is over. Thank you to everybody who took part.")
        if campaign.state in {"closed", "open"}
        else _("It is not open yet.")
    )
