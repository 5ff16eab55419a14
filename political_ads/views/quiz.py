"""The quiz on creatives whose answer is known: each explained, and tried again as often as somebody likes."""

from dataclasses import dataclass

from fastapi import Request

from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from political_ads.actions.quiz import QuizOutcome
from political_ads.models import Ad, Campaign, Creative
from political_ads.schemas import Questionnaire, in_language
from political_ads.service.volunteering import QuizStanding
from political_ads.views.ad import AdView, ad_view, picture_path
from political_ads.views.label import TaskView, right_words, task_view
from political_ads.views.questions import QuestionView, question_views


@dataclass(frozen=True)
class OutcomeView:
    """What is said after one question."""

    head: str
    answers: str
    why: str
    ad: AdView | None


@dataclass(frozen=True)
class QuizPage:
    """One question, or what is said after it, or how the quiz ended."""

    slug: str
    title: str
    heading: str
    lede: str
    task: TaskView | None
    outcome: OutcomeView | None
    passed: bool
    main: QuestionView
    form: Form
    anonymous: bool


def quiz_page(
    request: Request,
    campaign: Campaign,
    questionnaire: Questionnaire,
    standing: QuizStanding,
    form: Form,
    *,
    anonymous: bool,
) -> QuizPage:
    """Show the next question, or how the quiz ended."""
    shown = standing.next
    heading, lede = _head(standing)
    return QuizPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        heading=heading,
        lede=lede,
        task=task_view(request, shown.item.id, shown.ad, shown.creative) if shown else None,
        outcome=None,
        passed=standing.passed,
        main=question_views(questionnaire)[0],
        form=form,
        anonymous=anonymous,
    )


def outcome_page(
    request: Request,
    campaign: Campaign,
    questionnaire: Questionnaire,
    creative: Creative,
    ad: Ad | None,
    outcome: QuizOutcome,
    *,
    anonymous: bool,
) -> QuizPage:
    """Show what most people see in the creative that was just answered, and why."""
    head = _("You see it as most people do") if outcome.right else _("Most people see it differently")
    main = questionnaire.main.key
    number = {"number": outcome.position, "total": outcome.total}
    return QuizPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        heading=_("Question %(number)s of %(total)s") % number,
        lede="",
        task=None,
        outcome=OutcomeView(
            head,
            right_words(questionnaire, {main: outcome.right_answers[main]}),
            in_language(outcome.why, current_locale()),
            ad_view(ad, creative, picture=picture_path(request, ad)),
        ),
        passed=False,
        main=question_views(questionnaire)[0],
        form=Form(),
        anonymous=anonymous,
    )


def _head(standing: QuizStanding) -> tuple[str, str]:
    counts = {"right": standing.right, "total": standing.total, "needed": standing.needed}
    if standing.passed:
        return _("You are ready. Thank you for taking the time."), ""
    if standing.next:
        heading = _("Question %(number)s of %(total)s") % {"number": standing.answered + 1, **counts}
        lede = _(
            "A short quiz, so that your answers can be weighed. %(needed)s of %(total)s are enough, and you can try again."
        )
        return heading, lede % counts if not standing.answered else ""
    said = _("You saw %(right)s of %(total)s as most people do; %(needed)s are needed to begin.")
    again = _("These ads are not easy. Read the explanations once more, and try again when you like.")
    return _("Not quite yet"), f"{said % counts} {again}"
