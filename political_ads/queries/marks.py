"""What volunteers marked in the texts of some creatives."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from political_ads.core.spans import Marks, asks_for_places, marks_in
from political_ads.core.stored import restored
from political_ads.models import Answer, Campaign
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
