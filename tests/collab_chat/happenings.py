"""Contents of events as anything might make them: for each kind that no action of the conversation makes, a strategy."""

from datetime import timedelta

from hypothesis import strategies as st

from collab_chat.schemas.cases import (
    Abcde,
    CaseStatus,
    Confidence,
    CriterionAnswer,
    Finding,
    HarmAxis,
    ReactionKind,
    Severity,
    Shape,
    Sheet,
    Verdict,
)
from collab_chat.schemas.events import (
    AttributionProposed,
    AttributionStated,
    CaseEdited,
    CaseGraded,
    CaseLinked,
    CaseMoved,
    CaseOpened,
    CaseOrganisations,
    CaseReopened,
    CaseStaffed,
    DecisionMade,
    EvidenceAdded,
    EvidenceCaptured,
    EvidenceFailed,
    FileRef,
    Kind,
    ObjectionLifted,
    ObjectionRaised,
    ReactionChosen,
    ReminderGiven,
    ReportSaved,
    RoomChanged,
    SignalLinked,
    TaskAdded,
    TaskChanged,
    VoteCast,
    WaitShortened,
)
from common.taxonomy import Criterion
from tests.collab_chat.making import START

WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60
).filter(lambda text: bool(text.strip()))
IDS = st.uuids(version=4)
SOMEBODY = st.none() | IDS
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
TIMES = st.integers(0, 10**7).map(lambda milliseconds: START + timedelta(milliseconds=milliseconds))
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FILES = st.builds(
    FileRef, sha256=DIGESTS, name=WORDS, media_type=st.just("text/plain"), size=st.integers(0, 10**9)
)
SHEETS = st.builds(
    Sheet,
    answers=st.dictionaries(
        st.sampled_from(Criterion),
        st.builds(
            CriterionAnswer,
            value=st.sampled_from(Finding),
            confidence=st.sampled_from(Confidence),
            reason=WORDS,
        ),
    ),
    verdict=st.sampled_from(Verdict),
    reason=WORDS,
    breakout=st.integers(1, 6),
    harm=st.dictionaries(st.sampled_from(HarmAxis), st.integers(0, 4)),
    techniques=st.lists(st.sampled_from(["T0001", "T0049.003"])).map(tuple),
    abcde=st.builds(Abcde, actor=WORDS),
)
ROUNDS = st.integers(1, 3)


def contents(
    evidence: list[int], tasks: list[int], objections: list[int]
) -> dict[Kind, st.SearchStrategy[Shape]]:
    """Return a strategy for each kind; what speaks of evidence, a task or an objection speaks of one that is there."""
    found: dict[Kind, st.SearchStrategy[Shape]] = {
        Kind.ROOM_CHANGED: st.builds(RoomChanged, name=st.none() | WORDS, topic=st.none() | WORDS),
        Kind.CASE_OPENED: st.builds(CaseOpened, number=st.integers(1, 999), title=WORDS, reporter=SOMEBODY),
        Kind.CASE_EDITED: st.builds(
            CaseEdited, title=st.none() | WORDS, abcde=st.none() | st.builds(Abcde, effect=WORDS)
        ),
        Kind.CASE_MOVED: st.builds(CaseMoved, status=st.sampled_from(CaseStatus), why=WORDS, other=SOMEBODY),
        Kind.CASE_GRADED: st.builds(
            CaseGraded,
            harm=st.integers(0, 4),
            breakout=st.integers(1, 6),
            severity=st.sampled_from(Severity),
        ),
        Kind.CASE_STAFFED: st.builds(CaseStaffed, lead=SOMEBODY, scribe=SOMEBODY),
        Kind.CASE_ORGANISATIONS: st.builds(
            CaseOrganisations, organisations=st.dictionaries(IDS, WORDS, max_size=3)
        ),
        Kind.CASE_LINKED: st.builds(
            CaseLinked,
            what=st.sampled_from(["account", "url"]),
            ref=st.sampled_from(["one", "two"]),
            title=WORDS,
            on=st.booleans(),
        ),
        Kind.CASE_REOPENED: st.builds(CaseReopened, round=st.integers(2, 3), why=WORDS),
        Kind.SIGNAL_LINKED: st.builds(SignalLinked, signal=IDS, title=WORDS, times=st.integers(1, 9)),
        Kind.EVIDENCE_ADDED: st.builds(EvidenceAdded, kind=st.just("file"), file=FILES, note=WORDS)
        | st.builds(EvidenceAdded, kind=st.just("url"), url=st.just("https://example.org/a?b=1"), note=WORDS),
        Kind.TASK_ADDED: st.builds(TaskAdded, text=WORDS, owner=SOMEBODY, due=st.none() | TIMES),
        Kind.VOTE_CAST: st.builds(VoteCast, round=ROUNDS, sheet=SHEETS),
        Kind.OBJECTION_RAISED: st.builds(ObjectionRaised, why=WORDS, blocking=st.booleans()),
        Kind.WAIT_SHORTENED: st.builds(WaitShortened, round=ROUNDS, why=WORDS),
        Kind.DECISION_MADE: st.builds(
            DecisionMade, round=ROUNDS, record=st.dictionaries(WORDS, JSON_VALUES, max_size=3), sha256=DIGESTS
        ),
        Kind.ATTRIBUTION_PROPOSED: st.builds(
            AttributionProposed,
            actor=WORDS,
            confidence=st.sampled_from(Confidence),
            why=WORDS,
            evidence=st.just((1,)),
        ),
        Kind.ATTRIBUTION_STATED: st.builds(
            AttributionStated,
            actor=WORDS,
            confidence=st.sampled_from(Confidence),
            why=WORDS,
            evidence=st.just((1,)),
            second=IDS,
        ),
        Kind.REACTION_CHOSEN: st.builds(ReactionChosen, reaction=st.sampled_from(ReactionKind), why=WORDS),
        Kind.REPORT_SAVED: st.builds(ReportSaved, number=st.integers(1, 9), text=WORDS, sha256=DIGESTS),
        Kind.REMINDER_GIVEN: st.builds(ReminderGiven, what=st.just("triage"), due=TIMES, late=st.booleans()),
    }
    if evidence:
        of = st.sampled_from(evidence)
        found[Kind.EVIDENCE_CAPTURED] = st.builds(
            EvidenceCaptured,
            evidence=of,
            status=st.just(200),
            final_url=st.just("https://example.org/a"),
            title=WORDS,
            at=TIMES,
            body_sha256=DIGESTS,
            warc=FILES,
        )
        found[Kind.EVIDENCE_FAILED] = st.builds(EvidenceFailed, evidence=of, why=WORDS)
    if tasks:
        found[Kind.TASK_CHANGED] = st.builds(
            TaskChanged,
            task=st.sampled_from(tasks),
            text=WORDS,
            owner=SOMEBODY,
            due=st.none() | TIMES,
            done=st.booleans(),
        )
    if objections:
        found[Kind.OBJECTION_LIFTED] = st.builds(
            ObjectionLifted, objection=st.sampled_from(objections), why=WORDS
        )
    return found
