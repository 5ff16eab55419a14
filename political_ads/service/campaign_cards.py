"""What the first page says of each campaign, for who reads it; and the figure that the portal shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.pages import Figure
from political_ads.models import Campaign
from political_ads.queries.campaigns import (
    Progress,
    campaigns,
    may_see_results,
    may_take_part,
    progress_of,
    questionnaire_of,
)
from political_ads.queries.contributors import contributor_of_cookie, contributor_of_person
from political_ads.queries.results.stamp import answers_since
from political_ads.queries.volunteers import answers_given

FIGURE_DAYS = 30


@dataclass(frozen=True)
class CampaignRow:
    """What a card is made of; `mine`: answers of who reads."""

    campaign: Campaign
    progress: Progress
    may_take_part: bool
    results: bool
    mine: int


def cards_of(session: Session, actor: Actor, secret: str | None) -> Sequence[CampaignRow]:
    """Return the campaigns that somebody may see; `secret` is of their volunteer's cookie, if they have one."""
    return [
        CampaignRow(
            campaign,
            progress_of(session, campaign.id),
            may_take_part(actor, campaign, questionnaire_of(session, campaign.questionnaire_id)),
            may_see_results(actor, campaign),
            given_by(session, actor, secret, campaign.id),
        )
        for campaign in campaigns(session, actor)
    ]


def given_by(session: Session, actor: Actor, secret: str | None, campaign_id: int) -> int:
    """Count the answers that somebody gave in a campaign: their account's, else their cookie's."""
    contributor = None
    if actor.person_id is not None:
        contributor = contributor_of_person(session, actor.person_id)
    elif secret:
        contributor = contributor_of_cookie(session, secret)
    return answers_given(session, campaign_id, contributor.id) if contributor else 0


def figure(session: Session, at: datetime) -> Figure | None:
    """Return how many answers volunteers gave lately, for the portal."""
    formats = Formats()
    count = answers_since(session, at - timedelta(days=FIGURE_DAYS))
    return Figure(formats.number(count), _("answers of volunteers in the last 30 days"), formats.date(at))
