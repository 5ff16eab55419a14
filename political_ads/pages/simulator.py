"""The rule simulator: what a retirement rule would have cost and saved on past answers."""

from fastapi import APIRouter, Request, Response

from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.services import ReadSession
from common.web.templating import render
from political_ads.core.recount import rule_of
from political_ads.queries.campaigns import campaigns, rules_of
from political_ads.queries.manage import managed
from political_ads.queries.questionnaires import version_of
from political_ads.service.campaign_reading import read_rules, rules_values
from political_ads.service.simulating import Simulated, simulate
from political_ads.views.simulator import simulator_page

router = APIRouter(prefix="/manage/campaigns/{slug}/simulator")
RULE = ("at_least", "at_most", "posterior", "lead", "blank_after")


@router.get("", name="ads_simulator")
def show(request: Request, session: ReadSession, viewer: Viewer, slug: str, of: str = "") -> Response:
    """Show what a rule would have cost and saved; the campaign's own rule where none is given."""
    campaign = managed(session, viewer, slug)
    other = managed(session, viewer, of) if of else campaign
    values = rules_values(rules_of(campaign))
    values |= {name: request.query_params[name] for name in RULE if name in request.query_params}
    form, status = Form(values), 200
    found: Simulated | None = None
    version = version_of(session, other.questionnaire_id)
    if version is None:
        raise NotFound(_("This campaign has no questionnaire."))
    try:
        rule = rule_of(read_rules(values))
        found = simulate(session, viewer, other, version, rule)
    except Invalid as problem:
        form, status = Form.refused(problem, **values), problem.status
    known = campaigns(session, viewer)
    context = simulator_page(request, campaign, other, known, form, found)
    return render(request, "political_ads/simulator.html", context, status=status)
