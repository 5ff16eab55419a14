"""How far a campaign's volunteers agree beyond chance, question by question and over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from common.statistics.agreement import Agreement, fleiss, krippendorff, patterns_of
from common.web.services import Services
from political_ads.core.aggregation import FloatArray
from political_ads.core.questionnaires import Asked
from political_ads.models import Campaign
from political_ads.queries.results import Narrowing, stamp_of, vote_patterns
from political_ads.queries.results.contributors import contributors_in, newest_votes, spammer_scores
from political_ads.service.results import SEED, version_in_use

DRAWS = 400  # of a bootstrap
LEAST_SHOWN = 5  # contributors: of fewer, a distribution would be about persons
LEAST_ITEMS = 10  # creatives with two answers, below which no coefficient is stated
KEPT = "political_ads.agreement"


@dataclass(frozen=True)
class QuestionAgreement:
    """One (sub-)question's agreement. `alpha` is ordinal where the classes are steps. None: too few creatives."""

    asked: Asked
    items: int
    answers: int
    alpha: Agreement | None
    kappa: Agreement | None


@dataclass(frozen=True)
class WeekAgreement:
    """Alpha of the main question among the answers of one week; `begins` is its Monday (UTC)."""

    begins: date
    alpha: Agreement


@dataclass(frozen=True)
class CampaignAgreement:
    """The whole. `spammers`: scores of the contributors, empty where they are too few; `at`: when it was computed."""

    stamp: str
    at: datetime
    questions: Sequence[QuestionAgreement]
    weeks: Sequence[WeekAgreement]
    contributors: int
    spammers: Sequence[float]


def agreement_of(
    services: Services, session: Session, campaign: Campaign, wanted: Narrowing
) -> CampaignAgreement:
    """Return a campaign's agreement, from memory where nothing changed since. Of `wanted`, the language alone narrows."""
    stamp = stamp_of(session, campaign, services.clock())
    kept: dict[tuple[int, str], CampaignAgreement] = services.extras.setdefault(KEPT, {})
    known = kept.get((campaign.id, wanted.language))
    if known is None or known.stamp != stamp:
        known = kept[campaign.id, wanted.language] = compute(
            session, campaign, Narrowing(language=wanted.language), stamp, at=services.clock()
        )
    return known


def compute(
    session: Session, campaign: Campaign, wanted: Narrowing, stamp: str, *, at: datetime
) -> CampaignAgreement:
    """Compute a campaign's agreement."""
    version, rng = version_in_use(session, campaign), np.random.default_rng(SEED)
    patterns = vote_patterns(session, campaign.id, list(version.asked), wanted)
    main = version.asked[version.content.main.key]
    scores = spammer_scores(session, campaign.id, main.key)
    return CampaignAgreement(
        stamp=stamp,
        at=at,
        questions=[_question(asked, patterns[key], rng) for key, asked in version.asked.items()],
        weeks=_weeks(newest_votes(session, campaign.id, campaign.questionnaire_id, main.key), main, rng),
        contributors=contributors_in(session, campaign.id),
        spammers=scores if len(scores) >= LEAST_SHOWN else (),
    )


def _question(
    asked: Asked, found: Sequence[tuple[Mapping[str, int], int]], rng: np.random.Generator
) -> QuestionAgreement:
    rows = [[float(votes.get(name, 0)) for name in asked.classes] for votes, _count in found]
    tally = np.array(rows, dtype=np.float64).reshape(len(rows), len(asked.classes))
    patterns = patterns_of(tally, np.array([count for _votes, count in found], dtype=np.float64))
    items = int(patterns.items.sum())
    if items < LEAST_ITEMS:
        answers = int(patterns.items @ patterns.tally.sum(axis=1)) if items else 0
        return QuestionAgreement(asked, items, answers, None, None)
    alpha = krippendorff(patterns, "ordinal" if asked.ordered else "nominal", draws=DRAWS, rng=rng)
    return QuestionAgreement(asked, items, alpha.answers, alpha, fleiss(patterns, draws=DRAWS, rng=rng))


def _weeks(
    votes: Sequence[tuple[int, datetime, object]], main: Asked, rng: np.random.Generator
) -> list[WeekAgreement]:
    places = {name: place for place, name in enumerate(main.classes)}
    tallies: dict[date, dict[int, FloatArray]] = {}
    for item_id, at, value in votes:
        place = places.get(str(value))
        if place is None:
            continue
        week = at.date() - timedelta(days=at.weekday())
        row = tallies.setdefault(week, {}).setdefault(item_id, np.zeros(len(places)))
        row[place] += 1.0
    found = []
    for week, rows in sorted(tallies.items()):
        tally = np.stack(list(rows.values()))
        patterns = patterns_of(tally, np.ones(len(tally)))
        if len(patterns.items) >= LEAST_ITEMS:
            found.append(WeekAgreement(week, krippendorff(patterns, draws=DRAWS, rng=rng)))
    return found
