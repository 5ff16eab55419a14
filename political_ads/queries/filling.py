"""What filling a campaign would put in, in a random order."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from political_ads.models import Campaign, Creative, Item
from political_ads.queries.campaigns import creative_ids, outside
from political_ads.schemas import Query

AT_A_TIME = 10_000  # rows that a driver holds while a million ids are read


def drawn_creatives(session: Session, campaign: Campaign, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the ids of the creatives that filling would put in now, in a random order: (creatives,).

    The order is what makes filling in parts honest: each beginning of it is a uniform sample without replacement, and so is a
    beginning with the beginning of a later draw among the rest. Of a sample, no more come than are missing of its size.
    """
    wanted = Query.model_validate(campaign.query)
    room = None if wanted.sample is None else max(0, wanted.sample - items_in(session, campaign.id))
    if room == 0:
        return np.empty(0, dtype=np.int64)
    query = creative_ids(wanted).with_only_columns(Creative.id).where(outside(campaign.id))
    rows = session.scalars(query.order_by(Creative.id).execution_options(yield_per=AT_A_TIME))
    return rng.permutation(np.fromiter(rows, dtype=np.int64))[:room]


def items_in(session: Session, campaign_id: int) -> int:
    """Count a campaign's creatives, gold left out."""
    query = select(func.count()).where(Item.campaign_id == campaign_id, Item.gold.is_(False))
    return session.scalar(query) or 0
