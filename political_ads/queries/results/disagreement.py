"""Where people differ: entropies, the most disputed creatives, patterns of votes; and examples on which they agree."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from political_ads.core.spans import spans_of
from political_ads.models import Ad, Creative, Item, Label, Model, Prediction
from political_ads.queries.ads import FINISHED
from political_ads.queries.results.scope import LEFT_OUT, Narrowing, of_labels, settled, tellable

ENOUGH_TO_DIFFER = 2  # answers
MOST_COMPARED = 20_000  # predictions
MOST_MARKED = 200  # creatives with marked words that are looked through


@dataclass(frozen=True)
class Disputed:
    """A creative and how its answers divide."""

    creative: Creative
    item: Item
    label: Label


@dataclass(frozen=True)
class ModelAnswer:
    """What a model had said of a creative before people settled its label, and that label."""

    version: int
    probabilities: Mapping[str, float]
    label: str


def entropies(
    session: Session, campaign_id: int, question: str, wanted: Narrowing, edges: Sequence[float]
) -> list[int]:
    """Return how many creatives with two answers or more have an entropy below each edge (rising; bits), the last: the rest."""
    place = case(*((Label.entropy < edge, n) for n, edge in enumerate(edges)), else_=len(edges))
    query = of_labels(select(place, func.count()), campaign_id, question, wanted)
    rows = session.execute(query.where(Item.answers >= ENOUGH_TO_DIFFER, tellable(wanted)).group_by(place))
    found = {int(n): count for n, count in rows}
    return [found.get(n, 0) for n in range(len(edges) + 1)]


def most_disputed(
    session: Session, campaign_id: int, question: str, wanted: Narrowing, *, least: int, limit: int
) -> list[Disputed]:
    """Return the creatives on which people differ most, of those with at least `least` answers and no content warning.

    None that volunteers are still asked about: the page would answer for them.
    """
    query = (
        of_labels(select(Creative, Item, Label), campaign_id, question, wanted)
        .where(Item.state.in_(FINISHED), Item.answers >= least, Label.entropy > 0, Creative.warning == "")
        .order_by(Label.entropy.desc(), Item.shuffle)
        .limit(limit)
    )
    return [Disputed(creative, item, label) for creative, item, label in session.execute(query)]


def agreeing_examples(
    session: Session, campaign_id: int, question: str, wanted: Narrowing, label: str, *, limit: int
) -> list[Disputed]:
    """Return creatives with a settled label on which people agree most, none with a content warning."""
    query = (
        of_labels(select(Creative, Item, Label), campaign_id, question, wanted)
        .where(settled(), Label.label == label, Creative.warning == "")
        .order_by(Label.confidence.desc(), Item.shuffle)
        .limit(limit)
    )
    return [Disputed(creative, item, found) for creative, item, found in session.execute(query)]


def marked_examples(
    session: Session, campaign_id: int, question: str, wanted: Narrowing, *, least: int, limit: int
) -> list[Disputed]:
    """Return settled creatives in whose text words are marked for a question by at least `least` volunteers, the most of them first.

    None with a content warning. Chosen among at most `MOST_MARKED` of those with most answers.
    """
    query = (
        of_labels(select(Creative, Item, Label), campaign_id, question, wanted)
        .where(settled(), cast(Label.spans, String) != "[]", Creative.warning == "")
        .order_by(Item.answers.desc(), Item.shuffle)
        .limit(MOST_MARKED)
    )
    found = [Disputed(creative, item, label) for creative, item, label in session.execute(query)]
    most = {one.label.id: _most_marked(one) for one in found}
    found = [one for one in found if most[one.label.id] >= least]
    return sorted(found, key=lambda one: most[one.label.id], reverse=True)[:limit]


def _most_marked(found: Disputed) -> int:
    return max((one.marked for one in spans_of(found.label.spans, found.creative.text)), default=0)


def shown_ads(session: Session, creatives: Collection[Creative]) -> dict[int, Ad]:
    """Return the ad that stands for each creative, by the creative's id."""
    wanted = {creative.ad_id: creative.id for creative in creatives if creative.ad_id is not None}
    return {wanted[ad.id]: ad for ad in session.scalars(select(Ad).where(Ad.id.in_(wanted)))}


def vote_patterns(
    session: Session, campaign_id: int, questions: Sequence[str], wanted: Narrowing
) -> dict[str, list[tuple[dict[str, int], int]]]:
    """Return the patterns of votes of each question with how many creatives show each: question → (class → answers, creatives).

    Agreement needs nothing else, and however many creatives there are, patterns are few.
    """
    pattern: Any = cast(Label.votes, String)
    query = (
        select(Label.question, pattern, func.count())
        .join(Item, Item.id == Label.item_id)
        .where(Label.campaign_id == campaign_id, Label.question.in_(questions))
        .where(Item.gold.is_(False), Item.state.not_in(LEFT_OUT))
        .group_by(Label.question, pattern)
    )
    if wanted.language:
        query = query.where(Item.language == wanted.language)
    found: dict[str, list[tuple[dict[str, int], int]]] = {question: [] for question in questions}
    for question, votes, count in session.execute(query):
        found[question].append((orjson.loads(votes), count))
    return found


def model_answers(session: Session, campaign_id: int, question: str, wanted: Narrowing) -> list[ModelAnswer]:
    """Return what models said of creatives of the random set before their label was settled; the newest prediction of each."""
    query = (
        of_labels(
            select(Item.id, Model.version, Prediction.probabilities, Label.label),
            campaign_id,
            question,
            wanted,
        )
        .join(Prediction, Prediction.creative_id == Creative.id)
        .join(Model, Model.id == Prediction.model_id)
        .where(Model.campaign_id == campaign_id, Model.question == question)
        .where(Item.sampled.is_(True), settled(), Label.label != "", Prediction.at < Item.retired_at)
        .order_by(Model.version)
        .limit(MOST_COMPARED)
    )
    newest = {
        item_id: ModelAnswer(version, said, label) for item_id, version, said, label in session.execute(query)
    }
    return list(newest.values())
