"""Questions about questionnaires, campaigns and their items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, false, func, or_, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role
from common.errors import NotFound
from common.i18n import gettext as _
from political_ads.models import Ad, Campaign, Creative, Gold, Item, LogLine, QuestionnaireVersion
from political_ads.permissions import PERMISSIONS, TOOL, Permission
from political_ads.queries.searching import found, in_index, only_signs
from political_ads.schemas import Audience, Query, Questionnaire, Rules

CLOSED = "closed"
LISTED = ("open", "paused", CLOSED)  # what readers see; drafts are the coordinators'

_BY_SLUG = select(Campaign).where(Campaign.slug == bindparam("slug"))  # built once: every answer asks for it


@dataclass(frozen=True)
class Progress:
    """How far a campaign is: creatives by state (gold left out), and answers that count."""

    items: int
    by_state: Mapping[str, int]
    answers: int
    disputed: int

    @property
    def done(self) -> int:
        """Creatives that need no further answer of a volunteer."""
        return self.items - self.by_state.get("open", 0) - self.by_state.get("withdrawn", 0)


def campaign_of(session: Session, actor: Actor, slug: str) -> Campaign:
    """Return a campaign; raises `SignInNeeded` where the tool is closed to the reader, `NotFound` for drafts of others."""
    PERMISSIONS.require(actor, Permission.READ)
    campaign = session.scalars(_BY_SLUG, {"slug": slug}).first()
    hidden = campaign is None or (
        campaign.state not in LISTED and not PERMISSIONS.allows(actor, Permission.MANAGE)
    )
    if campaign is None or hidden:
        raise NotFound(_("There is no such campaign."))
    return campaign


def campaigns(session: Session, actor: Actor) -> Sequence[Campaign]:
    """Return the campaigns that a reader may see: open ones first, then the newest."""
    query = select(Campaign).order_by(Campaign.state != "open", Campaign.created_at.desc())
    if not PERMISSIONS.allows(actor, Permission.MANAGE):
        query = query.where(Campaign.state.in_(LISTED))
    return session.scalars(query).all()


def may_take_part(actor: Actor, campaign: Campaign, questionnaire: Questionnaire) -> bool:
    """Say whether somebody belongs to a campaign's audience."""
    if questionnaire.reviewers_only and not PERMISSIONS.allows(actor, Permission.ADJUDICATE):
        return False
    role = actor.role_in(TOOL)
    match Audience(campaign.audience):
        case Audience.EVERYBODY:
            return PERMISSIONS.allows(actor, Permission.LABEL)
        case Audience.SIGNED_IN:
            return actor.is_signed_in and PERMISSIONS.allows(actor, Permission.LABEL)
        case Audience.MEMBERS:
            return role not in {None, Role.GUEST}
        case Audience.REVIEWERS:
            return PERMISSIONS.allows(actor, Permission.ADJUDICATE)


def is_running(campaign: Campaign, at: datetime) -> bool:
    """Say whether answers are taken now."""
    begun = campaign.starts_at is None or campaign.starts_at <= at
    return campaign.state == "open" and begun and (campaign.ends_at is None or at < campaign.ends_at)


def may_see_results(actor: Actor, campaign: Campaign) -> bool:
    """Say whether somebody may see a campaign's labels."""
    public = campaign.results_public and PERMISSIONS.allows(actor, Permission.READ)
    return public or PERMISSIONS.allows(actor, Permission.READ_ALL)


def rules_of(campaign: Campaign) -> Rules:
    """Return a campaign's rules."""
    return Rules.model_validate(campaign.rules)


def questionnaire_of(session: Session, questionnaire_id: int) -> Questionnaire:
    """Return a version of a questionnaire, as its shape."""
    stored = session.get_one(QuestionnaireVersion, questionnaire_id)
    return Questionnaire.model_validate(stored.content)


def newest_version(session: Session, key: str) -> QuestionnaireVersion | None:
    """Return the newest version of a questionnaire."""
    query = select(QuestionnaireVersion).where(QuestionnaireVersion.key == key)
    return session.scalars(query.order_by(QuestionnaireVersion.version.desc()).limit(1)).first()


def newest_questionnaires(session: Session) -> Sequence[QuestionnaireVersion]:
    """Return the newest version of every questionnaire, by key."""
    newest = (
        select(QuestionnaireVersion.key, func.max(QuestionnaireVersion.version).label("version"))
        .group_by(QuestionnaireVersion.key)
        .subquery()
    )
    query = select(QuestionnaireVersion).join(
        newest,
        (QuestionnaireVersion.key == newest.c.key) & (QuestionnaireVersion.version == newest.c.version),
    )
    return session.scalars(query.order_by(QuestionnaireVersion.key)).all()


def progress_of(session: Session, campaign_id: int) -> Progress:
    """Return how far a campaign is."""
    query = (
        select(Item.state, Item.disputed, func.count(), func.sum(Item.answers))
        .where(Item.campaign_id == campaign_id, Item.gold.is_(False))
        .group_by(Item.state, Item.disputed)
    )
    by_state: dict[str, int] = {}
    answers = disputed = 0
    for state, is_disputed, count, given in session.execute(query):
        by_state[state] = by_state.get(state, 0) + count
        answers += int(given or 0)
        disputed += count if is_disputed else 0
    return Progress(sum(by_state.values()), by_state, answers, disputed)


def golds_of(session: Session, campaign_id: int, used: str | None = None) -> Sequence[Gold]:
    """Return a campaign's gold, in its order."""
    query = select(Gold).where(Gold.campaign_id == campaign_id).order_by(Gold.position, Gold.id)
    return session.scalars(query.where(Gold.used == used) if used else query).all()


def creative_ids(wanted: Query, *, many: bool = False) -> Select[int, str]:
    """Return the question for the ids and languages of all creatives that a campaign's query takes.

    Words are looked for in titles, texts and pages' names, the advertiser in the names of all pages of a group; source, country,
    declaration and import must be one ad's. `many`: see `searching.found`.
    """
    query = select(Creative.id, Creative.language).where(Creative.ads > 0)
    clauses = in_index(wanted)
    if only_signs(wanted):
        query = query.where(false())
    elif clauses:
        query = query.where(found(clauses, many=many))
    if wanted.languages:
        query = query.where(Creative.language.in_(wanted.languages))
    if wanted.import_id:
        query = query.where(Creative.id.in_(select(Ad.creative_id).where(Ad.import_id == wanted.import_id)))
    of_ads = _conditions_on_ads(wanted)
    if len(of_ads) > 1:  # of one condition the index tells everything
        query = query.where(select(Ad.id).where(Ad.creative_id == Creative.id, *of_ads).exists())
    return query


def outside(campaign_id: int) -> ColumnElement[bool]:
    """Return the condition that neither a creative nor one whose ads were joined to it has an item in a campaign.

    Whoever has answered about the one has read the text of the other.
    """
    # asked for each creative by its index: a list of all inside would be built again for each part of a filling
    inside = select(Item.id).where(Item.campaign_id == campaign_id, Item.creative_id == Creative.id).exists()
    first = select(Creative.merged_into.label("id")).where(Creative.merged_into.is_not(None), inside)
    led = first.cte("led", recursive=True)
    led = led.union(
        select(Creative.merged_into).where(Creative.merged_into.is_not(None), Creative.id == led.c.id)
    )
    return ~inside & Creative.id.not_in(select(led.c.id))


def count_creatives(session: Session, wanted: Query) -> int:
    """Count the creatives that a query takes, before any sampling."""
    return session.scalar(select(func.count()).select_from(creative_ids(wanted).subquery())) or 0


def log_of(session: Session, campaign_id: int | None, *, limit: int = 100) -> Sequence[LogLine]:
    """Return what was done, newest first; of one campaign, or of all."""
    query = select(LogLine).order_by(LogLine.at.desc(), LogLine.id.desc()).limit(limit)
    return session.scalars(query.where(LogLine.campaign_id == campaign_id) if campaign_id else query).all()


def _conditions_on_ads(wanted: Query) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.sources:
        conditions.append(Ad.source.in_(wanted.sources))
    if wanted.declared is not None:
        conditions.append(Ad.declared_political.is_(wanted.declared))
    if wanted.countries:
        listed = cast(Ad.countries, String)  # a JSON list, ["FR", "BE"], on both databases
        conditions.append(
            or_(*(listed.contains(f'"{country}"', autoescape=True) for country in wanted.countries))
        )
    if wanted.import_id:
        conditions.append(Ad.import_id == wanted.import_id)
    return conditions


def creatives_by_ad(session: Session, source: str, external_ids: Sequence[str]) -> dict[str, int]:
    """Return which creative each ad of a source belongs to, by the ad's id there."""
    query = select(Ad.external_id, Ad.creative_id).where(
        Ad.source == source, Ad.external_id.in_(external_ids), Ad.creative_id.is_not(None)
    )
    return {external_id: creative_id for external_id, creative_id in session.execute(query) if creative_id}
