"""A campaign's results, as pages, programs and files take them: computed once for all readers, until something changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, log2

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.web.services import Services
from political_ads.core.questionnaires import Asked
from political_ads.core.shares import Estimate, mean_share, prevalence, wilson
from political_ads.core.spans import places_asked
from political_ads.models import Campaign
from political_ads.queries.campaigns import campaign_of, may_see_results
from political_ads.queries.questionnaires import Version, version_of
from political_ads.queries.results import (
    SETTLED,
    ClassCount,
    Disputed,
    ModelAnswer,
    Narrowing,
    Quantity,
    agreeing_examples,
    answers_by_day,
    by_advertiser,
    by_class,
    by_month,
    entropies,
    further,
    marked_examples,
    model_answers,
    quantities,
    random_set,
    soft_shares,
    stamp_of,
    standings,
)
from political_ads.schemas import CANNOT_TELL, QuestionKind

SEED = 20_240_900  # so that the same answers give the same intervals
ENOUGH_DRAWN = 30  # creatives of the random set, below which no share of it is stated
BINS = 10  # of the histogram of entropies
LEAST_OF_PAGE = 2  # labelled creatives of a page that is named
MOST_PAGES = 15
DAYS = 60
NO = "no"
EXAMPLES = 2  # creatives shown for each class
MARKED_BY = 2  # volunteers: one person's mark is nothing that several agree on
MOST_KEPT = 200  # results in memory
KEPT = "political_ads.results"


@dataclass(frozen=True)
class Standing:
    """How far a campaign is (or the part of it that a reader narrowed to): creatives, and answers that count."""

    creatives: int = 0
    settled: int = 0
    disputed: int = 0  # published as such
    waiting: int = 0  # for reviewers
    blank: int = 0
    open: int = 0  # still wants answers
    answers: int = 0


@dataclass(frozen=True)
class ClassShare:
    """One class of a question: settled creatives that have it, and its share in the random set (None: too few drawn)."""

    key: str
    count: int
    share: Estimate
    drawn: Estimate | None


@dataclass(frozen=True)
class ModelCheck:
    """What a model had said before people did: (model's class, people's class) → creatives of the random set."""

    versions: tuple[int, ...]
    cells: Mapping[tuple[str, str], int]
    agreed: Estimate


@dataclass(frozen=True)
class Results:
    """What a campaign's labels say. `answered`: the classes of the main question that the first finding speaks of."""

    stamp: str
    at: datetime
    main: Asked
    standing: Standing
    shares: tuple[ClassShare, ...]
    ties: int
    answered: tuple[str, ...]
    finding: Estimate | None  # share of `answered` in the random set
    raw: Estimate  # the same among all settled creatives
    drawn: int  # creatives of the random set with an answer; 0 where a narrowed part has too few
    further: Mapping[str, Sequence[ClassCount]]  # (sub-)question → counts of its labels
    soft: Mapping[str, Estimate]
    soft_drawn: bool  # soft shares rest on the random set
    pages: Sequence[ClassCount]
    months: Sequence[ClassCount]
    days: Sequence[tuple[date, int]]
    spend: Sequence[Quantity]
    impressions: Sequence[Quantity]
    entropies: Sequence[int]
    entropy_top: float  # bits: the histogram's end
    model: ModelCheck | None = field(default=None)


def seen_campaign(session: Session, actor: Actor, slug: str) -> Campaign:
    """Return a campaign whose results somebody may see. Raises `NotFound` otherwise: closed results are nobody's business."""
    campaign = campaign_of(session, actor, slug)
    if not may_see_results(actor, campaign):
        raise NotFound(_("The results of this campaign are not public."))
    return campaign


def version_in_use(session: Session, campaign: Campaign) -> Version:
    """Return the campaign's questionnaire. Raises `NotFound` where the database lost it."""
    version = version_of(session, campaign.questionnaire_id)
    if version is None:
        raise NotFound(_("There is no such questionnaire."))
    return version


def results_of(services: Services, session: Session, campaign: Campaign, wanted: Narrowing) -> Results:
    """Return a campaign's results, from memory where nothing changed since they were computed."""
    stamp = stamp_of(session, campaign, services.clock())
    kept: dict[tuple[int, Narrowing], Results] = services.extras.setdefault(KEPT, {})
    known = kept.get((campaign.id, wanted))
    if known is None or known.stamp != stamp:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        known = kept[campaign.id, wanted] = compute(session, campaign, wanted, stamp, at=services.clock())
    return known


def compute(session: Session, campaign: Campaign, wanted: Narrowing, stamp: str, *, at: datetime) -> Results:
    """Compute a campaign's results."""
    version, rng = version_in_use(session, campaign), np.random.default_rng(SEED)
    main = version.asked[version.content.main.key]
    answered = finding_classes(main)
    strata = random_set(session, campaign.id, main, wanted)
    drawn = sum(len(stratum.posterior) for stratum in strata)
    enough = drawn >= ENOUGH_DRAWN

    def share_of(keys: Sequence[str]) -> Estimate | None:
        places = [main.classes.index(key) for key in keys]
        return prevalence(strata, places, rng) if enough else None

    counts = {row.label: row.count for row in by_class(session, campaign.id, main.key, wanted)}
    total = sum(counts.values())
    soft = [key for key, asked in version.asked.items() if asked.soft and asked.option]
    others = [key for key, asked in version.asked.items() if not asked.soft and key != main.key]
    top = log2(len(main.classes))
    edges = [top * n / BINS for n in range(1, BINS)]
    return Results(
        stamp=stamp,
        at=at,
        main=main,
        standing=standing_of(standings(session, campaign.id, wanted)),
        shares=tuple(
            ClassShare(key, counts.get(key, 0), wilson(counts.get(key, 0), total), share_of([key]))
            for key in main.classes
        ),
        ties=counts.get("", 0),
        answered=answered,
        finding=share_of(answered),
        raw=wilson(sum(counts.get(key, 0) for key in answered), total),
        drawn=drawn if enough or not wanted else 0,
        further=further(session, campaign.id, others, wanted),
        soft=_soft(session, campaign, soft, wanted, rng, sampled=enough),
        soft_drawn=enough,
        pages=by_advertiser(session, campaign.id, main.key, wanted, least=LEAST_OF_PAGE, limit=MOST_PAGES),
        months=by_month(session, campaign.id, main.key, wanted),
        days=() if wanted else answers_by_day(session, campaign.id, at - timedelta(days=DAYS)),
        spend=quantities(session, campaign.id, main.key, wanted, spend=True),
        impressions=quantities(session, campaign.id, main.key, wanted, spend=False),
        entropies=entropies(session, campaign.id, main.key, wanted, edges),
        entropy_top=ceil(top * 100) / 100,
        model=_model(model_answers(session, campaign.id, main.key, wanted)),
    )


def finding_classes(main: Asked) -> tuple[str, ...]:
    """Return the classes that the first finding adds up: of a question with a "no", all that is neither no nor "cannot tell"."""
    if NO not in main.classes:
        return main.classes[:1]
    return tuple(key for key in main.classes if key not in {NO, CANNOT_TELL})


def standing_of(rows: Mapping[tuple[str, bool], tuple[int, int]]) -> Standing:
    """Add up how far the creatives are. Withdrawn ones are left out."""
    found = dict.fromkeys(("creatives", "settled", "disputed", "waiting", "blank", "open", "answers"), 0)
    for (state, disputed), (count, answers) in rows.items():
        if state == "withdrawn":
            continue
        found["creatives"] += count
        found["answers"] += answers
        if disputed:
            found["disputed"] += count
        elif state in SETTLED:
            found["settled"] += count
        elif state in {"adjudicate", "blank"}:
            found["waiting" if state == "adjudicate" else "blank"] += count
    labelled = found["settled"] + found["disputed"] + found["waiting"] + found["blank"]
    return Standing(**{**found, "open": found["creatives"] - labelled})


def topics_of(version: Version) -> tuple[str, ...]:
    """Return the options of the question "topics", in the questionnaire's order; none where it has no such question."""
    question = version.content.question("topics")
    if question is None or question.kind is not QuestionKind.MULTIPLE:
        return ()
    return tuple(option.key for option in question.options)


def _soft(
    session: Session,
    campaign: Campaign,
    questions: Sequence[str],
    wanted: Narrowing,
    rng: np.random.Generator,
    *,
    sampled: bool,
) -> dict[str, Estimate]:
    values = soft_shares(session, campaign.id, questions, wanted, sampled=sampled) if questions else {}
    return {question: mean_share(found, rng) for question, found in values.items()}


def _model(answers: Sequence[ModelAnswer]) -> ModelCheck | None:
    if not answers:
        return None
    cells: dict[tuple[str, str], int] = {}
    for answer in answers:
        said = max(answer.probabilities, key=lambda name: (answer.probabilities[name], name))
        cells[said, answer.label] = cells.get((said, answer.label), 0) + 1
    agreed = sum(count for (said, label), count in cells.items() if said == label)
    versions = tuple(sorted({answer.version for answer in answers}))
    return ModelCheck(versions, cells, wilson(agreed, len(answers)))


def examples_of(
    session: Session, campaign: Campaign, results: Results, wanted: Narrowing
) -> dict[str, list[Disputed]]:
    """Return, for each class of the main question that has any, creatives on which people agree."""
    return {
        share.key: agreeing_examples(
            session, campaign.id, results.main.key, wanted, share.key, limit=EXAMPLES
        )
        for share in results.shares
        if share.count and share.key != CANNOT_TELL
    }


def marked_of(
    session: Session, campaign: Campaign, version: Version, wanted: Narrowing
) -> dict[str, list[Disputed]]:
    """Return, for each (sub-)question that asks for words of the text, creatives in which several volunteers marked the same."""
    found = {
        name: marked_examples(session, campaign.id, name, wanted, least=MARKED_BY, limit=EXAMPLES)
        for name in places_asked(version.content)
    }
    return {name: examples for name, examples in found.items() if examples}
