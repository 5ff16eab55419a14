"""The consensus rule and the frozen record."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from collab_chat.core.consensus import Ballot, Objected, Position, Round, Rule, is_disinformation, weigh
from collab_chat.core.decisions import alpha_of, alpha_words, record_hash, record_of
from collab_chat.schemas.cases import CriterionAnswer, Finding, Sheet, Verdict
from common.taxonomy import Criterion

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
ORGANISATIONS = [uuid.UUID(int=one) for one in range(1, 6)]
PEOPLE = [uuid.UUID(int=one) for one in range(100, 112)]
ROUND = Round(
    room=uuid.UUID(int=999),
    number=4,
    round=1,
    begun_at=NOW,
    reporter=ORGANISATIONS[0],
    criteria=dict.fromkeys(ORGANISATIONS, (Criterion.FALSE_OR_MISLEADING, Criterion.INTENT_TO_HARM)),
)
answers = st.dictionaries(
    st.sampled_from(Criterion), st.builds(CriterionAnswer, value=st.sampled_from(Finding)), max_size=6
)
sheets = st.builds(Sheet, answers=answers, verdict=st.sampled_from(Verdict), reason=st.text(max_size=20))


@st.composite
def votes(draw: st.DrawFn) -> list[Ballot]:
    people = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=10))
    return [
        Ballot(person, draw(st.sampled_from([None, *ORGANISATIONS])), 10 + place, draw(sheets))
        for place, person in enumerate(people)
    ]


def ballot(place: int, verdict: Verdict, *, organisation: int | None = None, **findings: Finding) -> Ballot:
    given_answers = {Criterion(name): CriterionAnswer(value=value) for name, value in findings.items()}
    return Ballot(
        PEOPLE[place],
        ORGANISATIONS[place if organisation is None else organisation],
        20 + place,
        Sheet(answers=given_answers, verdict=verdict),
    )


@given(votes(), st.randoms())
def test_the_order_of_votes_changes_nothing(cast: list[Ballot], rnd: random.Random) -> None:
    shuffled = list(cast)
    rnd.shuffle(shuffled)
    once, again = (weigh(ROUND, one, (), Rule(), LATER) for one in (cast, shuffled))
    assert once == again
    if not once.gaps:
        records = [
            record_of(ROUND, one, (), Rule(), evidence=(3, 2), by=PEOPLE[0], at=LATER)
            for one in (cast, shuffled)
        ]
        assert record_hash(records[0]) == record_hash(records[1])


@given(votes())
def test_what_may_be_decided_keeps_the_rule(cast: list[Ballot]) -> None:
    weighed = weigh(ROUND, cast, (), Rule(), LATER)
    voices = {one.organisation for one in cast if one.organisation}
    assert weighed.counted == len(voices)
    if not weighed.gaps:
        assert weighed.verdict is not None
        assert len(voices - {ROUND.reporter}) >= 3
        assert 3 * weighed.agree >= 2 * weighed.counted


def test_the_default_rule_step_by_step() -> None:
    cast = [ballot(0, Verdict.DISINFORMATION), ballot(1, Verdict.DISINFORMATION)]
    assert [one.code for one in weigh(ROUND, cast, (), Rule(), NOW).gaps] == ["organisations", "wait"]
    cast += [ballot(2, Verdict.SATIRE_OR_OPINION), ballot(3, Verdict.AUTHENTIC)]
    assert [one.code for one in weigh(ROUND, cast, (), Rule(), LATER).gaps] == ["agreement"]
    cast[3] = ballot(3, Verdict.DISINFORMATION)
    blocking = Objected(40, PEOPLE[5], "The source is not checked", blocking=True)
    assert [one.code for one in weigh(ROUND, cast, [blocking], Rule(), LATER).gaps] == ["objection"]
    lifted = Objected(40, PEOPLE[5], "The source is not checked", blocking=True, lifted_seq=41)
    weighed = weigh(ROUND, cast, [lifted], Rule(), LATER)
    assert (weighed.gaps, weighed.verdict, weighed.agree, weighed.counted) == (
        (),
        Verdict.DISINFORMATION,
        3,
        4,
    )


def test_two_leads_shorten_the_wait() -> None:
    cast = [ballot(place, Verdict.AUTHENTIC) for place in range(4)]
    one = Round(ROUND.room, 4, 1, NOW, ROUND.reporter, shortened=frozenset(PEOPLE[:1]))
    two = Round(ROUND.room, 4, 1, NOW, ROUND.reporter, shortened=frozenset(PEOPLE[:2]))
    assert [gap.code for gap in weigh(one, cast, (), Rule(), NOW).gaps] == ["wait"]
    assert not weigh(two, cast, (), Rule(), NOW).gaps


def test_an_organisation_has_one_voice_and_may_be_split() -> None:
    cast = [
        ballot(0, Verdict.AUTHENTIC, organisation=1),
        ballot(1, Verdict.DISINFORMATION, organisation=1),
        ballot(2, Verdict.DISINFORMATION, organisation=2),
    ]
    weighed = weigh(ROUND, cast, (), Rule(organisations=2), LATER)
    split = weighed.positions[0]
    assert isinstance(split, Position)
    assert (split.votes, split.verdict) == (2, None)
    assert (weighed.agree, weighed.counted, weighed.others) == (1, 2, 2)


def test_two_organisations_with_the_same_findings_may_rightly_disagree() -> None:
    findings = {Criterion.FALSE_OR_MISLEADING: Finding.YES, Criterion.FOREIGN_SOURCE: Finding.NO}
    assert is_disinformation(findings, [Criterion.FALSE_OR_MISLEADING]) is True
    assert is_disinformation(findings, [Criterion.FALSE_OR_MISLEADING, Criterion.FOREIGN_SOURCE]) is False
    assert is_disinformation(findings, [Criterion.FALSE_OR_MISLEADING, Criterion.MASSIVE]) is None
    assert is_disinformation(findings, []) is None


def test_the_record_keeps_dissent_and_each_organisations_own_answer() -> None:
    cast = [
        ballot(place, Verdict.DISINFORMATION, false_or_misleading=Finding.YES, intent_to_harm=Finding.YES)
        for place in (0, 1, 2, 3)
    ]
    cast.append(ballot(4, Verdict.SATIRE_OR_OPINION, false_or_misleading=Finding.NO))
    record = record_of(ROUND, cast, (), Rule(), evidence=(9, 7), by=PEOPLE[0], at=LATER)
    assert (record["verdict"], record["agreement"]["agree"], record["agreement"]["counted"]) == (
        "disinformation",
        4,
        5,
    )
    assert record["organisations"][1]["disinformation_by_its_criteria"] is True
    assert record["organisations"][4]["disinformation_by_its_criteria"] is False
    assert [one["verdict"] for one in record["dissent"]] == ["satire_or_opinion"]
    assert record["criteria"]["false_or_misleading"][str(ORGANISATIONS[4])] == {"no": 1}
    assert record["evidence"] == [7, 9]
    assert len(record_hash(record)) == 64


def test_the_record_hash_of_a_known_record_stays() -> None:
    cast = [ballot(place, Verdict.INCONCLUSIVE) for place in range(4)]
    record = record_of(ROUND, cast, (), Rule(), evidence=(), by=None, at=LATER)
    assert record_hash(record) == record_hash(dict(reversed(record.items())))


def test_alpha_counts_yes_against_no_only() -> None:
    agreeing = [ballot(place, Verdict.AUTHENTIC, massive=Finding.YES, illegal=Finding.NO) for place in (0, 1)]
    assert alpha_of(agreeing) == 1.0
    against = [
        ballot(0, Verdict.AUTHENTIC, massive=Finding.YES),
        ballot(1, Verdict.AUTHENTIC, massive=Finding.NO),
    ]
    assert alpha_of(against) == 0.0
    unsure = [
        ballot(0, Verdict.AUTHENTIC, massive=Finding.YES),
        ballot(1, Verdict.AUTHENTIC, massive=Finding.UNSURE),
    ]
    assert alpha_of(unsure) is None


def test_a_rule_asks_for_more_than_half() -> None:
    with pytest.raises(ValidationError):
        Rule(agree=1, of=2)
    with pytest.raises(ValidationError):
        Rule(agree=4, of=3)


def test_an_open_round_has_no_record() -> None:
    with pytest.raises(ValueError, match="may not be decided"):
        record_of(ROUND, [], (), Rule(), evidence=(), by=None, at=LATER)


@pytest.mark.parametrize(
    ("alpha", "word"),
    [
        (None, "too few"),
        (0.8, "good"),
        (0.7999, "fair"),
        (0.667, "fair"),
        (0.01, "weak"),
        (0.0, "by chance"),
        (-0.5, "by chance"),
    ],
)
def test_what_an_alpha_means_is_said_in_words(alpha, word):
    said = alpha_words(alpha, "FIGURE")
    assert word in said
    assert ("FIGURE" in said) == (alpha is not None)
