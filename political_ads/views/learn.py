"""Learning: the guidelines, and worked examples with what most people see in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from political_ads.models import Campaign
from political_ads.queries.volunteers import Shown
from political_ads.schemas import Questionnaire, in_language
from political_ads.views.label import TaskView, guidelines_html, right_words, task_view
from political_ads.views.questions import QuestionView, question_views


@dataclass(frozen=True)
class GuidelinesPage:
    """The guidelines, then every question with its answers and their examples."""

    slug: str
    title: str
    intro: str
    guidelines: Markup
    questions: tuple[QuestionView, ...]
    source: str


@dataclass(frozen=True)
class LearnPage:
    """One worked example, before or after the volunteer tried it; without examples, the guidelines."""

    slug: str
    title: str
    intro: str
    guidelines: Markup
    example: TaskView | None
    number: int
    total: int
    main: QuestionView
    form: Form
    tried: bool
    verdict: str
    right: str
    why: str
    next_href: str
    quiz: bool


def guidelines_page(campaign: Campaign, questionnaire: Questionnaire) -> GuidelinesPage:
    """Show a campaign's guidelines."""
    return GuidelinesPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        intro=in_language(questionnaire.intro, current_locale()),
        guidelines=guidelines_html(questionnaire, below=1),
        questions=question_views(questionnaire),
        source=questionnaire.source,
    )


def learn_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    campaign: Campaign,
    questionnaire: Questionnaire,
    examples: Sequence[Shown],
    number: int,
    *,
    tried: str | None,
    form: Form,
    next_href: str,
    quiz: bool,
) -> LearnPage:
    """Show worked example `number` (from 1); `tried` is what the volunteer says of it, None before they tried."""
    shown = examples[number - 1] if examples else None
    right = shown.gold.right.get(questionnaire.main.key, []) if shown else []
    return LearnPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        intro=in_language(questionnaire.intro, current_locale()),
        guidelines=guidelines_html(questionnaire, below=1),
        example=task_view(request, shown.item.id, shown.ad, shown.creative) if shown else None,
        number=number,
        total=len(examples),
        main=question_views(questionnaire)[0],
        form=form,
        tried=tried is not None,
        verdict=_verdict(tried, right),
        right=right_words(questionnaire, shown.gold.right) if shown else "",
        why=in_language(shown.gold.why, current_locale()) if shown else "",
        next_href=next_href,
        quiz=quiz,
    )


def _verdict(tried: str | None, right: Sequence[str]) -> str:
    if tried is None:
        return ""
    if tried in right:
        return _("You see it as most people do")
    return _("Most people see it differently")
