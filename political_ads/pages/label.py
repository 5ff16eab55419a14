"""The labelling page: a plain form, and the one address to which its script sends what was done."""

import uuid

import numpy as np
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, SignInNeeded
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.flash import flash
from common.web.json import json_response
from common.web.redirects import back_to
from common.web.services import App, Services
from common.web.templating import path_for, render
from political_ads.actions.contributors import set_preferences
from political_ads.models import Campaign
from political_ads.pages.answered import Posted, given_in, number_in, shown_now, text_in
from political_ads.pages.volunteer import Volunteer, keep_cookie, volunteer_of
from political_ads.queries.campaigns import campaign_of, questionnaire_of, rules_of
from political_ads.queries.contributors import has_quiz, participation_in
from political_ads.queries.volunteers import page_names
from political_ads.schemas import Questionnaire, in_language
from political_ads.schemas.volunteering import AnswerStep, Sent, SkipStep, Step
from political_ads.service.labelling import Task
from political_ads.service.repeating import repeated
from political_ads.service.volunteering import StepOutcome, visit, welcome
from political_ads.views.label import (
    GOAL,
    FeedbackView,
    LabelPage,
    TaskView,
    feedback_view,
    flag_words,
    goal_words,
    guidelines_html,
    language_choices,
    page_keys,
    split_questions,
    task_view,
    words_now,
)

router = APIRouter()


@router.get("/campaigns/{slug}/label", name="ads_label")
@repeated
def show(request: Request, app: App, viewer: Viewer, slug: str) -> Response:
    """Show the next creative; whoever has not been through the quiz is led to it."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        welcome(session, viewer, campaign, volunteer.contributor, current_locale())
        if first := _first(session, campaign, volunteer):
            return keep_cookie(RedirectResponse(path_for(request, first, slug=slug), 303), app, volunteer)
        return keep_cookie(_page(request, app, session, viewer, campaign, volunteer), app, volunteer)


@router.post("/campaigns/{slug}/label")
@repeated
def answer(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Take the plain form's answer, and lead to the next creative."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        _require_same(volunteer, text_in(posted, "identity"))
        questionnaire = questionnaire_of(session, campaign.questionnaire_id)
        step = _step(app, posted, questionnaire)
        done = visit(session, viewer, campaign, volunteer.contributor, [step], (), at=app.clock(), rng=_rng())
        response = RedirectResponse(path_for(request, "ads_label", slug=slug), 303)
        _say(response, app, session, questionnaire, done.outcomes[0])
        return keep_cookie(response, app, volunteer)


@router.post("/campaigns/{slug}/label/sync", name="ads_label_sync")
@repeated
def sync(request: Request, app: App, viewer: Viewer, slug: str, sent: Sent) -> Response:
    """Take what a volunteer did, in order, each step once however often it is sent; answer with what comes next."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        _require_same(volunteer, sent.identity)
        contributor = volunteer.contributor
        done = visit(
            session, viewer, campaign, contributor, sent.steps, sent.holding, at=app.clock(), rng=_rng()
        )
        drawn = app.templates.get_template("political_ads/parts/task.html").module
        questionnaire = questionnaire_of(session, campaign.questionnaire_id)
        tasks = [
            {"item_id": task.item_id, "html": str(drawn.shown(_task(request, task)))}  # type: ignore[attr-defined]  # a macro
            for task in done.tasks
        ]
        outcomes = [_told(session, questionnaire, outcome) for outcome in done.outcomes]
        return json_response({"outcomes": outcomes, "tasks": tasks, "today": done.today})


@router.post("/campaigns/{slug}/label/languages", name="ads_label_languages")
def choose_languages(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Keep in which languages a volunteer wants ads."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        chosen = [value for value in posted.getlist("language") if value in campaign.languages]
        wanted = [] if set(chosen) == set(campaign.languages) else [str(code) for code in chosen]
        contributor = volunteer.contributor
        set_preferences(session, viewer, contributor, languages=wanted, country=contributor.country)
        said = _("From now on you are given ads in these languages.")
        return keep_cookie(back_to(request, app, "ads_label", said, slug=slug), app, volunteer)


def _rng() -> np.random.Generator:
    return np.random.default_rng()


def _require_same(volunteer: Volunteer, identity: str) -> None:
    """Raise `SignInNeeded` where a page was opened by somebody else: nobody's answers are stored as another's."""
    if identity not in {volunteer.identity, volunteer.former}:
        raise SignInNeeded(
            _(
                "You are not signed in here as the person who opened this page. Sign in again, or reload the page."
            )
        )


def _first(session: Session, campaign: Campaign, volunteer: Volunteer) -> str:
    """Return the page to go to first, empty where nothing is before labelling."""
    found = participation_in(session, campaign.id, volunteer.contributor.id)
    asked = rules_of(campaign).quiz_questions and has_quiz(session, campaign.id)
    if not asked or (found and found.qualified_at):
        return ""
    return "ads_quiz" if found and found.learnt_at else "ads_learn"


def _step(app: Services, posted: Posted, questionnaire: Questionnaire) -> Step:
    if text_in(posted, "skip"):
        return SkipStep(kind="skip", item_id=number_in(posted, "item_id"))
    return AnswerStep(kind="answer", given=given_in(app, posted, questionnaire))


def _task(request: Request, task: Task) -> TaskView:
    return task_view(request, task.item_id, task.ad, task.creative)


def _feedback(session: Session, questionnaire: Questionnaire, outcome: StepOutcome) -> FeedbackView | None:
    known = outcome.answer.gold if outcome.answer else None
    if known is None or outcome.item_id is None:
        return None
    page = page_names(session, [outcome.item_id]).get(outcome.item_id) or _("Page not named")
    main = questionnaire.main.key
    right = {main: known.right_answers[main]}
    return feedback_view(questionnaire, agrees=known.right, right=right, why=known.why, page=page)


def _told(session: Session, questionnaire: Questionnaire, outcome: StepOutcome) -> dict[str, object]:
    feedback = _feedback(session, questionnaire, outcome)
    return {
        "client_key": str(outcome.client_key) if outcome.client_key else None,
        "item_id": outcome.item_id,
        "state": outcome.state,
        "words": outcome.words,
        "feedback": {"head": feedback.head, "answers": feedback.answers, "why": feedback.why}
        if feedback
        else None,
    }


def _say(
    response: Response, app: Services, session: Session, questionnaire: Questionnaire, outcome: StepOutcome
) -> None:
    """Leave a sentence for the next page where there is something to say."""
    secret, secure = app.settings.secret, app.settings.secure
    if outcome.state == "refused":
        flash(response, secret, outcome.words, "warning", secure=secure)
    elif feedback := _feedback(session, questionnaire, outcome):
        words = f"{feedback.head} {feedback.answers} {feedback.why}"
        flash(response, secret, words[:1_500], "note", secure=secure)


def _page(
    request: Request,
    app: Services,
    session: Session,
    viewer: Actor,
    campaign: Campaign,
    volunteer: Volunteer,
) -> Response:
    """Render the page with what is next; where the campaign takes no answers now, it says so."""
    tasks: list[TaskView] = []
    today, empty = (
        0,
        _(
            "Everything that can be given to you has been answered. Look in later, or choose another campaign."
        ),
    )
    try:
        done = visit(session, viewer, campaign, volunteer.contributor, (), (), at=app.clock(), rng=_rng())
        tasks, today = [_task(request, task) for task in done.tasks], done.today
    except Conflict as problem:
        empty = problem.message
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    main, further = split_questions(questionnaire)
    context = LabelPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        questionnaire_id=campaign.questionnaire_id,
        task=tasks[0] if tasks else None,
        tasks=tuple(tasks[1:]),
        main=main,
        further=further,
        flags=flag_words(),
        guidelines=guidelines_html(questionnaire, below=2),
        sync=path_for(request, "ads_label_sync", slug=campaign.slug),
        identity=volunteer.identity,
        former=volunteer.former,
        client_key=str(uuid.uuid4()),
        shown=shown_now(app),
        ahead=rules_of(campaign).ahead,
        today=today,
        goal=GOAL,
        goals=goal_words(),
        languages=language_choices(campaign.languages, volunteer.contributor.languages),
        anonymous=not viewer.is_signed_in,
        words=words_now(),
        empty_title=_("No ad waits for you now"),
        empty_words=empty,
        extra_keys=page_keys(),
    )
    return render(request, "political_ads/label.html", context)
