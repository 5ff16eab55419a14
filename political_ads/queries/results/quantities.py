"""Spend and impressions of labelled creatives: sums of ranges, what is unknown counted as unknown."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from political_ads.models import Creative, Label
from political_ads.queries.results.scope import Narrowing, of_labels, settled


@dataclass(frozen=True)
class Quantity:
    """A sum over settled creatives of one label: between `low` and `high`.

    `open_ended`: creatives whose upper end nobody states; their lower end is in both sums, so the true sum may lie above `high`.
    `unknown`: creatives of which nothing is stated; they are in neither sum. `currency` is empty for impressions.
    """

    label: str
    currency: str
    creatives: int
    low: float
    high: float
    open_ended: int
    unknown: int


def quantities(
    session: Session, campaign_id: int, question: str, wanted: Narrowing, *, spend: bool
) -> list[Quantity]:
    """Return spend by label and currency, or impressions by label."""
    low, high = (
        (Creative.spend_low, Creative.spend_high)
        if spend
        else (Creative.impressions_low, Creative.impressions_high)
    )
    unknown = low.is_(None) & high.is_(None)
    query = of_labels(
        select(
            Label.label,
            *((Creative.currency,) if spend else ()),
            func.count(),
            func.sum(func.coalesce(low, 0)),
            func.sum(func.coalesce(high, low, 0)),
            func.sum(case((high.is_(None) & low.is_not(None), 1), else_=0)),
            func.sum(case((unknown, 1), else_=0)),
        ),
        campaign_id,
        question,
        wanted,
    ).where(settled())
    grouped = query.group_by(Label.label, Creative.currency) if spend else query.group_by(Label.label)
    rows = [(row[0], row[1] if spend else "", *row[2 if spend else 1 :]) for row in session.execute(grouped)]
    return [
        Quantity(label, currency, count, float(least or 0), float(most or 0), int(ended or 0), int(none or 0))
        for label, currency, count, least, most, ended, none in rows
    ]
