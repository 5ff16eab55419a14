"""Writing what a batch found: labels in parts, contributors' counts, and the campaign's summary."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.actions.log import note
from political_ads.actions.tallying import keep_labels
from political_ads.actions.telling import tell_flags
from political_ads.actions.webhooks import announce_label
from political_ads.actions.writing_over import write_over
from political_ads.core.aggregation import UNKNOWN
from political_ads.core.batch import Fitted
from political_ads.core.labels import LabelValue
from political_ads.core.spans import Marked, agreed
from political_ads.models import Campaign, Item, Skill
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.marks import marks_about

METHOD = "ensemble"


def keep_part(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    fitted: Sequence[Fitted],
    answers: Mapping[int, int],
    states: Mapping[int, str],
    *,
    at: datetime,
) -> int:
    """Write the labels of some items (`answers`: item → answers read) and settle the open ones; return how many items.

    An item that was answered meanwhile, or that reviewers decided on, keeps the label that it has: the next batch knows more.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    query = select(Item).where(Item.id.in_(list(answers)), Item.gold.is_(False)).order_by(Item.id)
    items = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    ready = [item for item in items if item.answers == answers[item.id] and item.state != "adjudicated"]
    ids = np.array([item.id for item in ready], dtype=np.int64)
    labels: dict[int, dict[str, LabelValue]] = {item.id: {} for item in ready}
    for each in fitted:
        rows = np.flatnonzero(np.isin(each.items, ids) & (each.gold == UNKNOWN))
        for item_id, value in each.labels(rows).items():
            labels[item_id][each.asked.key] = value
    keep_labels(session, campaign, labels, METHOD, at=at, spans=_marked(session, campaign, labels, fitted))
    standing: dict[int, dict[str, LabelValue]] = {}
    for item in ready:
        if item.state == "open" and states.get(item.id, "open") != "open":
            item.state, item.retired_at = states[item.id], at
            if item.state == "retired":
                announce_label(session, campaign, item, "label.published", at=at)
                standing[item.creative_id] = labels[item.id]
    tell_flags(session, campaign, standing, at=at)
    session.flush()
    return len(ready)


def _marked(session: Session, campaign: Campaign, items: Iterable[int], fitted: Sequence[Fitted]) -> Marked:
    """Return what most contributors marked in the texts of some items, each weighing what their answers to the question tell."""
    weights = {
        each.asked.key: dict(zip(each.contributors.tolist(), each.spammer.tolist(), strict=True))
        for each in fitted
    }
    return agreed(marks_about(session, campaign, list(items)), weights)


def keep_contributors(
    session: Session, actor: Actor, campaign: Campaign, fitted: Fitted, *, at: datetime
) -> None:
    """Write what is known of every contributor on a question."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    rows: list[dict[str, Any]] = [
        {
            "campaign_id": campaign.id,
            "contributor_id": int(contributor),
            "question": fitted.asked.key,
            "counts": fitted.counts[place].tolist(),
            "accuracy": float(fitted.accuracy[place]),
            "low": float(fitted.low[place]),
            "high": float(fitted.high[place]),
            "spammer": float(fitted.spammer[place]),
            "updated_at": at,
        }
        for place, contributor in enumerate(fitted.contributors)
    ]
    key = ("campaign_id", "contributor_id", "question")
    columns = ("counts", "accuracy", "low", "high", "spammer", "updated_at")
    write_over(session, Skill, rows, key, columns)


def keep_summary(
    session: Session, actor: Actor, campaign: Campaign, fitted: Sequence[Fitted], *, at: datetime
) -> None:
    """Write pooled counts, class shares and agreement of each question: from now on the online update starts from these."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    campaign.aggregate = {each.asked.key: each.summary for each in fitted}
    campaign.aggregated_at = at
    note(session, actor, "aggregated", at=at, campaign_id=campaign.id, subject=campaign.slug)
    session.flush()
