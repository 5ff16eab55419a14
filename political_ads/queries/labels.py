"""Questions about labels and about what is known of contributors."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from political_ads.core.aggregation import FloatArray
from political_ads.core.questionnaires import Asked
from political_ads.core.recount import Pool
from political_ads.models import Campaign, Label, Skill

SkillTable = dict[str, dict[int, FloatArray]]  # question → contributor → counts (k, k)

# Built once: building a statement takes longer than the database takes to answer it.
_SKILLS = select(Skill.question, Skill.contributor_id, Skill.counts).where(
    Skill.campaign_id == bindparam("campaign"),
    Skill.contributor_id.in_(bindparam("contributors", expanding=True)),
    Skill.question.in_(bindparam("questions", expanding=True)),
)
_SKILLS_LOCKED = _SKILLS.order_by(Skill.contributor_id).with_for_update()


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
    return as_posteriors({row.item_id: row.posterior for row in session.execute(query)}, asked)


def as_posteriors(stored: Mapping[int, Mapping[str, float]], asked: Asked) -> dict[int, FloatArray]:
    """Return stored posteriors (item → class → probability) as arrays (k,); those of other classes are left out."""
    return {
        item_id: np.array([posterior.get(name, 0.0) for name in asked.classes])
        for item_id, posterior in stored.items()
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
    values = {"campaign": campaign_id, "contributors": sorted(contributor_ids), "questions": names}
    table: SkillTable = {name: {} for name in names}
    for question, contributor_id, counts in session.execute(_SKILLS_LOCKED if lock else _SKILLS, values):
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
