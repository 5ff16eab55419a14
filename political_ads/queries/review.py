"""Questions that reviewers' pages ask: what waits for a decision, what was said about it, what was decided before."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal_column, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page, window
from political_ads.core.aggregation.multi import Span
from political_ads.core.questionnaires import votes_of
from political_ads.core.spans import agreed
from political_ads.core.stored import restored
from political_ads.models import Ad, Adjudication, Answer, Campaign, Contest, Creative, Item, Label, LogLine
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.answers import counts
from political_ads.queries.labels import labels_of
from political_ads.queries.marks import marks_about, weights_in
from political_ads.queries.questionnaires import Version, version_of

OPEN_CAMPAIGNS = ("open", "paused", "closed")
MOST_COMMENTS = 30
QUEUES = ("adjudicate", "contests", "flags", "decided")


@dataclass(frozen=True)
class Waiting:
    """One line of a queue. `contest`: in the queue of contests; `flags`: flag → answers that raised it, in that of flags."""

    item: Item
    creative: Creative
    campaign: Campaign
    contest: Contest | None = None
    flags: Mapping[str, int] | None = None
    adjudication: Adjudication | None = None


@dataclass(frozen=True)
class Said:
    """All that is known of one creative in a campaign. `votes`: (sub-)question → class → answers that count.

    `marks`: (sub-)question → contributor → the words that they marked; `marked`: what most of them marked, as answers stand now.
    """

    item: Item
    creative: Creative
    ad: Ad | None
    campaign: Campaign
    version: Version
    answers: int
    votes: Mapping[str, Mapping[str, int]]
    flags: Mapping[str, int]
    comments: tuple[str, ...]
    labels: Mapping[str, Label]
    marks: Mapping[str, Mapping[int, Sequence[Span]]]
    marked: Mapping[str, Sequence[Sequence[int]]]
    adjudications: Sequence[Adjudication]
    contests: Sequence[Contest]


def queue_counts(session: Session, actor: Actor) -> dict[str, int]:
    """Count what waits in each queue."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    return {
        queue: session.scalar(select(func.count()).select_from(_queue(queue).subquery())) or 0
        for queue in QUEUES
    }


def waiting_in(session: Session, actor: Actor, queue: str, *, number: int, size: int) -> Page[Waiting]:
    """Return a page of a queue: what came first stands first, of decisions the newest."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    offset, limit = window(number, size)
    query = _queue(queue)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ids = session.execute(_ordered(query, queue).offset(offset).limit(limit)).all()
    return Page(_lines(session, queue, ids), number, limit, total)


def next_in(session: Session, queue: str, after: int) -> int | None:
    """Return the next item of a queue after an item, from the beginning again at its end; None where it is empty or holds only this one."""
    items = select(_queue(queue).subquery().c.item_id)
    for condition in (Item.id > after, Item.id < after):
        query = select(Item.id).where(Item.id.in_(items), condition).order_by(Item.id).limit(1)
        found = session.scalars(query).first()
        if found is not None:
            return found
    return None


def said_about(session: Session, actor: Actor, item_id: int) -> Said:
    """Return what is known of a creative in a campaign. Raises `NotFound`."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(_("There is no such ad in a campaign."))
    campaign = session.get_one(Campaign, item.campaign_id)
    creative = session.get_one(Creative, item.creative_id)
    version = version_of(session, campaign.questionnaire_id)
    if version is None:
        raise NotFound(_("This campaign has no questionnaire."))
    answers = session.scalars(
        select(Answer).where(Answer.item_id == item.id, counts()).order_by(Answer.id)
    ).all()
    contests = select(Contest).where(Contest.item_id == item.id).order_by(Contest.at.desc())
    marks = marks_about(session, campaign, [item.id])
    return Said(
        item=item,
        creative=creative,
        ad=session.get(Ad, creative.ad_id) if creative.ad_id else None,
        campaign=campaign,
        version=version,
        answers=len(answers),
        votes=votes_on(session, version, answers),
        flags=Counter(answer.flag for answer in answers if answer.flag),
        comments=tuple(answer.comment for answer in answers if answer.comment)[:MOST_COMMENTS],
        labels=labels_of(session, [item.id])[item.id],
        marks=marks.get(item.id, {}),
        marked=agreed(marks, weights_in(session, campaign.id, marks.get(item.id, {}))).get(item.id, {}),
        adjudications=adjudications_of(session, item.id),
        contests=session.scalars(contests).all(),
    )


def votes_on(session: Session, version: Version, answers: Sequence[Answer]) -> dict[str, dict[str, int]]:
    """Add up answers by (sub-)question and class; those given under a version with other answers are left out."""
    found: dict[str, Counter[str]] = {}
    for answer in answers:
        under = version_of(session, answer.questionnaire_id)
        for name, place in votes_of(under.content, restored(answer.answers)).items() if under else ():
            mine, theirs = version.asked.get(name), under.asked.get(name) if under else None
            if mine and theirs and mine.classes == theirs.classes:
                found.setdefault(name, Counter())[mine.classes[place]] += 1
    return {name: dict(votes) for name, votes in found.items()}


def adjudications_of(session: Session, item_id: int) -> Sequence[Adjudication]:
    """Return the decisions on an item, the newest first."""
    query = select(Adjudication).where(Adjudication.item_id == item_id)
    return session.scalars(query.order_by(Adjudication.at.desc(), Adjudication.id)).all()


def contest_of(session: Session, actor: Actor, contest_id: Any) -> Contest:
    """Return a contest. Raises `NotFound`."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound(_("There is no such contest."))
    return contest


def law_campaigns(session: Session, actor: Actor) -> list[tuple[Campaign, Version]]:
    """Return the campaigns whose questionnaire is for trained reviewers: open ones first."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    query = select(Campaign).where(Campaign.state.in_(OPEN_CAMPAIGNS))
    found = session.scalars(query.order_by(Campaign.state != "open", Campaign.created_at.desc())).all()
    asked = [(campaign, version_of(session, campaign.questionnaire_id)) for campaign in found]
    return [(campaign, version) for campaign, version in asked if version and version.content.reviewers_only]


def _queue(queue: str) -> Select[Any]:
    """Return the question for a queue's lines: item_id and, of contests, the contest's id."""
    items = select(Item.id.label("item_id")).join(Campaign, Campaign.id == Item.campaign_id)
    items = items.where(Campaign.state.in_(OPEN_CAMPAIGNS))
    match queue:
        case "adjudicate":
            return items.where(Item.state == "adjudicate", Item.gold.is_(False))
        case "contests":
            query = items.add_columns(Contest.id.label("contest_id"))
            return query.join(Contest, Contest.item_id == Item.id).where(Contest.state == "open")
        case "flags":
            return items.where(Item.state != "withdrawn", _flagged())
        case "decided":
            return items.where(Item.state == "adjudicated")
    raise NotFound(_("There is no such list."))


def _flagged() -> ColumnElement[bool]:
    """A counting answer raised a flag, and nobody has settled flags on the item since. A wrong language is no matter for reviewers."""
    settled = (
        select(LogLine.id)
        .where(
            LogLine.action == "flags_settled",
            LogLine.campaign_id == Answer.campaign_id,
            LogLine.subject == cast(Answer.item_id, String),
            LogLine.at >= Answer.at,
        )
        .exists()
    )
    some = Answer.flag != literal_column("''")  # as the index says it: SQLite compares the words
    raised = select(Answer.item_id).where(some, Answer.flag.in_(("offensive", "broken")), counts())
    return Item.id.in_(raised.where(~settled))


def _ordered(query: Select[Any], queue: str) -> Select[Any]:
    if queue == "contests":
        return query.order_by(Contest.at, Contest.id)
    if queue == "decided":
        return query.order_by(Item.retired_at.desc(), Item.id)
    return query.order_by(Item.id)


def _lines(session: Session, queue: str, ids: Sequence[Any]) -> list[Waiting]:
    item_ids = [row.item_id for row in ids]
    rows = session.execute(
        select(Item, Creative, Campaign)
        .join(Creative, Creative.id == Item.creative_id)
        .join(Campaign, Campaign.id == Item.campaign_id)
        .where(Item.id.in_(item_ids))
    )
    known = {item.id: (item, creative, campaign) for item, creative, campaign in rows}
    if queue == "contests":
        query = select(Contest).where(Contest.id.in_([row.contest_id for row in ids]))
        contests = {contest.id: contest for contest in session.scalars(query)}
        return [Waiting(*known[row.item_id], contest=contests[row.contest_id]) for row in ids]
    flags = _flags_of(session, item_ids) if queue == "flags" else {}
    last = _last_decisions(session, item_ids) if queue == "decided" else {}
    return [
        Waiting(*known[item_id], flags=flags.get(item_id), adjudication=last.get(item_id))
        for item_id in item_ids
    ]


def _flags_of(session: Session, item_ids: Collection[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    query = (
        select(Answer.item_id, Answer.flag, func.count())
        .where(Answer.item_id.in_(item_ids), Answer.flag != "", counts())
        .group_by(Answer.item_id, Answer.flag)
    )
    for item_id, flag, number in session.execute(query):
        found.setdefault(item_id, {})[flag] = number
    return found


def _last_decisions(session: Session, item_ids: Collection[int]) -> dict[int, Adjudication]:
    query = select(Adjudication).where(Adjudication.item_id.in_(item_ids)).order_by(Adjudication.at)
    return {decision.item_id: decision for decision in session.scalars(query)}
