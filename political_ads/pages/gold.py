"""Gold: a campaign's known creatives, and the form of one."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.actions.gold import GoldForm, drop_gold, set_gold
from political_ads.pages.posted import Given, several_in, values_of
from political_ads.queries import manage as queries
from political_ads.queries.campaigns import questionnaire_of
from political_ads.queries.creatives import creative_of, shown_ad
from political_ads.schemas import LANGUAGES, Questionnaire
from political_ads.views import gold as views

router = APIRouter(prefix="/manage/campaigns/{slug}/gold")
PAGE_SIZE = 10
LONGEST = 2_000  # characters of an explanation


@router.get("", name="ads_gold")
def show_gold(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, q: str = "", page: int = 1
) -> Response:
    """Show a campaign's gold with how volunteers do on it, and creatives that could become gold."""
    campaign = queries.managed(session, viewer, slug)
    lines = queries.gold_lines(session, campaign.id)
    found = queries.creatives_for_gold(session, campaign.id, q[:200], number=page, size=PAGE_SIZE)
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    context = views.gold_page(request, campaign, questionnaire, lines, q[:200], found)
    return render(request, "political_ads/gold.html", context)


@router.get("/{creative_id:int}", name="ads_gold_edit")
def show_form(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, creative_id: int
) -> Response:
    """Show the form of one gold creative."""
    return _form(request, session, viewer, slug, creative_id)


@router.post("/{creative_id:int}")
def keep(request: Request, app: App, viewer: Viewer, slug: str, creative_id: int, posted: Given) -> Response:
    """Make a creative gold, or change what is known of it."""
    try:
        with app.database.write() as session:
            campaign = queries.managed(session, viewer, slug)
            questionnaire = questionnaire_of(session, campaign.questionnaire_id)
            form = _read(posted, questionnaire)
            set_gold(session, viewer, campaign, creative_id, form, at=app.clock())
    except Invalid as problem:
        with app.database.read() as session:
            return _form(request, session, viewer, slug, creative_id, posted=posted, problem=problem)
    return back_to(request, app, "ads_gold", _("This ad is gold now."), slug=slug)


@router.post("/{creative_id:int}/drop", name="ads_gold_drop")
def drop(request: Request, app: App, viewer: Viewer, slug: str, creative_id: int) -> Response:
    """Let a creative be gold no longer."""
    with app.database.write() as session:
        campaign = queries.managed(session, viewer, slug)
        gold = queries.gold_of(session, campaign.id, creative_id)
        if gold is None:
            raise NotFound(_("This ad is not gold."))
        drop_gold(session, viewer, campaign, gold, at=app.clock())
    told = _("This ad is gold no longer. It left the campaign, since some volunteers know its answer.")
    return back_to(request, app, "ads_gold", told, slug=slug)


def _read(posted: FormData, questionnaire: Questionnaire) -> GoldForm:
    values = values_of(posted)
    position = values.get("position", "").strip()
    why = {language: values.get(f"why_{language}", "").strip() for language in LANGUAGES}
    problems: dict[str, str] = {}
    if position and not (position.isascii() and position.isdigit() and len(position) < 6):
        problems["position"] = _("Give a whole number from %(least)s on.") % {"least": 0}
    for language, words in why.items():
        if len(words) > LONGEST:
            problems[f"why_{language}"] = _("Please keep to %(most)s characters.") % {"most": LONGEST}
    right = _chosen(posted, questionnaire)
    if questionnaire.main.key not in right:
        problems[f"answer.{questionnaire.main.key}"] = _(
            "Say what the right answer to the first question is."
        )
    if not any(why.values()):
        problems["why_en"] = _("Explain why, in one language at least: volunteers learn from it.")
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    return GoldForm(
        values.get("used", ""), right, {key: words for key, words in why.items() if words}, int(position or 0)
    )


def _chosen(posted: FormData, questionnaire: Questionnaire) -> dict[str, list[str]]:
    chosen = {
        question.key: several_in(posted, f"answer.{question.key}") for question in questionnaire.questions
    }
    return {key: options for key, options in chosen.items() if options}


def _form(
    request: Request,
    session: Session,
    viewer: Actor,
    slug: str,
    creative_id: int,
    *,
    posted: FormData | None = None,
    problem: Invalid | None = None,
) -> Response:
    campaign = queries.managed(session, viewer, slug)
    creative = creative_of(session, viewer, creative_id)
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    gold = queries.gold_of(session, campaign.id, creative_id)
    item = queries.item_with(session, campaign.id, creative_id)
    form, chosen = Form(views.gold_values(gold)), dict(gold.right) if gold else {}
    if posted is not None and problem is not None:
        form, chosen = Form.refused(problem, **values_of(posted)), _chosen(posted, questionnaire)
    context = views.gold_form_page(
        request,
        campaign,
        questionnaire,
        creative,
        shown_ad(session, creative),
        form,
        chosen=chosen,
        is_gold=gold is not None,
        item_answers=item.answers if item and not item.gold else 0,
    )
    return render(request, "political_ads/gold_form.html", context, status=problem.status if problem else 200)
