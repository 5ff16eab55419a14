"""What a retirement rule would have cost and saved in a campaign, beside rules that differ from it a little."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.core.retirement import Rule
from political_ads.core.simulation import Replay, replay
from political_ads.models import Campaign
from political_ads.queries.questionnaires import Version
from political_ads.queries.simulation import Past, past_answers

MOST = 20_000  # answers of the rule's own replay: half a second
MOST_BESIDE = 6_000  # answers of each neighbouring rule's
FEWEST = 50  # answers under which nothing is said
POSTERIORS = (0.9, 0.95, 0.99, 0.995)
LEADS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Simulated:
    """The replay of a rule, and those of its neighbours on a smaller draw of the same answers (`beside`, the rule itself included).

    What reviewers decided is the truth that accuracies are measured against; nan where they decided nothing.
    """

    rule: Rule
    past: Past
    replay: Replay
    drawn: Past
    beside: tuple[tuple[Rule, Replay], ...]


def simulate(
    session: Session, actor: Actor, campaign: Campaign, version: Version, rule: Rule
) -> Simulated | None:
    """Replay a rule on a campaign's past answers; None where there are too few to say anything."""
    past = past_answers(session, actor, campaign, version, most=MOST)
    if len(past.votes) < FEWEST:
        return None
    drawn = past
    if len(past.votes) > MOST_BESIDE:
        drawn = past_answers(session, actor, campaign, version, most=MOST_BESIDE)
    return Simulated(
        rule,
        past,
        _replay(past, rule),
        drawn,
        tuple((each, _replay(drawn, each)) for each in neighbours(rule)),
    )


def _replay(past: Past, rule: Rule) -> Replay:
    return replay(past.votes, rule, unreadable=past.unreadable, truth=past.truth)


def neighbours(rule: Rule) -> list[Rule]:
    """Return the rule and those with another posterior, lead or number of answers; the rule first, none twice."""
    return list(dict.fromkeys(_near(rule)))


def _near(rule: Rule) -> Iterator[Rule]:
    yield rule
    for posterior in POSTERIORS:
        yield replace(rule, posterior=posterior)
    for lead in LEADS:
        yield replace(rule, lead=lead)
    for at_most in (rule.at_most - 2, rule.at_most + 3):
        if at_most >= rule.at_least:
            yield replace(rule, at_most=at_most)
    if rule.at_least > 1:
        yield replace(rule, at_least=rule.at_least - 1)
    if rule.at_least < rule.at_most:
        yield replace(rule, at_least=rule.at_least + 1)
