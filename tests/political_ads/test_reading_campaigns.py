"""Who may look at a campaign."""

import pytest

from common.accounts.actors import Role
from common.db import Database
from common.errors import NotFound, SignInNeeded
from political_ads.models import Campaign
from political_ads.queries.campaigns import campaign_of
from tests.political_ads.making import GUEST, actor_with, committed_campaign


def test_a_closed_tool_shows_nobody_a_campaign(database: Database) -> None:
    committed_campaign(database)
    with database.read() as session:
        assert campaign_of(session, GUEST, "test").slug == "test"
        with pytest.raises(SignInNeeded):
            campaign_of(session, actor_with(None), "test")


def test_drafts_are_their_coordinators(database: Database) -> None:
    campaign_id = committed_campaign(database)
    with database.write() as session:
        session.get_one(Campaign, campaign_id).state = "draft"
    with database.read() as session:
        assert campaign_of(session, actor_with(Role.COORDINATOR), "test").state == "draft"
        with pytest.raises(NotFound):
            campaign_of(session, actor_with(Role.REVIEWER), "test")
