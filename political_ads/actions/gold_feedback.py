"""Answers to gold: what is said to the volunteer, and what is learnt about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from political_ads.actions.tallying import keep_skills
from political_ads.core.questionnaires import votes_of
from political_ads.core.recount import weigh_gold
from political_ads.core.stored import restored
from political_ads.models import Answer, Campaign, Gold, Participation
from political_ads.queries.labels import skills_of
from political_ads.queries.questionnaires import Version


@dataclass(frozen=True)
class GoldFeedback:
    """What to say after an answer to gold: whether it was right, what is right (question → options), why (language → words)."""

    right: bool
    right_answers: Mapping[str, Sequence[str]]
    why: Mapping[str, str]


def feedback_on(gold: Gold, answers: Mapping[str, object], version: Version) -> GoldFeedback:
    """Return what to say of answers to gold: they are right if the main question's answer is one of the right ones."""
    said = answers.get(version.content.main.key)
    return GoldFeedback(said in gold.right[version.content.main.key], gold.right, gold.why)


def weigh(
    session: Session,
    campaign: Campaign,
    participation: Participation,
    answer: Answer,
    gold: Gold,
    version: Version,
    *,
    at: datetime,
) -> None:
    """Learn from the first answer to gold; nothing from a creative that could not be labelled."""
    if not answer.answers:
        return
    answer.gold_right = feedback_on(gold, answer.answers, version).right
    participation.gold_seen += 1
    participation.gold_right += answer.gold_right
    main = version.asked[version.content.main.key]
    vote = votes_of(version.content, restored(answer.answers)).get(main.key)
    right = [main.classes.index(option) for option in gold.right[main.key] if option in main.classes]
    if vote is None or not right or main.soft:
        return
    me, k = answer.contributor_id, len(main.classes)
    known = skills_of(session, campaign.id, [me], [main.key], lock=True)[main.key].get(me)
    usable = known if known is not None and known.shape == (k, k) else None
    keep_skills(session, campaign, main.key, {me: weigh_gold(vote, right, usable, k)}, at=at)
