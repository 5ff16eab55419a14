"""Questionnaires: their versions, one as volunteers see it, a new version."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.actions.campaigns import digest_of, keep_questionnaire
from political_ads.core.questionnaires import check, read_questionnaire, to_yaml
from political_ads.pages.posted import Given, text_or_file, values_of
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import newest_version
from political_ads.queries.manage import Usage, usage_of, usages
from political_ads.schemas import Questionnaire
from political_ads.sources.shipped import questionnaires as shipped
from political_ads.views import questionnaires as views

router = APIRouter(prefix="/manage/questionnaires")


@router.get("", name="ads_questionnaires")
def show_all(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """List all questionnaires with their versions."""
    known = usages(session, viewer)
    missing = shipped().keys() - {usage.version.key for usage in known}
    context = views.questionnaires_page(request, known, missing=len(missing))
    return render(request, "political_ads/questionnaires.html", context)


@router.post("/shipped", name="ads_questionnaires_shipped")
def keep_shipped(request: Request, app: App, viewer: Viewer) -> Response:
    """Keep the questionnaires that come with the tool and are not here yet."""
    with app.database.write() as session:
        known = {usage.version.key for usage in usages(session, viewer)}
        for key, questionnaire in shipped().items():
            if key not in known:
                keep_questionnaire(session, viewer, questionnaire, at=app.clock())
    return back_to(request, app, "ads_questionnaires", _("The tool’s own questionnaires are here."))


@router.get("/new", name="ads_questionnaire_new")
def show_new(request: Request, session: ReadSession, viewer: Viewer, based: str = "") -> Response:
    """Show the form for a new version; with a questionnaire's key, its newest version to begin from."""
    PERMISSIONS.require(viewer, Permission.MANAGE)
    known = newest_version(session, based) if based else None
    text = to_yaml(Questionnaire.model_validate(known.content)) if known else ""
    return _form(request, Form({"yaml": text}), None, based=known.key if known else "")


@router.post("/new")
def check_or_keep(request: Request, app: App, viewer: Viewer, posted: Given) -> Response:
    """Check a questionnaire and say what it changes; keep it as a new version where that was asked for and nothing is wrong."""
    PERMISSIONS.require(viewer, Permission.MANAGE)
    text = text_or_file(posted, "yaml", "file")
    form = Form({"yaml": text})
    try:
        questionnaire = read_questionnaire(text)
    except Invalid as problem:
        return _form(request, Form.refused(problem, yaml=text), None, status=problem.status)
    flaws = check(questionnaire)
    if values_of(posted).get("do") == "keep" and not flaws:
        with app.database.write() as session:
            kept = keep_questionnaire(session, viewer, questionnaire, at=app.clock())
            number = kept.version
        told = _("Version %(version)s is kept.") % {"version": number}
        return back_to(request, app, "ads_questionnaire", told, key=questionnaire.key)
    with app.database.read() as session:
        newest = _newest(session, questionnaire.key)
    same = bool(newest and newest.version.digest == digest_of(questionnaire))
    checked = views.checked_view(questionnaire, flaws, newest, same=same)
    return _form(request, form, checked, status=422 if flaws else 200)


@router.get("/{key}", name="ads_questionnaire")
def show_one(request: Request, session: ReadSession, viewer: Viewer, key: str, version: int = 0) -> Response:
    """Show a version as volunteers see it, and as YAML."""
    found = usage_of(session, viewer, key, version or None)
    return render(request, "political_ads/questionnaire.html", views.questionnaire_page(request, found))


@router.get("/{key}/{version}.yaml", name="ads_questionnaire_yaml")
def download(session: ReadSession, viewer: Viewer, key: str, version: str) -> Response:
    """Give a version as a YAML file."""
    if not (version.isascii() and version.isdigit() and len(version) < 7):
        raise NotFound(_("There is no such questionnaire."))
    found = usage_of(session, viewer, key, int(version))[0]
    body = to_yaml(Questionnaire.model_validate(found.version.content))
    headers = {
        "Content-Disposition": f'attachment; filename="{found.version.key}-{found.version.version}.yaml"'
    }
    return Response(body, media_type="application/yaml; charset=utf-8", headers=headers)


def _newest(session: Session, key: str) -> Usage | None:
    known = newest_version(session, key)
    return Usage(known, (), 0) if known else None


def _form(
    request: Request, form: Form, checked: views.Checked | None, *, based: str = "", status: int = 200
) -> Response:
    context = views.NewQuestionnairePage(form, checked, based)
    return render(request, "political_ads/questionnaire_new.html", context, status=status)
