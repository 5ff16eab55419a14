"""Reading a campaign's form, quality of contributors, stopping, filling as a job, days of answers."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from common.jobs import Job
from political_ads.actions.campaigns import CampaignForm
from political_ads.actions.stopping import move_contributor
from political_ads.models import Campaign, Contributor, Participation
from political_ads.queries import manage as queries
from political_ads.queries.quality import contribution_of, contributors, quality_of
from political_ads.schemas import Audience, Mix, Query, Rules
from political_ads.service import filling
from political_ads.service.campaign_reading import campaign_values, read_campaign, slug_of
from tests.political_ads.making import MAIN, START, Setting, actor_with, make_campaign
from tests.political_ads.reviewing import STRICT, answer_as, disputed_item

COORDINATOR = actor_with(Role.COORDINATOR)


@given(
    at_least=st.integers(1, 20),
    more=st.integers(0, 30),
    posterior=st.sampled_from([0.9, 0.95, 0.99, 0.995]),
    languages=st.sets(st.sampled_from(["en", "fr", "nl"])),
    declared=st.sampled_from([None, True, False]),
    sample=st.none() | st.integers(1, 10_000),
    audience=st.sampled_from(list(Audience)),
)
def test_a_form_is_read_as_it_was_written(at_least: int, more: int, posterior: float, **given: Any) -> None:
    languages = tuple(sorted(given["languages"]))
    form = CampaignForm(
        slug="a-slug",
        title={"en": "A title"},
        about={"fr": "Du texte"},
        questionnaire_id=3,
        query=Query(languages=languages, declared=given["declared"], sample=given["sample"], countries=("FR",)),
        rules=Rules(at_least=at_least, at_most=at_least + more, posterior=posterior, mix=Mix(nearest=0.5, uncertain=0.3)),
        audience=given["audience"],
        languages=languages,
        starts_at=START,
    )  # fmt: skip
    assert read_campaign(campaign_values(form)) == form


def test_every_problem_of_a_form_is_said_by_its_field() -> None:
    values = {
        "title_en": "A title",
        "slug": "Not a slug",
        "countries": "France",
        "posterior": "40",
        "ends_at": "tomorrow",
        "mix_nearest": "50",
        "mix_uncertain": "20",
        "mix_random": "20",
    }
    with pytest.raises(Invalid) as refused:
        read_campaign(values)
    assert set(refused.value.fields) == {"slug", "countries", "ends_at", "questionnaire", "mix_nearest"}
    with pytest.raises(Invalid) as again:
        read_campaign(
            {"title_en": "A title", "questionnaire": "1", "posterior": "40", "at_least": "9", "at_most": "3"}
        )
    assert "posterior" in again.value.fields


def test_an_address_is_made_from_a_title() -> None:
    assert slug_of("Élections — l’été 2026 !") == "elections-l-ete-2026"
    assert slug_of("投票") == ""


def test_contributors_are_shown_with_their_agreement(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1, rules={**STRICT, "at_most": 5, "at_least": 5}))
        for name, said in (("one", "actor"), ("two", "actor"), ("three", "actor"), ("four", "no")):
            answer_as(session, campaign, name, 1, said)
        session.flush()
        found = contributors(session, COORDINATOR, campaign.id, MAIN)
        assert [(line.contributor.id, line.compared, line.agree) for line in found.items] == [
            (1, 1, 1),
            (2, 1, 1),
            (3, 1, 1),
            (4, 1, 0),
        ]
        session.scalars(select(Participation).where(Participation.contributor_id == 4)).one().flagged = "fast"
        first = contributors(session, COORDINATOR, campaign.id, MAIN).items[0]
        assert first.contributor.id == 4
        assert quality_of(session, COORDINATOR, campaign.id, 4, MAIN).participation.given == 1
        assert contribution_of(session, COORDINATOR, 4).standing == 1
        assert queries.overview(session, campaign, at=START).alerts.flagged == 1
        with pytest.raises((Forbidden, SignInNeeded)):
            contributors(session, actor_with(Role.REVIEWER), campaign.id, MAIN)


def test_only_coordinators_stop_a_contributor(database: Database) -> None:
    with database.write() as session:
        campaign, _item = disputed_item(session)
        with pytest.raises((Forbidden, SignInNeeded)):
            move_contributor(session, actor_with(Role.REVIEWER), campaign, 1, "stopped", at=START)
        move_contributor(session, COORDINATOR, campaign, 1, "stopped", at=START)
        assert session.get_one(Contributor, 1).state == "stopped"
        with pytest.raises(Conflict):
            move_contributor(session, COORDINATOR, campaign, 1, "stopped", at=START)


def test_answers_are_counted_by_day(database: Database) -> None:
    with database.write() as session:
        campaign, _item = disputed_item(session)
        later = START + timedelta(days=2)
        assert queries.answers_per_day(session, campaign.id, at=later, days=4) == (0, 3, 0, 0)
        assert len(queries.answers_per_day(session, campaign.id, at=later)) == queries.DAYS


def test_many_creatives_are_put_in_by_a_job(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", 3)
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=6))
        rng = np.random.default_rng(1)
        assert filling.fill_now_or_later(session, operator(), campaign, at=START, rng=rng) is None
        job = session.scalars(select(Job)).one()
        assert (job.kind, job.payload["campaign_id"]) == (queries.FILL, campaign.id)
        assert queries.filling_job(session, campaign.id) is job
        with pytest.raises(Conflict):
            filling.fill_now_or_later(session, operator(), campaign, at=START, rng=rng)
        with pytest.raises((Forbidden, SignInNeeded)):
            filling.fill_now_or_later(session, actor_with(Role.REVIEWER), campaign, at=START, rng=rng)


def test_what_filling_would_bring_is_counted_without_what_is_in(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=6, gold=2))
        assert queries.creatives_outside(session, campaign) == 0
        campaign.query = Query(sample=2).model_dump(mode="json")
        session.flush()
        assert queries.creatives_outside(session, session.get_one(Campaign, campaign.id)) == 0
