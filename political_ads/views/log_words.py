"""What was done, in words: the tool's own audit trail."""

from dataclasses import dataclass

from common.i18n import N_
from common.i18n import gettext as _
from common.web.formats import Formats
from political_ads.models import LogLine

_formats = Formats()
ACTIONS = {
    "questionnaire_kept": N_("kept a version of a questionnaire"),
    "campaign_created": N_("created the campaign"),
    "campaign_changed": N_("changed the campaign"),
    "campaign_filled": N_("put creatives in"),
    "campaign_open": N_("opened the campaign"),
    "campaign_paused": N_("paused the campaign"),
    "campaign_closed": N_("closed the campaign"),
    "aggregated": N_("computed all labels anew"),
    "campaign_deleted": N_("deleted a draft"),
    "gold_set": N_("made an ad gold"),
    "gold_dropped": N_("dropped an ad from the gold"),
    "adjudicated": N_("decided on an ad"),
    "adjudication_set_aside": N_("set a decision aside"),
    "flags_settled": N_("settled what volunteers had flagged"),
    "label_contested": N_("contested a label"),
    "contest_upheld": N_("agreed with a contest"),
    "contest_declined": N_("declined a contest"),
    "contributor_stopped": N_("stopped a contributor"),
    "contributor_let_go_on": N_("let a contributor go on"),
    "contributor_withdrawn": N_("withdrew all answers of a contributor"),
    "training_begun": N_("began a version of the model"),
    "training_done": N_("finished a version of the model"),
    "items_restored": N_("put ads of a group back"),
}


@dataclass(frozen=True)
class LogView:
    """One line: who, what, about what, why, when."""

    who: str
    what: str
    about: str
    details: str
    comment: str
    when: str


def log_view(line: LogLine) -> LogView:
    """Word one line; an action of another version of this tool stands as it was written."""
    what = ACTIONS.get(line.action)
    return LogView(
        who=line.actor_name or _("somebody without an account"),
        what=_(what) if what else line.action.replace("_", " "),
        about=line.subject,
        details=_details(line),
        comment=line.comment,
        when=_formats.datetime(line.at),
    )


def _details(line: LogLine) -> str:
    details = line.details
    if line.action == "campaign_filled":
        return _("%(count)s added") % {"count": _formats.number(details.get("added", 0))}
    if line.action == "campaign_changed":
        return ", ".join(str(name).replace("_", " ") for name in details.get("changed", ()))
    if line.action == "adjudicated" and details.get("disputed"):
        return _("stays disputed")
    return ""
