"""The uniformly random set: what prevalence rests on."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from political_ads.core.aggregation import FloatArray
from political_ads.core.questionnaires import Asked
from political_ads.core.shares import Stratum
from political_ads.models import Creative, Item, Label
from political_ads.queries.results.scope import LEFT_OUT, YES, Narrowing, narrowed, of_labels, tellable

MOST_DRAWN = 20_000  # of the random set, in its random order: a part of it is as unbiased as the whole


def random_set(session: Session, campaign_id: int, asked: Asked, wanted: Narrowing) -> list[Stratum]:
    """Return the posteriors of the creatives of the random set that have at least one answer, by language.

    Settled or not: whoever waited for labels to settle would find the easy creatives too often. The set is a beginning of the
    random order within each language (`actions.assignment`), so languages are drawn at different rates, and each creative stands
    for as many of the campaign as its language's rate says.
    """
    query = of_labels(select(Item.language, Label.posterior), campaign_id, asked.key, wanted)
    rows: dict[str, list[list[float]]] = {}
    drawn = query.where(Item.sampled.is_(True)).order_by(Item.shuffle).limit(MOST_DRAWN)
    for language, posterior in session.execute(drawn):
        rows.setdefault(language, []).append([float(posterior.get(name, 0.0)) for name in asked.classes])
    stands_for = _stands_for(session, campaign_id, asked.key)
    return [
        Stratum(stands_for[language] * len(found), _whole(np.array(found, dtype=np.float64)))
        for language, found in sorted(rows.items())
    ]


def _stands_for(session: Session, campaign_id: int, question: str) -> dict[str, float]:
    """Return how many creatives of a campaign one of the random set that has an answer stands for, by language."""
    of_campaign = (Item.campaign_id == campaign_id, Item.gold.is_(False), Item.state.not_in(LEFT_OUT))
    every = select(Item.language, func.count().label("creatives")).where(*of_campaign).group_by(Item.language)
    all_of = {row.language: row.creatives for row in session.execute(every)}
    answered = select(Label.id).where(Label.item_id == Item.id, Label.question == question).exists()
    drawn = session.execute(every.where(Item.sampled.is_(True), answered))
    return {language: all_of[language] / count for language, count in drawn}


def _whole(table: FloatArray) -> FloatArray:
    """Return rows that add up to 1: stored probabilities are rounded."""
    sums = table.sum(axis=1, keepdims=True)
    whole: FloatArray = table / np.where(sums > 0, sums, 1.0)
    return whole


def soft_shares(
    session: Session, campaign_id: int, questions: Sequence[str], wanted: Narrowing, *, sampled: bool
) -> dict[str, FloatArray]:
    """Return, for soft yes-or-no questions, the weighted share of answers that say yes, one figure a creative: question → (n,)."""
    query = narrowed(
        select(Label.question, Label.posterior)
        .select_from(Label)
        .join(Item, Item.id == Label.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .where(Label.campaign_id == campaign_id, Label.question.in_(questions))
        .where(Item.gold.is_(False), Item.state.not_in(LEFT_OUT)),
        wanted,
    )
    query = query.where(Item.sampled.is_(True) if sampled else tellable(wanted))
    found: dict[str, list[float]] = {question: [] for question in questions}
    limited = query.order_by(Item.shuffle).limit(MOST_DRAWN * max(1, len(questions)))
    for question, posterior in session.execute(limited):
        found[question].append(float(posterior.get(YES, 0.0)))
    return {question: np.array(values, dtype=np.float64) for question, values in found.items()}
