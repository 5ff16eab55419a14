"""Questions about how contributors do, for coordinators only; nobody is named, a contributor is a number."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page, window
from political_ads.models import Answer, Contributor, Item, Label, Participation, Skill
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.answers import counts, stands
from political_ads.queries.labels import skill_rows

SORTS = ("flagged", "given", "accuracy", "gold", "last")
MOST_TIMES = 5_000  # answers whose seconds are looked at


@dataclass(frozen=True)
class Quality:
    """How a contributor does in a campaign. `agree` of `compared` counting answers are what the creative's label says now."""

    contributor: Contributor
    participation: Participation
    skill: Skill | None  # of the main question
    compared: int = 0
    agree: int = 0


@dataclass(frozen=True)
class Contribution:
    """What a contributor gave, in all campaigns."""

    contributor: Contributor
    participations: Sequence[Participation]
    standing: int  # answers that are neither taken back nor withdrawn
    withdrawn: int


def contributors(
    session: Session,
    actor: Actor,
    campaign_id: int,
    main: str,
    *,
    sort: str = "flagged",
    number: int = 1,
    size: int = 50,
) -> Page[Quality]:
    """Return a page of a campaign's contributors who answered; those who look odd first, or by `sort`."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    mine = (Participation.campaign_id == campaign_id, Participation.given > 0)
    offset, limit = window(number, size)
    query = (
        select(Participation, Contributor, Skill)
        .join(Contributor, Contributor.id == Participation.contributor_id)
        .outerjoin(
            Skill,
            (Skill.campaign_id == Participation.campaign_id)
            & (Skill.contributor_id == Participation.contributor_id)
            & (Skill.question == main),
        )
        .where(*mine)
        .order_by(*_order(sort), Participation.contributor_id)
    )
    rows = session.execute(query.offset(offset).limit(limit)).all()
    total = session.scalar(select(func.count()).select_from(Participation).where(*mine)) or 0
    agreed = agreement(session, campaign_id, [who.id for _p, who, _s in rows], main)
    lines = [
        Quality(who, participation, skill, *agreed.get(who.id, (0, 0))) for participation, who, skill in rows
    ]
    return Page(lines, number, limit, total)


def quality_of(session: Session, actor: Actor, campaign_id: int, contributor_id: int, main: str) -> Quality:
    """Return how one contributor does in a campaign. Raises `NotFound`."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    contributor = session.get(Contributor, contributor_id)
    query = select(Participation).where(
        Participation.campaign_id == campaign_id, Participation.contributor_id == contributor_id
    )
    participation = session.scalars(query).first()
    if contributor is None or participation is None:
        raise NotFound(_("Nobody with this number takes part in this campaign."))
    skill = next(
        (row for row in skill_rows(session, campaign_id, contributor_id) if row.question == main), None
    )
    agreed = agreement(session, campaign_id, [contributor_id], main)
    return Quality(contributor, participation, skill, *agreed.get(contributor_id, (0, 0)))


def contribution_of(session: Session, actor: Actor, contributor_id: int) -> Contribution:
    """Return what a contributor gave. Raises `NotFound`."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    contributor = session.get(Contributor, contributor_id)
    if contributor is None:
        raise NotFound(_("Nobody with this number takes part in this campaign."))
    gone = case((Answer.withdrawn_at.is_not(None), 1), else_=0)
    standing, withdrawn = session.execute(
        select(func.coalesce(func.sum(1 - gone), 0), func.coalesce(func.sum(gone), 0)).where(
            Answer.contributor_id == contributor_id, Answer.undone_at.is_(None)
        )
    ).one()
    mine = select(Participation).where(Participation.contributor_id == contributor_id)
    return Contribution(contributor, session.scalars(mine).all(), int(standing), int(withdrawn))


def agreement(
    session: Session, campaign_id: int, contributor_ids: Collection[int], main: str
) -> Mapping[int, tuple[int, int]]:
    """Return contributor → (answers compared, of which the label says the same), on creatives with a label and two answers or more."""
    same = case((Answer.answers[main].as_string() == Label.label, 1), else_=0)
    query = (
        select(Answer.contributor_id, func.count().label("compared"), func.sum(same).label("agree"))
        .join(Item, Item.id == Answer.item_id)
        .join(Label, (Label.item_id == Answer.item_id) & (Label.question == main))
        .where(
            Answer.campaign_id == campaign_id,
            Answer.contributor_id.in_(contributor_ids),
            counts(),
            Item.gold.is_(False),
            Item.answers > 1,
            Label.label != "",
        )
        .group_by(Answer.contributor_id)
    )
    return {row.contributor_id: (int(row.compared), int(row.agree)) for row in session.execute(query)}


def seconds_of(session: Session, campaign_id: int, contributor_id: int) -> list[float]:
    """Return the seconds that a contributor's browser measured for their latest answers, the newest first."""
    query = (
        select(Answer.seconds)
        .where(
            Answer.campaign_id == campaign_id,
            Answer.contributor_id == contributor_id,
            stands(),
        )
        .order_by(Answer.at.desc())
        .limit(MOST_TIMES)
    )
    return list(session.scalars(query))


def _order(sort: str) -> list[ColumnElement[Any]]:
    odd = case((Participation.flagged != "", 0), else_=1)
    match sort:
        case "given":
            return [Participation.given.desc()]
        case "accuracy":
            return [Skill.accuracy.is_(None), Skill.accuracy.asc()]
        case "gold":
            share = (Participation.gold_right * 1.0) / func.nullif(Participation.gold_seen, 0)
            return [Participation.gold_seen == 0, share.asc()]
        case "last":
            return [Participation.last_at.desc()]
    return [odd, Participation.given.desc()]
