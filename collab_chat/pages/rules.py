"""Managing consensus rules and playbooks."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from collab_chat.actions.rules import drop_rule, keep_rule
from collab_chat.actions.tasks import drop_playbook, keep_playbook
from collab_chat.core.consensus import Rule
from collab_chat.core.playbooks import read_playbook
from collab_chat.queries.rules import all_organisations, all_rules, own_playbooks
from collab_chat.queries.tasks import playbooks
from collab_chat.views.rules import rules_page
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render

router = APIRouter(prefix="/manage/rules")
Text = Annotated[str, Form()]
NUMBERS = ("organisations", "agree", "of", "wait_minutes", "leads_to_shorten")


@router.get("", name="rooms_rules")
def show_rules(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Show all rules and playbooks."""
    return _show(request, session, viewer)


@router.post("", name="rooms_rule_keep")
def keep(  # noqa: PLR0913 - one argument a field
    request: Request,
    app: App,
    viewer: Viewer,
    name: Text = "",
    organisations: Text = "3",
    agree: Text = "2",
    of: Text = "3",
    wait_minutes: Text = "15",
    leads_to_shorten: Text = "2",
    only: Annotated[list[uuid.UUID] | None, Form()] = None,
) -> Response:
    """Keep a rule."""
    values = dict(zip(NUMBERS, (organisations, agree, of, wait_minutes, leads_to_shorten), strict=True))
    try:
        with app.database.write() as session:
            keep_rule(session, viewer, name, only or (), _rule(values), at=app.clock())
    except Invalid as problem:
        with app.database.read() as session:
            return _show(request, session, viewer, form=PageForm.refused(problem, name=name, **values))
    return back_to(request, app, "rooms_rules", _("The rule was kept. It holds from now on."))


@router.post("/{rule_id:int}/drop", name="rooms_rule_drop")
def drop(request: Request, app: App, viewer: Viewer, rule_id: int) -> Response:
    """Let a rule go."""
    with app.database.write() as session:
        drop_rule(session, viewer, rule_id, at=app.clock())
    return back_to(request, app, "rooms_rules", _("The rule holds no more."))


@router.post("/playbooks", name="rooms_playbook_keep")
def keep_list(request: Request, app: App, viewer: Viewer, playbook: Text = "") -> Response:
    """Keep a playbook that was written as YAML."""
    try:
        with app.database.write() as session:
            keep_playbook(session, viewer, read_playbook(playbook), at=app.clock())
    except Invalid as problem:
        with app.database.read() as session:
            typed = PageForm({"playbook": playbook}, {"playbook": problem.message}, problem.message)
            return _show(request, session, viewer, playbook_form=typed)
    return back_to(request, app, "rooms_rules", _("The playbook was kept."))


@router.post("/playbooks/{key}/drop", name="rooms_playbook_drop")
def drop_list(request: Request, app: App, viewer: Viewer, key: str) -> Response:
    """Let an organisation's own playbook go."""
    with app.database.write() as session:
        drop_playbook(session, viewer, key, at=app.clock())
    return back_to(request, app, "rooms_rules", _("The playbook is offered no more."))


def _show(
    request: Request,
    session: Session,
    viewer: Actor,
    *,
    form: PageForm | None = None,
    playbook_form: PageForm | None = None,
) -> Response:
    context = rules_page(
        all_rules(session, viewer),
        all_organisations(session, viewer),
        playbooks(session),
        frozenset(one.key for one in own_playbooks(session, viewer)),
        form=form or PageForm(),
        playbook_form=playbook_form or PageForm(),
    )
    refused = form is not None or playbook_form is not None
    return render(request, "collab_chat/rules.html", context, status=422 if refused else 200)


def _rule(values: dict[str, str]) -> Rule:
    try:
        return Rule.model_validate(values)
    except ValidationError as error:
        fields = {
            str(one["loc"][0]): _("This number does not fit here.") for one in error.errors() if one["loc"]
        }
        message = _("Those who must agree are more than half, and at most all.")
        raise Invalid(_("Some of this needs another look."), fields=fields or {"agree": message}) from error
