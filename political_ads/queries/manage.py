"""Questions that coordinators' pages ask: campaigns at a glance, what needs somebody, how gold does, what a library holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func, or_, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.paging import Page, window
from political_ads.models import (
    Ad,
    Answer,
    Campaign,
    Contest,
    Contributor,
    Creative,
    Gold,
    Item,
    LogLine,
    Participation,
    QuestionnaireVersion,
)
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.answers import counts
from political_ads.queries.campaigns import (
    Progress,
    campaign_of,
    campaigns,
    creative_ids,
    outside,
    progress_of,
)
from political_ads.schemas import Query

FILL = "ads_fill"  # the job that puts many creatives into a campaign
DAYS = 28
GOING = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)


@dataclass(frozen=True)
class Alerts:
    """What waits for somebody in a campaign: contributors flagged, creatives to adjudicate, contests without an answer."""

    flagged: int = 0
    adjudicate: int = 0
    contests: int = 0


@dataclass(frozen=True)
class Overview:
    """A campaign at a glance. `per_day`: answers of the last `DAYS` days, the oldest first."""

    campaign: Campaign
    progress: Progress
    per_day: tuple[int, ...]
    alerts: Alerts
    volunteers: int


@dataclass(frozen=True)
class Usage:
    """A version of a questionnaire, with the campaigns that ask it and the answers given to it."""

    version: QuestionnaireVersion
    campaigns: tuple[Campaign, ...]
    answers: int


@dataclass(frozen=True)
class GoldLine:
    """A gold creative and how volunteers do on it: `right` of `answers`, which are those given during work, first attempts."""

    gold: Gold
    creative: Creative
    answers: int
    right: int


def managed(session: Session, actor: Actor, slug: str) -> Campaign:
    """Return a campaign for somebody who manages campaigns."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    return campaign_of(session, actor, slug)


def overviews(session: Session, actor: Actor, *, at: datetime) -> list[Overview]:
    """Return all campaigns at a glance."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    return [overview(session, campaign, at=at) for campaign in campaigns(session, actor)]


def overview(session: Session, campaign: Campaign, *, at: datetime) -> Overview:
    """Return one campaign at a glance."""
    progress = progress_of(session, campaign.id)
    flagged, volunteers = session.execute(
        select(func.coalesce(func.sum(case((_looks_odd(), 1), else_=0)), 0), func.count()).where(
            Participation.campaign_id == campaign.id, Participation.given > 0
        )
    ).one()
    contests = session.scalar(
        select(func.count())
        .select_from(Contest)
        .join(Item, Item.id == Contest.item_id)
        .where(Item.campaign_id == campaign.id, Contest.state == "open")
    )
    alerts = Alerts(int(flagged), progress.by_state.get("adjudicate", 0), contests or 0)
    return Overview(campaign, progress, answers_per_day(session, campaign.id, at=at), alerts, volunteers)


def answers_per_day(session: Session, campaign_id: int, *, at: datetime, days: int = DAYS) -> tuple[int, ...]:
    """Count the answers of each of the last `days` days (UTC) that count, gold left out, today's last."""
    first = at.date() - timedelta(days=days - 1)
    day = _day_of(session)
    query = (
        select(day, func.count())
        .where(
            Answer.campaign_id == campaign_id,
            Answer.at >= datetime.combine(first, datetime.min.time(), at.tzinfo),
            counts(),
            Answer.gold_right.is_(None),
        )
        .group_by(day)
    )
    found = {date.fromisoformat(str(when)): count for when, count in session.execute(query)}
    return tuple(found.get(first + timedelta(days=n), 0) for n in range(days))


def usages(session: Session, actor: Actor) -> list[Usage]:
    """Return all versions of all questionnaires, the newest of each first."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    versions = session.scalars(
        select(QuestionnaireVersion).order_by(QuestionnaireVersion.key, QuestionnaireVersion.version.desc())
    ).all()
    by_version = select(Answer.questionnaire_id, func.count().label("answers"))
    rows = session.execute(by_version.group_by(Answer.questionnaire_id))
    given = {row.questionnaire_id: row.answers for row in rows}
    asked: dict[int, list[Campaign]] = {}
    for campaign in campaigns(session, actor):
        asked.setdefault(campaign.questionnaire_id, []).append(campaign)
    return [Usage(each, tuple(asked.get(each.id, ())), given.get(each.id, 0)) for each in versions]


def usage_of(session: Session, actor: Actor, key: str, version: int | None = None) -> list[Usage]:
    """Return the versions of one questionnaire, the wanted one (else the newest) first. Raises `NotFound`."""
    mine = [usage for usage in usages(session, actor) if usage.version.key == key]
    wanted = [usage for usage in mine if version in (None, usage.version.version)][:1]
    if not wanted:
        raise NotFound(_("There is no such questionnaire."))
    return [*wanted, *(usage for usage in mine if usage is not wanted[0])]


def answers_under(session: Session, campaign_id: int) -> dict[int, int]:
    """Count a campaign's answers that count by the version of the questionnaire that they were given under."""
    query = (
        select(Answer.questionnaire_id, func.count().label("answers"))
        .where(Answer.campaign_id == campaign_id, counts())
        .group_by(Answer.questionnaire_id)
    )
    return {row.questionnaire_id: row.answers for row in session.execute(query)}


def gold_lines(session: Session, campaign_id: int) -> list[GoldLine]:
    """Return a campaign's gold with how volunteers do on it, by use and position."""
    judged = (
        select(
            Answer.item_id,
            func.count().label("answers"),
            func.sum(case((Answer.gold_right.is_(True), 1), else_=0)).label("right"),
        )
        .where(
            Answer.campaign_id == campaign_id,
            Answer.gold_right.is_not(None),
            Answer.counted.is_(True),
            Answer.withdrawn_at.is_(None),
        )
        .group_by(Answer.item_id)
        .subquery()
    )
    query = (
        select(Gold, Creative, func.coalesce(judged.c.answers, 0), func.coalesce(judged.c.right, 0))
        .join(Item, Item.id == Gold.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .outerjoin(judged, judged.c.item_id == Gold.item_id)
        .where(Gold.campaign_id == campaign_id)
        .order_by(Gold.used, Gold.position, Gold.id)
    )
    return [
        GoldLine(gold, creative, int(answers), int(right))
        for gold, creative, answers, right in session.execute(query)
    ]


def gold_of(session: Session, campaign_id: int, creative_id: int) -> Gold | None:
    """Return what is known of a creative in a campaign."""
    query = select(Gold).join(Item, Item.id == Gold.item_id)
    return session.scalars(
        query.where(Gold.campaign_id == campaign_id, Item.creative_id == creative_id)
    ).first()


def creatives_for_gold(
    session: Session, campaign_id: int, text: str, *, number: int, size: int
) -> Page[Creative]:
    """Return a campaign's creatives that hold a text in words, title or page's name; gold and withdrawn ones are left out."""
    query = (
        select(Creative)
        .join(Item, Item.creative_id == Creative.id)
        .where(Item.campaign_id == campaign_id, Item.gold.is_(False), Item.state != "withdrawn")
    )
    if text:
        columns = (Creative.text, Creative.title, Creative.page_name)
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    offset, limit = window(number, size)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(Item.shuffle, Item.id).offset(offset).limit(limit)).all()
    return Page(rows, number, limit, total)


def item_with(session: Session, campaign_id: int, creative_id: int) -> Item | None:
    """Return a creative's item in a campaign."""
    query = select(Item).where(Item.campaign_id == campaign_id, Item.creative_id == creative_id)
    return session.scalars(query).first()


def library_facets(session: Session) -> tuple[dict[str, int], list[str]]:
    """Return the languages that creatives are in, with how many, and the sources that ads came from."""
    languages = {
        language: count
        for language, count in session.execute(
            select(Creative.language, func.count()).where(Creative.ads > 0).group_by(Creative.language)
        )
        if language
    }
    return languages, list(session.scalars(select(Ad.source).distinct().order_by(Ad.source)))


def creatives_outside(session: Session, campaign: Campaign) -> int:
    """Count the creatives that filling a campaign would put in now."""
    wanted = Query.model_validate(campaign.query)
    found = creative_ids(wanted).where(outside(campaign.id)).subquery()
    new = session.scalar(select(func.count()).select_from(found)) or 0
    if wanted.sample is None:
        return new
    here = select(func.count()).where(Item.campaign_id == campaign.id, Item.gold.is_(False))
    return min(new, max(0, wanted.sample - (session.scalar(here) or 0)))


def filling_job(session: Session, campaign_id: int) -> Job | None:
    """Return the job that fills a campaign, while it goes on."""
    going = session.scalars(select(Job).where(Job.kind == FILL, Job.state.in_(GOING))).all()
    return next((job for job in going if job.payload.get("campaign_id") == campaign_id), None)


def log_page(
    session: Session, actor: Actor, campaign_id: int | None, *, number: int, size: int
) -> Page[LogLine]:
    """Return what was done, newest first; of one campaign, or of all."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    mine: Sequence[ColumnElement[bool]] = [LogLine.campaign_id == campaign_id] if campaign_id else []
    offset, limit = window(number, size)
    total = session.scalar(select(func.count()).select_from(LogLine).where(*mine)) or 0
    query = select(LogLine).where(*mine).order_by(LogLine.at.desc(), LogLine.id.desc())
    return Page(session.scalars(query.offset(offset).limit(limit)).all(), number, limit, total)


def by_id(session: Session, ids: Collection[int]) -> Mapping[int, QuestionnaireVersion]:
    """Return versions of questionnaires by their ids."""
    query = select(QuestionnaireVersion).where(QuestionnaireVersion.id.in_(ids))
    return {version.id: version for version in session.scalars(query)}


def _looks_odd() -> ColumnElement[bool]:
    """Flagged, and nobody has stopped the contributor yet."""
    stopped = select(Contributor.id).where(
        Contributor.id == Participation.contributor_id, Contributor.state != "active"
    )
    return (Participation.flagged != "") & ~stopped.exists()


def _day_of(session: Session) -> ColumnElement[Any]:
    """Return the expression for an answer's day in UTC, which the two databases write differently."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.timezone("UTC", Answer.at), Date)
    return func.date(Answer.at)
