"""What the model's page and its doors for programs read."""

from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.jobs import Job
from political_ads.core.questionnaires import Asked
from political_ads.core.supply import Supply
from political_ads.models import Campaign, Model
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.training import supply_now, training_now


def training_of(
    session: Session, campaign: Campaign, asked: Asked, *, at: datetime
) -> tuple[Model, Job | None] | None:
    """Return the version that is being trained, with its job."""
    model = training_now(session, campaign.id, asked.key, at=at)
    return (model, session.get(Job, model.job_id) if model.job_id else None) if model else None


def supply_shown(
    session: Session, actor: Actor, campaign: Campaign, asked: Asked, model: Model | None
) -> Supply | None:
    """Return what the labels offer where the page speaks of it: without a model, or for those who may train."""
    wanted = model is None or PERMISSIONS.allows(actor, Permission.MANAGE)
    return supply_now(session, campaign, asked) if wanted else None
