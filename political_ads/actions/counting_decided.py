"""What volunteers had said of creatives that reviewers decided on, counted anew when somebody's answers are withdrawn."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.actions.tallying import Tally, ballot_of, versions_of
from political_ads.core.recount import recount
from political_ads.models import Item, Label
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.answers import adds_up
from political_ads.queries.labels import labels_of, pool_of, skills_of

ADJUDICATED = "adjudicated"


def count_decided_again(session: Session, actor: Actor, tally: Tally, item_ids: Collection[int]) -> None:
    """Write the votes that are left beside reviewers' decisions; the decisions stay. Of what they left disputed, the shares follow."""
    PERMISSIONS.require(actor, Permission.WITHDRAW)
    decided = [tally.items[item_id] for item_id in item_ids if tally.items[item_id].state == ADJUDICATED]
    labels = labels_of(session, [item.id for item in decided])
    for item in decided:
        _count(session, tally, item, {label.question: label for label in labels[item.id].values()})
    session.flush()


def _count(session: Session, tally: Tally, item: Item, labels: dict[str, Label]) -> None:
    answers = [answer for answer in tally.about(item.id) if adds_up(answer)]
    versions = versions_of(session, tally.campaign, tally.version, answers)
    ballots = [
        ballot_of(tally.version, versions[answer.questionnaire_id], answer, counted=False)
        for answer in answers
    ]
    for question, label in labels.items():
        if (asked := tally.version.asked.get(question)) is not None:
            said = Counter(ballot.votes[question] for ballot in ballots if question in ballot.votes)
            label.votes = {asked.classes[place]: count for place, count in sorted(said.items())}
    main = tally.version.asked[tally.version.content.main.key]
    if item.disputed and main.key in labels:
        voters = {ballot.contributor for ballot in ballots}
        skills = skills_of(session, tally.campaign.id, voters, [main.key])[main.key]
        value = recount(ballots, main, tally.rules, skills, pool_of(tally.campaign, main), None).labels.get(
            main.key
        )
        if value is not None:
            shown = labels[main.key]
            shown.posterior, shown.confidence, shown.entropy = (
                value.posterior,
                value.confidence,
                value.entropy,
            )
