"""What volunteers marked in the texts of some creatives."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from political_ads.core.spans import Marks, asks_for_places, marks_in
from political_ads.core.stored import restored
from political_ads.models import Answer, Campaign, Item, Label, Skill
from political_ads.queries.answers import counts
from political_ads.queries.questionnaires import version_of
from political_ads.schemas import Highlight


def marks_about(session: Session, campaign: Campaign, item_ids: Collection[int]) -> Marks:
    """Return what was marked in answers that count; nothing where the campaign's questionnaire asks for no place."""
    present = version_of(session, campaign.questionnaire_id)
    if present is None or not asks_for_places(present.content):
        return {}
    query = select(
        Answer.item_id, Answer.contributor_id, Answer.questionnaire_id, Answer.answers, Answer.highlights
    ).where(Answer.item_id.in_(item_ids), counts())
    marks: Marks = {}
    for row in session.execute(query.order_by(Answer.at, Answer.id)):
        under = version_of(session, row.questionnaire_id)
        if under is None:
            continue
        highlights = [Highlight.model_validate(mark) for mark in row.highlights]
        for question, spans in marks_in(under.content, restored(row.answers), highlights):
            if question in present.asked:
                marks.setdefault(row.item_id, {}).setdefault(question, {})[row.contributor_id] = spans
    return marks


def marked_labels(session: Session, item_ids: Collection[int]) -> Sequence[Label]:
    """Return the labels of some items about which volunteers may have marked words, as the database has them now."""
    query = select(Label).where(Label.item_id.in_(item_ids)).order_by(Label.id)
    labels = session.scalars(query.execution_options(populate_existing=True))
    return [label for label in labels if label.spans]


def weights_in(session: Session, campaign_id: int, questions: Collection[str]) -> dict[str, dict[int, float]]:
    """Return what contributors' answers tell (question → contributor → spammer score, 0 to 1), as the last batch found it."""
    query = select(Skill.question, Skill.contributor_id, Skill.spammer).where(
        Skill.campaign_id == campaign_id, Skill.question.in_(questions), Skill.spammer.is_not(None)
    )
    found: dict[str, dict[int, float]] = {}
    for row in session.execute(query):
        found.setdefault(row.question, {})[row.contributor_id] = row.spammer
    return found


def others_marks(session: Session, item_ids: Collection[int]) -> dict[int, list[Label]]:
    """Return the labels with agreed places of those of some items that need no further answer, by item; of no gold."""
    query = (
        select(Label)
        .join(Item, Item.id == Label.item_id)
        .where(Label.item_id.in_(item_ids), Item.state != "open", Item.gold.is_(False))
        .order_by(Label.item_id, Label.id)
    )
    found: dict[int, list[Label]] = {}
    for label in session.scalars(query):
        if label.spans:
            found.setdefault(label.item_id, []).append(label)
    return found
