"""Past answers, in the order in which they came, for replaying a retirement rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.core.aggregation import Votes, name_votes
from political_ads.models import Answer, Campaign, Item, Label
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.answers import counts
from political_ads.queries.questionnaires import Version

ADJUDICATED = "adjudicated"  # a label's method where reviewers decided


@dataclass(frozen=True)
class Past:
    """Answers to the main question. `unreadable`: (answers,), those that only flag the creative. `of`: how many there are in all.

    `truth`: (items,) the class that reviewers decided on, −1 where they did not, or left it disputed.
    """

    votes: Votes
    unreadable: NDArray[np.bool_]
    of: int
    truth: NDArray[np.int64]

    @property
    def per_item(self) -> float:
        """Answers a creative, on average."""
        return len(self.votes) / self.votes.n_items if self.votes.n_items else 0.0

    @property
    def decided(self) -> int:
        """Creatives that reviewers decided on."""
        return int((self.truth >= 0).sum())


class _Row(NamedTuple):
    item_id: int
    contributor_id: int
    said: str | None
    flag: str
    id: int


def past_answers(session: Session, actor: Actor, campaign: Campaign, version: Version, *, most: int) -> Past:
    """Return a campaign's answers that count, gold left out; of more than `most`, those about creatives drawn at random.

    The draw is the campaign's own fixed random order, so that the same rule gives the same figures twice.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    main = version.content.main.key
    columns = (
        Answer.item_id,
        Answer.contributor_id,
        Answer.answers[main].as_string().label("said"),
        Answer.flag,
        Answer.id,
    )
    mine = (Answer.campaign_id == campaign.id, counts(), Item.gold.is_(False))
    joined = select(*columns).join(Item, Item.id == Answer.item_id).where(*mine)
    found = session.execute(joined.order_by(Item.shuffle, Item.id, Answer.id).limit(most + 1))
    rows = [_Row(*row) for row in found]
    total = len(rows)
    if total > most:
        total = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
        last = rows[-1].item_id  # its answers may be cut off
        rows = [row for row in rows if row.item_id != last]
    decided = _decided(session, campaign.id, main)
    return _past(sorted(rows, key=lambda row: row.id), version.asked[main].classes, total, decided)


def _decided(session: Session, campaign_id: int, main: str) -> Mapping[int, str]:
    """Return what reviewers decided, by item."""
    query = select(Label.item_id, Label.label).where(
        Label.campaign_id == campaign_id,
        Label.question == main,
        Label.method == ADJUDICATED,
        Label.label != "",
    )
    return {row.item_id: row.label for row in session.execute(query)}


def _past(rows: Sequence[_Row], classes: Sequence[str], total: int, decided: Mapping[int, str]) -> Past:
    known = [row for row in rows if row.said in classes or (row.said is None and row.flag)]
    named = name_votes(
        [row.item_id for row in known],
        [row.contributor_id for row in known],
        [row.said or classes[0] for row in known],  # of an unreadable one it is not looked at
        classes=classes,
    )
    unreadable = np.array([row.said is None for row in known], dtype=np.bool_)
    truth = named.gold(decided.items()).astype(np.int64)
    return Past(named.votes, unreadable, total, truth)
