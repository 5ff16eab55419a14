"""Steering the job that fills a campaign."""

from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict
from common.i18n import gettext as _
from common.jobs import request_cancel, request_pause, resume
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.manage import filling_job

WISHES = ("pause", "resume", "cancel")


def steer_filling(session: Session, actor: Actor, campaign: Campaign, wish: str, *, at: datetime) -> None:
    """Pause, resume or cancel (one of `WISHES`) the filling of a campaign; what is in stays. Raises `Conflict` where none goes on."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    job = filling_job(session, campaign.id)
    if job is None:
        raise Conflict(_("This campaign is not being filled now."))
    if wish == "resume":
        resume(session, job.id)
    else:
        (request_pause if wish == "pause" else request_cancel)(session, job.id, at=at)
