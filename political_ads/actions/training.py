"""Writing what training finds: a version begun, its report, its predictions, its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict
from common.i18n import gettext as _
from common.jobs import enqueue
from political_ads.actions.log import note
from political_ads.actions.writing_over import write_over
from political_ads.models import Campaign, Item, Model, Prediction
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.training import TRAIN, training_now

LONGEST_CARD = 20_000
_PRIORITIES = (
    update(Item.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
    .where(Item.__table__.c.id == bindparam("item"), Item.__table__.c.state == "open")
    .values(priority=bindparam("least_sure"))
)


def begin_training(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    question: str,
    *,
    labelled: int,
    at: datetime,
    as_job: bool = True,
) -> Model:
    """Open the next version of a question's model, and a job that trains it. Raises `Conflict` while one is being trained."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    session.get_one(Campaign, campaign.id, with_for_update=True)  # two at once do not take one number
    if training_now(session, campaign.id, question, at=at):
        raise Conflict(_("A version of this model is being trained already."))
    last = session.scalar(
        select(func.max(Model.version)).where(Model.campaign_id == campaign.id, Model.question == question)
    )
    model = Model(
        campaign_id=campaign.id,
        question=question,
        version=(last or 0) + 1,
        artefact="",
        report={"labelled": labelled},
        state="training",
        by_name=actor.name,
        at=at,
    )
    session.add(model)
    session.flush()
    if as_job:
        payload = {"model_id": model.id}
        model.job_id = enqueue(session, TRAIN, payload, at=at, owner_id=actor.person_id).id
    subject = f"{campaign.slug} {question} {model.version}"
    note(session, actor, "training_begun", at=at, campaign_id=campaign.id, subject=subject)
    session.flush()
    return model


def keep_trained(
    session: Session, actor: Actor, model: Model, artefact: str, card: str, report: Mapping[str, Any]
) -> None:
    """Write what the run found out; its predictions come next."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    model.artefact, model.card = artefact, card[:LONGEST_CARD]
    model.report = {**model.report, **report}
    session.flush()


def keep_predictions(
    session: Session,
    actor: Actor,
    model: Model,
    said: Mapping[int, Mapping[str, float]],
    priorities: Mapping[int, float],
    *,
    at: datetime,
) -> None:
    """Write what a model says of some creatives (`said`: creative → class → probability), and which open items to ask about first.

    `priorities`: item → 0 to 1, 1 where the model is least sure. An item that was closed meanwhile keeps its own.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    rows: list[dict[str, Any]] = [
        {"model_id": model.id, "creative_id": creative_id, "probabilities": dict(probabilities), "at": at}
        for creative_id, probabilities in sorted(said.items())
    ]
    write_over(session, Prediction, rows, ("model_id", "creative_id"), ("probabilities", "at"))
    if priorities:
        # the table, not the class: one statement for all; everybody locks in the order of ids
        items = [{"item": item_id, "least_sure": value} for item_id, value in sorted(priorities.items())]
        session.connection().execute(_PRIORITIES, items)


def finish_training(session: Session, actor: Actor, model: Model, *, at: datetime) -> None:
    """Say that a version is ready: trained, and every creative of the campaign predicted."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    if model.state == "ready":  # it was only asked about creatives that came since
        return
    model.state = "ready"
    campaign = session.get_one(Campaign, model.campaign_id)
    subject = f"{campaign.slug} {model.question} {model.version}"
    note(session, actor, "training_done", at=at, campaign_id=campaign.id, subject=subject)
    session.flush()


def ask_again(session: Session, actor: Actor, model: Model, *, at: datetime) -> None:
    """Have a version that is ready asked about the creatives that came since."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    enqueue(session, TRAIN, {"model_id": model.id}, at=at, owner_id=actor.person_id)


def fail_training(session: Session, actor: Actor, model_ids: Sequence[int], why: str) -> None:
    """Say that versions will not become ready, and why; ready ones stay as they are."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    query = select(Model).where(Model.id.in_(model_ids), Model.state == "training").order_by(Model.id)
    for model in session.scalars(query.with_for_update()):
        model.state = "failed"
        model.report = {**model.report, "failed": why[:500]}
    session.flush()
