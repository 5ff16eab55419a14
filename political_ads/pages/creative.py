"""A creative's page; splitting and joining groups; contesting a label."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer, address_of, limit
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession, services_of
from common.web.templating import path_for, render
from political_ads.actions.contests import contest
from political_ads.actions.creatives import join, split, undo_move
from political_ads.pages.answered import Posted, number_in, text_in
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.ads import Wanted, library
from political_ads.queries.creative_labels import answered_contests, contested_item, labels_of_creative
from political_ads.queries.creatives import (
    ads_of,
    creative_of,
    group_of_ad,
    joined_to,
    living,
    moves_of,
    shown_ad,
    undoing,
)
from political_ads.schemas import Query as CreativeQuery
from political_ads.service.predicting import predictions_for
from political_ads.views.creative import Shown, creative_page
from political_ads.views.creative_labels import label_view
from political_ads.views.prediction import prediction_view

router = APIRouter()
ADS_SHOWN = 50
TARGETS = 8
LONGEST = 200
# Objections by one address: enough for a class room behind one, little for a flood.
CONTESTS, CONTEST_SECONDS = 10, 3_600.0


@router.get("/library/{creative_id:int}", name="ads_creative")
def show(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    creative_id: int,
    number: Annotated[int, Query(ge=1, alias="page")] = 1,
    find: Annotated[str, Query(max_length=LONGEST)] = "",
) -> Response:
    """Show a creative; one that was joined to another leads there."""
    creative = creative_of(session, viewer, creative_id)
    if creative.merged_into is not None:
        end = living(session, [creative.id])[creative.id]
        return RedirectResponse(path_for(request, "ads_creative", creative_id=end), 302)
    return _page(request, session, viewer, creative_id, number=number, find=find)


@router.post("/library/{creative_id:int}/split", name="ads_split")
def split_group(request: Request, app: App, viewer: Viewer, creative_id: int, posted: Posted) -> Response:
    """Make a creative of its own of the ticked ads."""
    reason = text_in(posted, "split_reason")
    ticked = [int(each) for each in posted.getlist("ads") if isinstance(each, str) and each.isdecimal()]
    try:
        with app.database.write() as session:
            made = split(session, viewer, creative_id, ticked, reason, at=app.clock())
            words = _("The ads are a creative of their own now. It is in no campaign yet.")
            return back_to(request, app, "ads_creative", words, creative_id=made.id)
    except Invalid as problem:
        form = _form(problem, "split_reason", reason)
        return _again(request, app, viewer, creative_id, form=form)


@router.post("/library/{creative_id:int}/join", name="ads_join")
def join_groups(request: Request, app: App, viewer: Viewer, creative_id: int, posted: Posted) -> Response:
    """Bring the ads of another group into this one."""
    reason = text_in(posted, "join_reason")
    try:
        with app.database.write() as session:
            join(session, viewer, number_in(posted, "other"), creative_id, reason, at=app.clock())
            return back_to(
                request, app, "ads_creative", _("The groups are one now."), creative_id=creative_id
            )
    except Invalid as problem:
        form = _form(problem, "join_reason", reason)
        return _again(request, app, viewer, creative_id, form=form, find=text_in(posted, "find")[:LONGEST])


@router.post("/library/moves/{move_id:int}/undo", name="ads_undo_move")
def undo(request: Request, app: App, session: WriteSession, viewer: Viewer, move_id: int) -> Response:
    """Take back a split or a join."""
    group = undo_move(session, viewer, move_id, at=app.clock())
    return back_to(request, app, "ads_creative", _("The step was taken back."), creative_id=group.id)


@router.post("/library/items/{item_id:int}/contest", name="ads_contest")
def object_to(request: Request, app: App, viewer: Viewer, item_id: int, posted: Posted) -> Response:
    """Take a reader's reason why a label is wrong."""
    limit(app.limiter, f"ads contest {address_of(request)}", CONTESTS, CONTEST_SECONDS)
    reason = text_in(posted, "reason")
    with app.database.read() as session:
        creative_id = contested_item(session, viewer, item_id).creative_id
    try:
        with app.database.write() as session:
            contest(session, viewer, item_id, reason, at=app.clock())
        words = _("Thank you. A reviewer will look at it and answer here.")
        return back_to(request, app, "ads_creative", words, creative_id=creative_id)
    except Invalid as problem:
        form = _form(problem, f"reason-{item_id}", reason)
        return _again(request, app, viewer, creative_id, form=form)


def shown_again(
    request: Request, app: App, viewer: Actor, ad_id: int, values: Mapping[str, str], problem: Invalid
) -> Response:
    """Show the page of an ad's group again, with what is wrong with a form on it."""
    form = Form(dict(values), problem.fields, problem.message)
    with app.database.read() as session:
        return _page(request, session, viewer, group_of_ad(session, viewer, ad_id), form=form)


def _form(problem: Invalid, name: str, value: str) -> Form:
    """Return the form again, its error beside the field of this page."""
    return Form({name: value}, {name: problem.message}, problem.message)


def _again(
    request: Request,
    app: App,
    viewer: Actor,
    creative_id: int,
    *,
    form: Form,
    find: str = "",
) -> Response:
    with app.database.read() as session:
        return _page(request, session, viewer, creative_id, form=form, find=find)


def _page(
    request: Request,
    session: Session,
    viewer: Actor,
    creative_id: int,
    *,
    number: int = 1,
    find: str = "",
    form: Form | None = None,
) -> Response:
    creative = creative_of(session, viewer, creative_id)
    may_group = PERMISSIONS.allows(viewer, Permission.GROUP)
    may_contest = PERMISSIONS.allows(viewer, Permission.CONTEST)
    found = labels_of_creative(session, viewer, [creative.id, *joined_to(session, creative.id)])
    moves = moves_of(session, viewer, creative.id)
    others = library(session, viewer, Wanted(CreativeQuery(text=find)), size=TARGETS + 1) if find else None
    shown = Shown(
        creative=creative,
        ad=shown_ad(session, creative),
        ads=ads_of(session, viewer, creative.id, number=number, size=ADS_SHOWN),
        labels=[label_view(request, each, may_contest=may_contest) for each in found],
        predictions=[
            prediction_view(request, each)
            for each in predictions_for(services_of(request), session, viewer, creative, found)
        ],
        contests=answered_contests(session, [each.item.id for each in found if each.finished]),
        moves=moves,
        undone=frozenset(undoing(session, [move.id for move in moves])),
        may_group=may_group,
        may_picture=PERMISSIONS.allows(viewer, Permission.PICTURE),
        targets=others.page.items if others and may_group else (),
        search=find,
        form=form or Form(),
    )
    page = creative_page(request, shown)
    return render(request, "political_ads/creative.html", page, status=422 if form and form.errors else 200)
