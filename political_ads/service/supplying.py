"""Asking for a model: whether there are enough labels, what is missing in words, and when it is time for the next version."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, NotFound
from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from political_ads.actions.training import begin_training
from political_ads.core.questionnaires import Asked
from political_ads.core.supply import FEWEST, FEWEST_ADVERTISERS, FEWEST_OF_CLASS, Supply
from political_ads.models import Campaign, Model
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.aggregation import last_withdrawal
from political_ads.queries.questionnaires import Version, version_of
from political_ads.queries.training import labels_now, newest_models, supply_now
from political_ads.schemas import in_language

GROWN, GROWN_BY = 1.2, 50  # labels since the last version, times and more: then the next one is trained


def asked_question(session: Session, campaign: Campaign, question: str) -> tuple[Version, Asked]:
    """Return a (sub-)question of a campaign's questionnaire; none named: the first. Raises `NotFound`."""
    version = version_of(session, campaign.questionnaire_id)
    asked = version.asked.get(question or version.content.main.key) if version else None
    if version is None or asked is None:
        raise NotFound(_("This campaign does not ask such a question."))
    return version, asked


def ask_for_training(
    session: Session, actor: Actor, campaign: Campaign, question: str, *, at: datetime, as_job: bool = True
) -> Model:
    """Begin the next version of a question's model. Raises `Conflict` with what is missing, or while one is being trained."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    version, asked = asked_question(session, campaign, question)
    supply = supply_now(session, campaign, asked)
    if not supply.enough:
        raise Conflict(" ".join(missing_words(supply, class_words(version, asked))))
    labelled = labels_now(session, campaign, asked.key)
    return begin_training(session, actor, campaign, asked.key, labelled=labelled, at=at, as_job=as_job)


def class_words(version: Version, asked: Asked) -> Callable[[str], str]:
    """Return how a question's classes are called."""
    question = version.content.question(asked.question)

    def words(key: str) -> str:
        option = question.option(key) if question else None
        return (
            in_language(option.label, current_locale())
            if option
            else {"yes": _("yes"), "no": _("no")}.get(key, key)
        )

    return words


def missing_words(supply: Supply, words: Callable[[str], str]) -> list[str]:
    """Say in sentences what a model still needs; nothing where there is enough."""
    found = []
    if supply.missing:
        found.append(
            ngettext(
                "A model needs %(needed)s labelled ads; there are %(there)s, so %(missing)s is missing.",
                "A model needs %(needed)s labelled ads; there are %(there)s, so %(missing)s are missing.",
                supply.missing,
            )
            % {"needed": FEWEST, "there": supply.labelled, "missing": supply.missing}
        )
    if len(supply.learnt) < 2:
        rare = [
            _("“%(class)s” (%(count)s)") % {"class": words(name), "count": count}
            for name, count in supply.by_class.items()
            if count < FEWEST_OF_CLASS
        ]
        told = _("Two answers need at least %(fewest)s ads each; too few ads have: %(classes)s.")
        found.append(told % {"fewest": FEWEST_OF_CLASS, "classes": ", ".join(rare)})
    if supply.missing_advertisers:
        told = _("The labelled ads must come from at least %(needed)s advertisers; they come from %(there)s.")
        found.append(told % {"needed": FEWEST_ADVERTISERS, "there": supply.advertisers})
    return found


def begin_what_grew(session: Session, actor: Actor, *, at: datetime) -> list[Model]:
    """Begin the next version of each model that is due, and return what was begun.

    One is due where labels grew by a fifth and by fifty since the last version, ready or failed, or where answers from which it had
    learnt were withdrawn. The first version is always a person's decision.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    begun = []
    for last in newest_models(session):
        campaign = session.get_one(Campaign, last.campaign_id)
        version = version_of(session, campaign.questionnaire_id)
        asked = version.asked.get(last.question) if version else None
        if last.state == "training" or asked is None:
            continue
        before, labelled = int(last.report.get("labelled", 0)), labels_now(session, campaign, last.question)
        grown = labelled >= max(GROWN * before, before + GROWN_BY)
        withdrawn = last_withdrawal(session, campaign.id)
        due = grown or (withdrawn is not None and withdrawn > last.at)
        if not due or not supply_now(session, campaign, asked).enough:
            continue
        begun.append(begin_training(session, actor, campaign, asked.key, labelled=labelled, at=at))
    return begun
