"""Filling a campaign: at once where that is quick, else as a job, part by part."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.db import Database
from common.errors import Conflict, NotFound
from common.i18n import gettext as _
from common.jobs import enqueue
from political_ads.actions.campaigns import fill_campaign, note_filled, parts_of, put_in
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import count_creatives
from political_ads.queries.filling import drawn_creatives, items_in
from political_ads.queries.manage import FILL, filling_job
from political_ads.schemas import Query

AT_ONCE = 5_000  # creatives; a second or two
SEEDS = 2**31


def fill_now_or_later(
    session: Session, actor: Actor, campaign: Campaign, *, at: datetime, rng: np.random.Generator
) -> int | None:
    """Fill a campaign and return how many creatives came; None where a job does it. Raises `Conflict` while one does."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    if filling_job(session, campaign.id):
        raise Conflict(_("This campaign is being filled already."))
    if count_creatives(session, Query.model_validate(campaign.query)) <= AT_ONCE:
        return fill_campaign(session, actor, campaign, at=at, rng=rng)
    payload = {"campaign_id": campaign.id, "seed": int(rng.integers(SEEDS))}
    enqueue(session, FILL, payload, at=at, owner_id=actor.person_id)
    return None


def fill_in_parts(
    database: Database,
    actor: Actor,
    campaign_id: int,
    *,
    seed: int,
    before: int,
    clock: Callable[[], datetime],
    tell: Callable[[int, int], None],
) -> int:
    """Fill a campaign in parts, a transaction each, and return how many creatives came since it held `before`.

    It may be stopped after any part (`tell` raises) and called again: what is in is a uniform sample of what would be. Raises
    `NotFound` where the campaign was deleted.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    came = 1
    while came:
        with database.read() as session:
            campaign = _campaign(session, campaign_id)
            inside = items_in(session, campaign_id)
            rng = np.random.default_rng([seed, inside])  # a resumed job draws other numbers than before
            drawn = drawn_creatives(session, campaign, rng)
        came, done = 0, inside - before
        total = done + len(drawn)
        for part, stretch in parts_of(drawn):
            with database.write() as session:
                came += put_in(session, actor, _campaign(session, campaign_id), part, stretch, rng=rng)
            done += len(part)
            tell(done, total)
    with database.write() as session:
        added = items_in(session, campaign_id) - before
        note_filled(session, actor, _campaign(session, campaign_id), added, at=clock())
    return added


def _campaign(session: Session, campaign_id: int) -> Campaign:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(_("There is no such campaign."))
    return campaign
