"""Questions about labels and about what is known of contributors."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from political_ads.core.aggregation import FloatArray
from political_ads.core.questionnaires import Asked
from political_ads.core.recount import Pool
from political_ads.models import Campaign, Label, Skill

SkillTable = dict[str, dict[int, FloatArray]]  # question → contributor → counts (k, k)


def labels_of(session: Session, item_ids: Collection[int]) -> dict[int, dict[str, Label]]:
    """Return the labels of some items: item → question → label."""
    found: dict[int, dict[str, Label]] = {item_id: {} for item_id in item_ids}
    for label in session.scalars(select(Label).where(Label.item_id.in_(item_ids))):
        found[label.item_id][label.question] = label
    return found


def posteriors_of(session: Session, item_ids: Collection[int], asked: Asked) -> dict[int, FloatArray]:
    """Return the stored posterior (k,) of a question for those of some items that have one."""
    query = select(Label.item_id, Label.posterior).where(
        Label.item_id.in_(item_ids), Label.question == asked.key
    )
    return {
        item_id: np.array([posterior.get(name, 0.0) for name in asked.classes])
        for item_id, posterior in session.execute(query)
        if set(posterior) <= set(asked.classes)
    }


def skills_of(
    session: Session,
    campaign_id: int,
    contributor_ids: Collection[int],
    questions: Iterable[str],
    *,
    lock: bool = False,
) -> SkillTable:
    """Return what is known of contributors. `lock`: in the order of contributors, in which everybody locks."""
    names = list(questions)
    query = select(Skill.question, Skill.contributor_id, Skill.counts).where(
        Skill.campaign_id == campaign_id,
        Skill.contributor_id.in_(sorted(contributor_ids)),
        Skill.question.in_(names),
    )
    if lock:
        query = query.order_by(Skill.contributor_id).with_for_update()
    table: SkillTable = {name: {} for name in names}
    for question, contributor_id, counts in session.execute(query):
        table[question][contributor_id] = np.array(counts, dtype=np.float64)
    return table


def skill_rows(session: Session, campaign_id: int, contributor_id: int) -> Sequence[Skill]:
    """Return what is known of one contributor, by question."""
    query = select(Skill).where(Skill.campaign_id == campaign_id, Skill.contributor_id == contributor_id)
    return session.scalars(query.order_by(Skill.question)).all()


def pool_of(campaign: Campaign, asked: Asked) -> Pool:
    """Return what the last batch says of a question in all; nothing where there was none, or the answers were others then."""
    k = len(asked.classes)
    kept: dict[str, Any] = campaign.aggregate.get(asked.key) or {}
    if tuple(kept.get("classes", ())) != asked.classes:
        return Pool(np.zeros((k, k)), np.zeros(k))
    return Pool(np.array(kept["pooled"], dtype=np.float64), np.array(kept["class_counts"], dtype=np.float64))
