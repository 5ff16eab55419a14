"""The batch: all answers of a campaign added up anew, which the online updates are then reconciled with.

Read in one transaction, computed outside any, written in short ones, so that nobody who labels waits for it. After a crash it begins
anew; what was written is right as far as it goes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from common.accounts.actors import Actor
from common.db import Database
from common.i18n import gettext as _
from common.web.services import Services
from political_ads.actions.aggregating import keep_contributors, keep_part, keep_summary
from political_ads.core.batch import Fitted, Gathered, fit_question, settled
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import campaign_of, rules_of
from political_ads.queries.gathering import gather

PART = 500  # items of one transaction

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what is being done


@dataclass(frozen=True)
class Reconciled:
    """What a batch went through: answers read, items labelled, questions that had answers."""

    answers: int
    items: int
    questions: int


def aggregate_campaign(
    services: Services, actor: Actor, slug: str, *, progress: Progress | None = None
) -> Reconciled:
    """Aggregate the campaign at an address. Raises `NotFound`."""
    with services.database.read() as session:
        campaign_id = campaign_of(session, actor, slug).id
    return reconcile(services.database, actor, campaign_id, clock=services.clock, progress=progress)


def reconcile(
    database: Database,
    actor: Actor,
    campaign_id: int,
    *,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> Reconciled:
    """Aggregate every question of a campaign and write labels, contributors' counts and the summary."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    tell, began = progress or (lambda *_said: None), clock()
    with database.read() as session:
        campaign = session.get_one(Campaign, campaign_id)
        rules = rules_of(campaign)
        gathered = gather(session, campaign, progress=lambda n, all_: tell(n, all_, _("Reading answers")))
    fitted = _fitted(gathered, np.random.default_rng(campaign_id), tell)
    main = next((each for each in fitted if each.asked.key == gathered.main), None)
    states = settled(gathered, main, rules) if main else {}
    items = 0
    for number, part in enumerate(_parts(gathered.answers)):
        with database.write() as session:
            campaign = session.get_one(Campaign, campaign_id)
            items += keep_part(session, actor, campaign, fitted, part, states, at=clock())
        tell(min((number + 1) * PART, len(gathered.answers)), len(gathered.answers), _("Writing labels"))
    for each in fitted:
        with database.write() as session:
            keep_contributors(session, actor, session.get_one(Campaign, campaign_id), each, at=clock())
    with database.write() as session:
        # as of its beginning: what came or went meanwhile is for the next batch
        keep_summary(session, actor, session.get_one(Campaign, campaign_id), fitted, at=began)
    return Reconciled(sum(gathered.answers.values()), items, len(fitted))


def _fitted(gathered: Gathered, rng: np.random.Generator, tell: Progress) -> list[Fitted]:
    found = []
    for number, question in enumerate(gathered.asked):
        tell(number, len(gathered.asked), _("Adding up"))
        fitted = fit_question(gathered, question, rng=rng)
        if fitted is not None:
            found.append(fitted)
    return found


def _parts(answers: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """Cut items (→ answers read) into parts, by id: everybody locks in this order."""
    ids = sorted(answers)
    for start in range(0, len(ids), PART):
        yield {item_id: answers[item_id] for item_id in ids[start : start + PART]}
