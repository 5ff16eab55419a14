"""Learning: the tutorial was read, the quiz is answered, or begun again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from political_ads.actions.admission import Entrance, admit
from political_ads.models import Campaign, Contributor, Gold, Participation
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.contributors import quiz_of
from political_ads.schemas import Value


@dataclass(frozen=True)
class QuizOutcome:
    """What to say after a question of the quiz: `position` of `total` are answered; `passed` is None until the last one.

    `right_answers`: question → options; `why`: language → words.
    """

    right: bool
    right_answers: Mapping[str, Sequence[str]]
    why: Mapping[str, str]
    position: int
    total: int
    passed: bool | None


def note_learnt(
    session: Session, actor: Actor, campaign: Campaign, contributor: Contributor, *, at: datetime
) -> Participation:
    """Note that a contributor has been through the tutorial; where the campaign has no quiz, they may label."""
    PERMISSIONS.require(actor, Permission.LABEL)
    entrance = admit(session, actor, campaign, contributor, at=at, learning=True)
    entrance.participation.learnt_at = entrance.participation.learnt_at or at
    return entrance.participation


def quiz_golds(session: Session, entrance: Entrance) -> Sequence[Gold]:
    """Return the gold of a contributor's running attempt, in order."""
    attempt = int(entrance.participation.quiz.get("attempts", 0))
    languages = entrance.contributor.languages
    return quiz_of(session, entrance.campaign.id, entrance.rules, attempt=attempt, languages=languages)


def answer_quiz(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    contributor: Contributor,
    item_id: int,
    answers: Mapping[str, Value],
    *,
    at: datetime,
) -> QuizOutcome:
    """Take the answer to one question of the quiz; the first one to each question counts, whoever sends it again hears the same.

    Raises:
        Conflict: that creative is not in the running attempt. Invalid: the main question is not answered.
    """
    PERMISSIONS.require(actor, Permission.LABEL)
    entrance = admit(session, actor, campaign, contributor, at=at, learning=True)
    golds = {gold.item_id: gold for gold in quiz_golds(session, entrance)}
    gold = golds.get(item_id)
    if gold is None:
        raise Conflict(_("This question is not part of the quiz any more. Reload the page."))
    main = entrance.version.content.main.key
    if not answers.get(main):
        raise Invalid(_("Please answer the first question."), fields={main: _("Choose an answer.")})
    participation, known = entrance.participation, dict(entrance.participation.quiz.get("items", {}))
    right = bool(known.setdefault(str(item_id), answers[main] in gold.right[main]))
    participation.quiz = {**participation.quiz, "items": known}
    passed = None
    if len(known) >= len(golds):
        passed = sum(map(bool, known.values())) >= min(entrance.rules.quiz_right, len(golds))
    if passed and participation.qualified_at is None:
        participation.qualified_at = at
    session.flush()
    return QuizOutcome(right, gold.right, gold.why, len(known), len(golds), passed)


def restart_quiz(
    session: Session, actor: Actor, campaign: Campaign, contributor: Contributor, *, at: datetime
) -> Participation:
    """Begin the quiz again, with other questions as far as there are; who passed it stays qualified."""
    PERMISSIONS.require(actor, Permission.LABEL)
    participation = admit(session, actor, campaign, contributor, at=at, learning=True).participation
    if participation.quiz.get("items"):
        attempts = int(participation.quiz.get("attempts", 0)) + 1
        participation.quiz = {"items": {}, "attempts": attempts}
    session.flush()
    return participation
