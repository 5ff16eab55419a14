"""What models learn from and what they said: a campaign's labels with their texts, models by version, predictions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job, JobState
from political_ads.core.questionnaires import Asked
from political_ads.core.supply import Supply, supply_of
from political_ads.models import Ad, Answer, Campaign, Creative, Item, Label, Model, Prediction, Skill
from political_ads.queries.answers import counts
from political_ads.queries.campaigns import rules_of

TRAIN = "ads_train"  # the job
GOING = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)
LONGEST_RUN = timedelta(hours=6)  # of a training without a job, after which it is taken for dead
MOST_LABELS = 10_000  # that a model learns from: a uniformly random part of more, all of the random set first
LEAST_ANSWERS = 2  # one opinion is no label yet; fewer where the campaign's own rule asks for one
LEFT_OUT = ("withdrawn", "blank")
DECIDED = "adjudicated"
_AT_ONCE = 500  # ids in one condition


@dataclass(frozen=True)
class Known:
    """A labelled creative as it is stored. `told`: how much those who answered tell on average, 0 to 1; None: not known yet."""

    item_id: int
    creative_id: int
    title: str
    text: str
    language: str
    started_at: datetime | None
    sampled: bool
    posterior: Mapping[str, float]
    votes: int
    decided: bool
    told: float | None
    advertisers: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """A creative of a campaign that a model is asked about."""

    item_id: int
    creative_id: int
    title: str
    text: str
    open: bool  # volunteers are still asked, and it is not gold


def labelled_creatives(session: Session, campaign: Campaign, asked: Asked) -> list[Known]:
    """Return the creatives whose label a model may learn from, the random set first, then in random order; gold is never among them."""
    query = (
        select(Item, Creative, Label.posterior, Label.votes, Label.method)
        .join(Label, Label.item_id == Item.id)
        .join(Creative, Creative.id == Item.creative_id)
        .where(*_labelled(campaign, asked.key))
        .order_by(Item.sampled.desc(), Item.shuffle, Item.id)
        .limit(MOST_LABELS)
    )
    rows = [row for row in session.execute(query) if set(row.posterior) <= set(asked.classes)]
    told = _how_much_answers_tell(session, campaign.id, asked.key)
    advertisers = _advertisers(session, [row.Creative.id for row in rows])
    return [
        Known(
            item_id=row.Item.id,
            creative_id=row.Creative.id,
            title=row.Creative.title,
            text=row.Creative.text,
            language=row.Item.language,
            started_at=row.Creative.started_at,
            sampled=row.Item.sampled,
            posterior=row.posterior,
            votes=sum(row.votes.values()),
            decided=row.method == DECIDED,
            told=told.get(row.Item.id),
            advertisers=advertisers.get(row.Creative.id, (f"creative {row.Creative.id}",)),
        )
        for row in rows
    ]


def labels_now(session: Session, campaign: Campaign, question: str) -> int:
    """Count the labels that a model could learn from."""
    query = select(func.count()).select_from(Label).join(Item, Item.id == Label.item_id)
    return session.scalar(query.where(*_labelled(campaign, question))) or 0


def supply_now(session: Session, campaign: Campaign, asked: Asked) -> Supply:
    """Return what a question's labels offer now, read without their texts; one page is one advertiser."""
    query = (
        select(Label.posterior, Creative.page_name, Creative.id)
        .select_from(Label)
        .join(Item, Item.id == Label.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .where(*_labelled(campaign, asked.key))
        .order_by(Item.sampled.desc(), Item.shuffle, Item.id)
        .limit(MOST_LABELS)
    )
    rows = [row for row in session.execute(query) if set(row.posterior) <= set(asked.classes)]
    return supply_of(
        asked.classes, [row.posterior for row in rows], [row.page_name or row.id for row in rows]
    )


def model_of(session: Session, model_id: int) -> Model:
    """Return a model. Raises `NotFound`."""
    model = session.get(Model, model_id)
    if model is None:
        raise NotFound(_("This model does not exist, or was removed."))
    return model


def newest_model(session: Session, campaign_id: int, question: str, *, ready: bool = True) -> Model | None:
    """Return the newest version of a question's model; `ready`: of those that are trained and have predicted."""
    query = select(Model).where(Model.campaign_id == campaign_id, Model.question == question)
    if ready:
        query = query.where(Model.state == "ready")
    return session.scalars(query.order_by(Model.version.desc()).limit(1)).first()


def versions_of(session: Session, campaign_id: int, question: str, *, limit: int = 50) -> Sequence[Model]:
    """Return the versions of a question's model, newest first."""
    query = select(Model).where(Model.campaign_id == campaign_id, Model.question == question)
    return session.scalars(query.order_by(Model.version.desc()).limit(limit)).all()


def modelled_questions(session: Session, campaign_id: int) -> set[str]:
    """Return the (sub-)questions of a campaign that have a trained model."""
    query = select(Model.question).where(Model.campaign_id == campaign_id, Model.state == "ready").distinct()
    return set(session.scalars(query))


def training_now(session: Session, campaign_id: int, question: str, *, at: datetime) -> Model | None:
    """Return the version that is being trained, as far as somebody or some job is still at it."""
    query = (
        select(Model)
        .outerjoin(Job, Job.id == Model.job_id)
        .where(Model.campaign_id == campaign_id, Model.question == question, Model.state == "training")
        .where(_alive(at))
    )
    return session.scalars(query.order_by(Model.version.desc()).limit(1)).first()


def abandoned_models(session: Session, *, at: datetime) -> Sequence[int]:
    """Return the models in training at which nobody works any more."""
    query = select(Model.id).outerjoin(Job, Job.id == Model.job_id).where(Model.state == "training")
    return session.scalars(query.where(~_alive(at))).all()


def newest_models(session: Session) -> Sequence[Model]:
    """Return the newest version of each campaign's and question's model, whatever became of it, of campaigns that are open."""
    newest = (
        select(Model.campaign_id, Model.question, func.max(Model.version).label("version"))
        .group_by(Model.campaign_id, Model.question)
        .subquery()
    )
    query = (
        select(Model)
        .join(Campaign, Campaign.id == Model.campaign_id)
        .join(
            newest,
            (Model.campaign_id == newest.c.campaign_id)
            & (Model.question == newest.c.question)
            & (Model.version == newest.c.version),
        )
        .where(Campaign.state == "open")
    )
    return session.scalars(query.order_by(Model.id)).all()


def next_to_predict(session: Session, model: Model, *, after: int, limit: int) -> list[Waiting]:
    """Return the next creatives of the campaign, by id, `after` one, of which this model has said nothing yet."""
    query = (
        select(Item.id, Item.creative_id, Creative.title, Creative.text, Item.state, Item.gold)
        .join(Creative, Creative.id == Item.creative_id)
        .where(Item.campaign_id == model.campaign_id, Item.creative_id > after, ~_predicted(model.id))
        .order_by(Item.creative_id)
        .limit(limit)
    )
    return [
        Waiting(row.id, row.creative_id, row.title, row.text, row.state == "open" and not row.gold)
        for row in session.execute(query)
    ]


def models_with_more_to_predict(session: Session) -> list[Model]:
    """Return the newest versions that are ready while their campaign got creatives of which they said nothing, and no job is at it."""
    at_work = {
        int(payload["model_id"])
        for payload in session.scalars(select(Job.payload).where(Job.kind == TRAIN, Job.state.in_(GOING)))
    }
    return [
        model
        for model in newest_models(session)
        if model.state == "ready"
        and model.id not in at_work
        and session.scalar(
            select(exists().where(Item.campaign_id == model.campaign_id, ~_predicted(model.id)))
        )
    ]


def how_many_to_predict(session: Session, model: Model) -> tuple[int, int]:
    """Return of how many creatives a model has said something, and of how many it should."""
    said = select(func.count()).select_from(Prediction).where(Prediction.model_id == model.id)
    every = select(func.count()).select_from(Item).where(Item.campaign_id == model.campaign_id)
    return session.scalar(said) or 0, session.scalar(every) or 0


def texts_of(session: Session, creative_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return (title, text) of some creatives; those that are gone are left out."""
    found: dict[int, tuple[str, str]] = {}
    ids = sorted(creative_ids)
    for start in range(0, len(ids), _AT_ONCE):
        query = select(Creative.id, Creative.title, Creative.text)
        for row in session.execute(query.where(Creative.id.in_(ids[start : start + _AT_ONCE]))):
            found[row.id] = (row.title, row.text)
    return found


def prediction_of(session: Session, model_id: int, creative_id: int) -> Prediction | None:
    """Return what a model said of a creative."""
    query = select(Prediction).where(Prediction.model_id == model_id, Prediction.creative_id == creative_id)
    return session.scalars(query).first()


def _predicted(model_id: int) -> ColumnElement[bool]:
    """The condition that a model has said something of an item's creative."""
    return exists().where(Prediction.model_id == model_id, Prediction.creative_id == Item.creative_id)


def _labelled(campaign: Campaign, question: str) -> tuple[ColumnElement[bool], ...]:
    least = min(LEAST_ANSWERS, rules_of(campaign).at_least)
    return (
        Label.campaign_id == campaign.id,
        Label.question == question,
        Item.gold.is_(False),
        Item.state.not_in(LEFT_OUT),
        or_(Item.answers >= least, Item.state == DECIDED),
    )


def _alive(at: datetime) -> ColumnElement[bool]:
    by_hand = Model.job_id.is_(None) & (Model.at > at - LONGEST_RUN)
    return func.coalesce(Job.state.in_(GOING), False) | by_hand


def _how_much_answers_tell(session: Session, campaign_id: int, question: str) -> dict[int, float]:
    """Return, per item, the mean spammer score of those who answered; nothing where no batch has measured any of them."""
    query = (
        select(Answer.item_id, func.avg(Skill.spammer))
        .join(
            Skill,
            (Skill.contributor_id == Answer.contributor_id)
            & (Skill.campaign_id == campaign_id)
            & (Skill.question == question),
        )
        .where(Answer.campaign_id == campaign_id, counts(), Skill.spammer.is_not(None))
        .group_by(Answer.item_id)
    )
    return {item_id: float(np.clip(told, 0.0, 1.0)) for item_id, told in session.execute(query)}


def _advertisers(session: Session, creative_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return who speaks in each creative: the pages of all its ads, and who paid for them."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(creative_ids), _AT_ONCE):
        query = (
            select(Ad.creative_id, Ad.source, Ad.page_id, Ad.page_name, Ad.paid_for_by)
            .where(Ad.creative_id.in_(creative_ids[start : start + _AT_ONCE]))
            .distinct()
        )
        for row in session.execute(query):
            keys = found.setdefault(row.creative_id or 0, set())
            if row.page_id or row.page_name:
                keys.add(f"page {row.source} {row.page_id or row.page_name}")
            if row.paid_for_by:
                keys.add(f"payer {row.paid_for_by.strip().casefold()}")
    return {creative_id: tuple(sorted(keys)) for creative_id, keys in found.items() if keys}
