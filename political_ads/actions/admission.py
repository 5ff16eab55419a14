"""Who may label in a campaign now: its audience, its state and dates, the quiz. Asked first by everything that a volunteer does."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, NotFound, SignInNeeded
from common.i18n import gettext as _
from political_ads.models import Campaign, Contributor, Participation
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import is_running, may_take_part, rules_of
from political_ads.queries.contributors import has_quiz, participation_in
from political_ads.queries.questionnaires import Version, version_of
from political_ads.schemas import Rules


@dataclass(frozen=True)
class Entrance:
    """What everything that a volunteer does in a campaign needs. The participation is locked: one request after the other."""

    campaign: Campaign
    contributor: Contributor
    participation: Participation
    version: Version
    rules: Rules


def admit(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    contributor: Contributor,
    *,
    at: datetime,
    learning: bool = False,
) -> Entrance:
    """Let a contributor in, or say why not.

    `learning`: the tutorial and the quiz, for which the quiz need not be passed.

    Raises:
        SignInNeeded, Forbidden: not of the audience, stopped, or not through the quiz. Conflict: the campaign does not run now.
    """
    PERMISSIONS.require(actor, Permission.LABEL)
    version = version_of(session, campaign.questionnaire_id)
    if version is None:
        raise NotFound(_("This campaign has no questionnaire."))
    _require_audience(actor, campaign, version)
    if not is_running(campaign, at):
        raise Conflict(
            _("This campaign takes no answers at the moment. What you have already given is kept.")
        )
    # Read again and held: nobody answers beside a withdrawal of what they said.
    session.refresh(contributor, ["state"], with_for_update={"key_share": True})
    if contributor.state != "active" or not _is_theirs(actor, contributor):
        raise Forbidden(_("You cannot take part with this identity."))
    rules = rules_of(campaign)
    participation = participation_of(session, actor, campaign, contributor, at=at)
    if not learning and participation.qualified_at is None and rules.quiz_questions:
        _require_no_quiz(session, campaign)
    return Entrance(campaign, contributor, participation, version, rules)


def participation_of(
    session: Session, actor: Actor, campaign: Campaign, contributor: Contributor, *, at: datetime
) -> Participation:
    """Return a contributor's way through a campaign, locked; begun where there is none."""
    PERMISSIONS.require(actor, Permission.LABEL)
    found = participation_in(session, campaign.id, contributor.id, lock=True)
    if found is None:
        found = Participation(campaign_id=campaign.id, contributor_id=contributor.id, quiz={}, last_at=at)
        session.add(found)
        session.flush()
    return found


def _require_audience(actor: Actor, campaign: Campaign, version: Version) -> None:
    if may_take_part(actor, campaign, version.content):
        return
    if not actor.is_signed_in:
        raise SignInNeeded(_("Sign in to take part in this campaign."))
    raise Forbidden(_("This campaign is for others. Its coordinator can say more."))


def _is_theirs(actor: Actor, contributor: Contributor) -> bool:
    """A person's contributor is that person's alone; a cookie's is whoever holds the cookie and is not signed in."""
    return contributor.person_id == actor.person_id


def _require_no_quiz(session: Session, campaign: Campaign) -> None:
    if has_quiz(session, campaign.id):
        raise Forbidden(_("Before you label, please go through the short quiz of this campaign."))
