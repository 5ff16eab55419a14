"""Filling a campaign again after groups were joined: no volunteer is shown one text twice."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Role, operator
from common.db import Database
from political_ads.actions.campaigns import fill_campaign
from political_ads.actions.creatives import join, undo_move
from political_ads.models import Campaign, CreativeMove, Item
from political_ads.queries.manage import creatives_outside
from political_ads.schemas import Query
from tests.political_ads.grouping import AT, BAKERY, ad, bring, somebody
from tests.political_ads.making import Setting, make_campaign

REVIEWER = somebody(Role.REVIEWER)


def fill(session: Session, campaign: Campaign) -> int:
    """Fill a campaign, and check that the coordinator was told how many would come."""
    told = creatives_outside(session, campaign)
    assert fill_campaign(session, operator(), campaign, at=AT, rng=np.random.default_rng(1)) == told
    return told


@pytest.fixture
def brought(database: Database) -> Any:
    """A campaign of one creative (1), and two others that came after it was filled (2 and 3)."""
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        first = session.scalars(select(Item.creative_id)).one()
        bring(session, ad(1), ad(2, BAKERY))
        yield session, campaign, first


def test_a_group_that_one_of_the_campaign_was_joined_to_is_not_put_in(brought: Any) -> None:
    session, campaign, first = brought
    second, third = first + 1, first + 2
    join(session, REVIEWER, first, second, "The same", at=AT)
    assert creatives_outside(session, campaign) == 1
    join(session, REVIEWER, second, third, "The same too", at=AT)
    assert fill(session, campaign) == 0
    assert session.scalars(select(Item.creative_id)).all() == [first]
    last = session.scalars(select(CreativeMove.id).order_by(CreativeMove.id.desc())).first()
    assert last is not None
    undo_move(session, REVIEWER, last, at=AT)
    assert fill(session, campaign) == 1
    assert session.scalars(select(Item.creative_id).order_by(Item.id)).all() == [first, third]


def test_a_campaign_s_words_are_looked_for_like_the_library_s(brought: Any) -> None:
    session, campaign, first = brought
    campaign.query = Query(text="EVERYBODY riv").model_dump(mode="json")
    assert fill(session, campaign) == 1
    assert session.scalars(select(Item.creative_id).order_by(Item.id)).all() == [first, first + 1]
