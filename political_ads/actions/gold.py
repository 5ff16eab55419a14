"""Gold: creatives whose right answers are known, used to teach and to weigh."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid
from common.i18n import gettext as _
from political_ads.actions.log import note
from political_ads.models import Campaign, Creative, Gold, Item
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import questionnaire_of
from political_ads.schemas import CANNOT_TELL, Questionnaire

USES = ("example", "quiz", "stream")


@dataclass(frozen=True)
class GoldForm:
    """The right answers to a creative (question → options that are right), why, in each language, and what it is used for."""

    used: str
    right: Mapping[str, Sequence[str]]
    why: Mapping[str, str]
    position: int = 0


def set_gold(
    session: Session, actor: Actor, campaign: Campaign, creative_id: int, form: GoldForm, *, at: datetime
) -> Gold:
    """Make a creative gold. Its answers no longer count for a label. Raises `Invalid` where the form is not right."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    _check(questionnaire_of(session, campaign.questionnaire_id), form)
    here = select(Item).where(Item.campaign_id == campaign.id, Item.creative_id == creative_id)
    item = session.scalars(here).first()
    if item is None:
        creative = session.get_one(Creative, creative_id)
        item = Item(
            campaign_id=campaign.id, creative_id=creative.id, language=creative.language, shuffle=0, free=0
        )
        session.add(item)
    item.gold = True
    session.flush()
    gold = session.scalars(select(Gold).where(Gold.item_id == item.id)).first() or Gold(item_id=item.id)
    gold.campaign_id, gold.used, gold.position = campaign.id, form.used, form.position
    gold.right = {question: list(options) for question, options in form.right.items()}
    gold.why, gold.by_name, gold.at = dict(form.why), actor.name, at
    session.add(gold)
    session.flush()
    note(session, actor, "gold_set", at=at, campaign_id=campaign.id, subject=str(creative_id), used=form.used)
    return gold


def drop_gold(session: Session, actor: Actor, campaign: Campaign, gold: Gold, *, at: datetime) -> None:
    """Let a creative be gold no longer. It leaves the campaign: some volunteers know its answer."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    item = session.get_one(Item, gold.item_id)
    item.state, item.gold = "withdrawn", False
    session.delete(gold)
    note(session, actor, "gold_dropped", at=at, campaign_id=campaign.id, subject=str(item.creative_id))


def _check(questionnaire: Questionnaire, form: GoldForm) -> None:
    if form.used not in USES:
        raise Invalid(_("Say what this creative is used for: an example, the quiz, or the stream."))
    if not form.right.get(questionnaire.main.key):
        raise Invalid(_("Say what the right answer to the first question is."))
    for key, options in form.right.items():
        question = questionnaire.question(key)
        known = {option.key for option in question.options} | {CANNOT_TELL} if question else set()
        if question is None or not set(options) <= known:
            raise Invalid(_("A right answer is not one of the questionnaire's answers."))
