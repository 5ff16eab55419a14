"""Contributions by person; blocking, and undoing all that somebody did."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Invalid
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form as FormState
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions import blocks
from encyclopedia.actions.reverting import revert_all
from encyclopedia.pages.changes import reasons_for
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.changes import Cursor, changes
from encyclopedia.queries.entries import names
from encyclopedia.queries.people import block_of, contributor
from encyclopedia.queries.reverting import Remedy, RevertPlan, plan_revert
from encyclopedia.views.changes import counted, days_of, filters_of, older_href, query_of, wanted_from
from encyclopedia.views.person import (
    DURATIONS,
    PersonPage,
    RevertPage,
    block_words,
    durations,
    lead_of,
    remedy_lines,
)

router = APIRouter(prefix="/people/{person_id}")
PAGE_SIZE = 50
FURTHEST = timedelta(days=3650)
Text = Annotated[str, Form()]


@router.get("", name="encyclopedia_person")
def show_person(
    request: Request, app: App, session: ReadSession, viewer: Viewer, person_id: uuid.UUID, after: str = ""
) -> Response:
    """List what somebody did."""
    return _person(request, app, session, viewer, person_id, FormState(), after=after)


@router.post("/block", name="encyclopedia_block")
def block_person(
    request: Request, app: App, viewer: Viewer, person_id: uuid.UUID, reason: Text = "", days: Text = "1"
) -> Response:
    """Block somebody."""
    until = app.clock() + timedelta(days=int(days)) if days in DURATIONS and days else None
    try:
        if days not in DURATIONS:
            raise Invalid(_("Nobody was blocked."), fields={"days": _("Choose how long.")})
        with app.database.write() as session:
            blocks.block(session, viewer, person_id, reason, until=until, at=app.clock())
    except Invalid as problem:
        with app.database.read() as session:
            form = FormState.refused(problem, reason=reason, days=days)
            return _person(request, app, session, viewer, person_id, form, status=problem.status)
    words = _("Blocked. You can undo what they did, too.")
    return back_to(request, app, "encyclopedia_person", words, person_id=person_id)


@router.post("/unblock", name="encyclopedia_unblock")
def lift_block(
    request: Request, app: App, session: WriteSession, viewer: Viewer, person_id: uuid.UUID
) -> Response:
    """Lift a block."""
    blocks.lift(session, viewer, person_id, at=app.clock())
    return back_to(request, app, "encyclopedia_person", _("The block was lifted."), person_id=person_id)


@router.get("/undo-all", name="encyclopedia_revert_all")
def preview_revert(
    request: Request, app: App, session: ReadSession, viewer: Viewer, person_id: uuid.UUID, since: str = ""
) -> Response:
    """Show what undoing all that somebody did since a day would change."""
    PERMISSIONS.require(viewer, Permission.BLOCK)
    return _preview(request, app, session, viewer, person_id, since, FormState())


@router.post("/undo-all")
def apply_revert(
    request: Request,
    app: App,
    viewer: Viewer,
    person_id: uuid.UUID,
    since: Text = "",
    reason: Text = "",
    mark: Text = "",
) -> Response:
    """Undo it, and show what is left for hand work."""
    try:
        with app.database.write() as session:
            begin = _since(app, since)
            plan = revert_all(session, viewer, person_id, begin, reason, mark=mark, at=app.clock())
            return _render(request, session, viewer, person_id, begin, plan, FormState(), done=True)
    except (Invalid, Conflict) as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {}
        form = FormState({"reason": reason}, fields, problem.message)
        with app.database.read() as session:
            return _preview(request, app, session, viewer, person_id, since, form, status=problem.status)


def _person(  # noqa: PLR0913 - what the page can show
    request: Request,
    app: Services,
    session: Session,
    viewer: Actor,
    person_id: uuid.UUID,
    form: FormState,
    *,
    after: str = "",
    status: int = 200,
) -> Response:
    person = contributor(session, viewer, person_id)
    wanted = wanted_from(request.query_params, person_id=person_id)
    address = path_for(request, "encyclopedia_person", person_id=person_id)
    found = changes(session, viewer, wanted, current_locale(), after=Cursor.read(after), limit=PAGE_SIZE)
    context = PersonPage(
        person_id=str(person_id),
        name=person.name,
        own=viewer.person_id == person_id,
        lead=lead_of(person),
        block=block_words(viewer, person, block_of(session, person_id, at=app.clock())),
        filters=filters_of(viewer, wanted, address),
        days=days_of(request, viewer, found, reasons_for(session, viewer, found)),
        counted=counted(found),
        older=older_href(address, wanted, found),
        newest=address if after else None,
        feed=path_for(request, "encyclopedia_feed_person", person_id=person_id, query=query_of(wanted)),
        may_block=PERMISSIONS.allows(viewer, Permission.BLOCK) and viewer.person_id != person_id,
        form=form,
        durations=durations(),
    )
    return render(request, "encyclopedia/person.html", context, status=status)


def _preview(  # noqa: PLR0913 - what the page can show
    request: Request,
    app: Services,
    session: Session,
    viewer: Actor,
    person_id: uuid.UUID,
    since: str,
    form: FormState,
    *,
    status: int = 200,
) -> Response:
    begin = _since(app, since)
    plan = plan_revert(session, viewer, person_id, begin)
    return _render(request, session, viewer, person_id, begin, plan, form, status=status)


def _render(  # noqa: PLR0913 - what the page can show
    request: Request,
    session: Session,
    viewer: Actor,
    person_id: uuid.UUID,
    since: datetime,
    plan: RevertPlan,
    form: FormState,
    *,
    status: int = 200,
    done: bool = False,
) -> Response:
    known = names(session, {each.page.entry_id for each in plan.pages}, current_locale())
    slugs = {entry_id: (name.slug, name.title) for entry_id, name in known.items()}
    context = RevertPage(
        person_id=str(person_id),
        name=contributor(session, viewer, person_id).name,
        since=since.date().isoformat(),
        since_words=Formats().date(since),
        restored=remedy_lines(request, plan, slugs, Remedy.RESTORE),
        deleted=remedy_lines(request, plan, slugs, Remedy.DELETE),
        by_hand=remedy_lines(request, plan, slugs, Remedy.BY_HAND),
        mark=plan.mark,
        form=form,
        done=done,
    )
    return render(request, "encyclopedia/revert_all.html", context, status=status)


def _since(app: Services, day: str) -> datetime:
    """Return the beginning of a day (UTC); nothing given: a week ago."""
    if not day:
        return (app.clock() - timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        since = datetime.fromisoformat(day[:10]).replace(tzinfo=UTC)
    except ValueError as error:
        raise Invalid(_("This is not a day."), fields={"since": _("Write it as 2026-05-31.")}) from error
    return max(since, app.clock() - FURTHEST)
