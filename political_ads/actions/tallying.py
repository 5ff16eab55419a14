"""Bringing labels up to date when answers come or go, in time proportional to what is touched.

Between two batches only what is known of contributors on the *main* question moves, since retirement rests on it; everything else that
the formula reads (the pooled counts, the classes' shares, the further questions' counts) stays as the last batch found it. So no two
volunteers ever write the same row, unless they answered the same creative.

Everybody locks in one order, so that nobody waits in a circle: participation, items by id, leases, contributors' counts by id.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from political_ads.actions.telling import tell_flags
from political_ads.actions.webhooks import announce_label
from political_ads.actions.writing_over import write_over
from political_ads.core.aggregation import FloatArray
from political_ads.core.labels import LabelValue
from political_ads.core.recount import Ballot, Known, Recount, next_state, recount, recount_further
from political_ads.core.spans import Marked
from political_ads.models import Answer, Campaign, Creative, Item, Label, Skill
from political_ads.queries.answers import adds_up, answers_about, offence_at
from political_ads.queries.gathering import votes_between
from political_ads.queries.labels import as_posteriors, pool_of, skills_of
from political_ads.queries.questionnaires import Version, version_of
from political_ads.schemas import Flag, Rules

LOCKED = (
    select(Item)
    .where(Item.id.in_(bindparam("items", expanding=True)), Item.campaign_id == bindparam("campaign"))
    .order_by(Item.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
OFFENSIVE_AFTER = 2  # contributors who say so, and the creative is blurred until a person asks


@dataclass
class Tally:
    """Some items, locked, with all answers about them.

    `posteriors`: of the main question (item → class → probability), as stored. `before`: the answers that counted when they were read.
    """

    campaign: Campaign
    version: Version
    rules: Rules
    items: dict[int, Item]
    answers: list[Answer]
    posteriors: Mapping[int, Mapping[str, float]]
    before: frozenset[int]
    touched: set[int] = field(default_factory=set)

    def about(self, item_id: int) -> list[Answer]:
        """Return the answers about an item, in their order."""
        return [answer for answer in self.answers if answer.item_id == item_id]


def open_tally(
    session: Session,
    campaign: Campaign,
    version: Version,
    rules: Rules,
    item_ids: Collection[int],
) -> Tally:
    """Lock items of a campaign and read the answers about them."""
    items = session.scalars(LOCKED, {"items": list(item_ids), "campaign": campaign.id}).all()
    return tally_of(session, campaign, version, rules, items)


def tally_of(
    session: Session,
    campaign: Campaign,
    version: Version,
    rules: Rules,
    items: Iterable[Item],
    *,
    keys: Collection[uuid.UUID] = (),
) -> Tally:
    """Read the answers about items that are locked (and those with these client keys)."""
    by_id = {item.id: item for item in items}
    answers, posteriors = answers_about(session, by_id, version.content.main.key, keys)
    before = frozenset(answer.id for answer in answers if adds_up(answer))
    return Tally(campaign, version, rules, by_id, answers, posteriors, before)


def settle(session: Session, tally: Tally, *, at: datetime) -> None:
    """Recount the touched items after their answers changed: labels, contributors' counts, state, numbers."""
    items = [tally.items[item_id] for item_id in sorted(tally.touched) if not tally.items[item_id].gold]
    if not items:
        return
    versions = versions_of(session, tally.campaign, tally.version, tally.answers)
    ballots = {item.id: _ballots(tally, versions, item.id) for item in items}
    main = tally.version.asked[tally.version.content.main.key]
    voters = {ballot.contributor for cast in ballots.values() for ballot in cast}
    skills = skills_of(session, tally.campaign.id, voters, [main.key], lock=True)[main.key]
    posteriors = as_posteriors(tally.posteriors, main)
    pool = pool_of(tally.campaign, main)
    found: dict[int, Recount] = {}
    before = {item.id: item.state for item in items}
    for item in items:
        result = recount(ballots[item.id], main, tally.rules, skills, pool, posteriors.get(item.id))
        if item.state != "adjudicated":  # there the posterior is a reviewer's, and the sums hold none
            skills.update(result.skills)
            found[item.id] = result
        _move(item, result, tally.rules, at)
    _further(session, tally, {item_id: ballots[item_id] for item_id in found}, found)
    keep_labels(
        session, tally.campaign, {key: result.labels for key, result in found.items()}, "online", at=at
    )
    _drop_empty(session, found)
    moved = {who for result in found.values() for who in result.skills}
    keep_skills(session, tally.campaign, main.key, {who: skills[who] for who in moved}, at=at)
    _tell(session, tally.campaign, items, before, at)
    standing = {item.creative_id: found[item.id].labels for item in items if item.state == "retired"}
    tell_flags(session, tally.campaign, standing, at=at)


def _tell(
    session: Session, campaign: Campaign, items: Sequence[Item], before: Mapping[int, str], at: datetime
) -> None:
    """Announce labels that stand from now on, and those that stood until now."""
    for item in items:
        if item.state != before[item.id] and "retired" in {item.state, before[item.id]}:
            event = "label.published" if item.state == "retired" else "label.changed"
            announce_label(session, campaign, item, event, at=at)


def warn_where_offensive(session: Session, tally: Tally) -> None:
    """Blur the creatives that several contributors called offensive."""
    for item_id in tally.touched:
        said = [
            answer for answer in tally.about(item_id) if adds_up(answer) and answer.flag == Flag.OFFENSIVE
        ]
        if len(said) >= OFFENSIVE_AFTER:
            creative = session.get_one(Creative, tally.items[item_id].creative_id)
            creative.warning = creative.warning or Flag.OFFENSIVE.value


def show_where_few_are_offended(session: Session, tally: Tally, item_ids: Collection[int]) -> None:
    """After answers were withdrawn: show creatives unblurred that too few others call offensive, unless a reviewer had them blurred."""
    session.flush()
    for item_id in item_ids:
        creative = session.get_one(Creative, tally.items[item_id].creative_id)
        offended, by_reviewer = offence_at(session, creative.id)
        if creative.warning == Flag.OFFENSIVE and offended < OFFENSIVE_AFTER and not by_reviewer:
            creative.warning = ""


def keep_labels(
    session: Session,
    campaign: Campaign,
    labels: Mapping[int, Mapping[str, LabelValue]],
    method: str,
    *,
    at: datetime,
    spans: Marked | None = None,
) -> None:
    """Write labels (item → question → label) over those that were there. `spans`: what most marked; None: what is there stays."""
    rows: list[dict[str, Any]] = [
        {
            "campaign_id": campaign.id,
            "item_id": item_id,
            "question": question,
            "votes": value.votes,
            "posterior": value.posterior,
            "label": value.label,
            "confidence": value.confidence,
            "entropy": value.entropy,
            "method": method,
            "updated_at": at,
        }
        for item_id in sorted(labels)
        for question, value in sorted(labels[item_id].items())
    ]
    columns: tuple[str, ...] = (
        "votes",
        "posterior",
        "label",
        "confidence",
        "entropy",
        "method",
        "updated_at",
    )
    if spans is not None:
        columns = (*columns, "spans")
        for row in rows:
            row["spans"] = spans.get(row["item_id"], {}).get(row["question"], [])
    write_over(session, Label, rows, ("item_id", "question"), columns)


def keep_skills(
    session: Session, campaign: Campaign, question: str, skills: Mapping[int, FloatArray], *, at: datetime
) -> None:
    """Write what is known of contributors on a question; what the last batch said of their accuracy stays."""
    rows = [
        {
            "campaign_id": campaign.id,
            "contributor_id": contributor_id,
            "question": question,
            "counts": skills[contributor_id].tolist(),
            "updated_at": at,
        }
        for contributor_id in sorted(skills)
    ]
    write_over(session, Skill, rows, ("campaign_id", "contributor_id", "question"), ("counts", "updated_at"))


def versions_of(
    session: Session, campaign: Campaign, version: Version, answers: Iterable[Answer]
) -> dict[int, Version]:
    """Return the versions under which some answers were given; `version` is the campaign's present one, and in hand."""
    known = {campaign.questionnaire_id: version}
    for questionnaire_id in {answer.questionnaire_id for answer in answers} - set(known):
        found = version_of(session, questionnaire_id)
        if found is not None:
            known[questionnaire_id] = found
    return known


def ballot_of(version: Version, given_under: Version, answer: Answer, *, counted: bool) -> Ballot:
    """Return an answer as votes on the campaign's present questions: those whose possible answers are the same in its version."""
    votes = votes_between(version, given_under, answer.answers)
    unreadable = bool(answer.flag) and not answer.answers
    return Ballot(answer.contributor_id, votes, unreadable, counted, adds_up(answer))


def _ballots(tally: Tally, versions: Mapping[int, Version], item_id: int) -> list[Ballot]:
    """Return the ballots of an item that counted before or count now."""
    return [
        ballot_of(tally.version, versions[answer.questionnaire_id], answer, counted=answer.id in tally.before)
        for answer in tally.about(item_id)
        if answer.id in tally.before or adds_up(answer)
    ]


def _further(
    session: Session, tally: Tally, ballots: Mapping[int, list[Ballot]], found: Mapping[int, Recount]
) -> None:
    main = tally.version.content.main.key
    voted = {question for cast in ballots.values() for ballot in cast for question in ballot.votes} - {main}
    if not voted:
        return
    voters = {ballot.contributor for cast in ballots.values() for ballot in cast}
    # of these questions, what is known of contributors comes from batches alone
    batched = tally.campaign.aggregated_at is not None
    skills = skills_of(session, tally.campaign.id, voters, voted) if batched else {}
    known: Known = {}
    for question in voted:
        asked, pool = tally.version.asked[question], pool_of(tally.campaign, tally.version.asked[question])
        for item_id, result in found.items():
            label = recount_further(ballots[item_id], asked, skills.get(question, {}), pool, known)
            if label is not None:
                result.labels[question] = label


def _drop_empty(session: Session, found: Mapping[int, Recount]) -> None:
    """Delete the labels of questions to which an item has no vote left."""
    for item_id, result in found.items():
        if result.removed:
            session.execute(
                delete(Label).where(Label.item_id == item_id, Label.question.not_in(list(result.labels)))
            )


def _move(item: Item, result: Recount, rules: Rules, at: datetime) -> None:
    item.answers, item.unreadable = result.answers, result.unreadable
    state = next_state(item.state, result, rules)
    if state != item.state:
        item.state = state
        item.retired_at = None if state == "open" else at
