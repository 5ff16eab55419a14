"""Labels counted: by class, by advertiser, by month, by day, and those of the further questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, cast, extract, func, select
from sqlalchemy.orm import Session

from political_ads.models import Answer, Creative, Item, Label
from political_ads.queries.answers import counts
from political_ads.queries.results.scope import Narrowing, narrowed, of_labels, settled, tellable


@dataclass(frozen=True)
class ClassCount:
    """How many creatives have a label; of `name` (an advertiser, a month) where the question asks by something."""

    label: str
    count: int
    name: str = ""


def standings(
    session: Session, campaign_id: int, wanted: Narrowing
) -> dict[tuple[str, bool], tuple[int, int]]:
    """Return (state, disputed) → creatives and answers that count, of a campaign's items, gold left out; narrowed: see `tellable`."""
    query = narrowed(
        select(Item.state, Item.disputed, func.count(), func.sum(Item.answers))
        .select_from(Item)
        .join(Creative, Creative.id == Item.creative_id)
        .where(Item.campaign_id == campaign_id, Item.gold.is_(False), tellable(wanted)),
        wanted,
    ).group_by(Item.state, Item.disputed)
    return {
        (state, disputed): (count, int(answers or 0))
        for state, disputed, count, answers in session.execute(query)
    }


def by_class(session: Session, campaign_id: int, question: str, wanted: Narrowing) -> list[ClassCount]:
    """Return how many settled creatives have each label of a question; an empty label is a tie."""
    query = of_labels(select(Label.label, func.count()), campaign_id, question, wanted)
    rows = session.execute(query.where(settled()).group_by(Label.label))
    return [ClassCount(label, count) for label, count in rows]


def further(
    session: Session, campaign_id: int, questions: Sequence[str], wanted: Narrowing
) -> dict[str, list[ClassCount]]:
    """Return the same for several questions at once: question → counts."""
    query = narrowed(
        select(Label.question, Label.label, func.count())
        .select_from(Label)
        .join(Item, Item.id == Label.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .where(Label.campaign_id == campaign_id, Label.question.in_(questions))
        .where(Item.gold.is_(False), settled()),
        wanted,
    ).group_by(Label.question, Label.label)
    found: dict[str, list[ClassCount]] = {question: [] for question in questions}
    for question, label, count in session.execute(query):
        found[question].append(ClassCount(label, count))
    return found


def by_advertiser(
    session: Session, campaign_id: int, question: str, wanted: Narrowing, *, least: int, limit: int
) -> list[ClassCount]:
    """Return settled labels by page, for the pages with most creatives, at least `least` each; in the order of their number."""
    pages = (
        of_labels(select(Creative.page_name, func.count().label("creatives")), campaign_id, question, wanted)
        .where(settled(), Creative.page_name != "")
        .group_by(Creative.page_name)
        .having(func.count() >= least)
        .order_by(func.count().desc(), Creative.page_name)
        .limit(limit)
        .subquery()
    )
    query = (
        of_labels(select(pages.c.page_name, Label.label, func.count()), campaign_id, question, wanted)
        .join(pages, pages.c.page_name == Creative.page_name)
        .where(settled())
        .group_by(pages.c.page_name, pages.c.creatives, Label.label)
        .order_by(pages.c.creatives.desc(), pages.c.page_name, Label.label)
    )
    return [ClassCount(label, count, name) for name, label, count in session.execute(query)]


def by_month(session: Session, campaign_id: int, question: str, wanted: Narrowing) -> list[ClassCount]:
    """Return settled labels by the month in which the creative was first shown ("2026-03"); without a date: not in it."""
    year = cast(extract("year", Creative.started_at), Integer)
    month = cast(extract("month", Creative.started_at), Integer)
    query = (
        of_labels(select(year, month, Label.label, func.count()), campaign_id, question, wanted)
        .where(settled(), Creative.started_at.is_not(None))
        .group_by(year, month, Label.label)
        .order_by(year, month, Label.label)
    )
    return [ClassCount(label, count, f"{y:04}-{m:02}") for y, m, label, count in session.execute(query)]


def answers_by_day(session: Session, campaign_id: int, since: datetime) -> list[tuple[date, int]]:
    """Return how many answers that count, gold left out, came on each day (UTC), the oldest first; days without any are left out."""
    year, month, day = (cast(extract(part, Answer.at), Integer) for part in ("year", "month", "day"))
    query = (
        select(year, month, day, func.count())
        .where(Answer.campaign_id == campaign_id, Answer.at >= since, counts(), Answer.gold_right.is_(None))
        .group_by(year, month, day)
        .order_by(year, month, day)
    )
    return [(date(y, m, d), count) for y, m, d, count in session.execute(query)]
