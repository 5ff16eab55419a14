"""A case file from what was gathered: words in the reader's language, and people's names only where the audience may have them."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab_chat.core.outputs.case_file import (
    Attribution,
    CaseFile,
    Dissent,
    EvidenceLine,
    LinkLine,
    LogHead,
    Moment,
    Organisation,
    Reaction,
    ReportText,
    RoundRecord,
    Span,
    TaskLine,
    Verdicts,
)
from collab_chat.core.timers import STEP_NAMES, timers
from collab_chat.models import Decision, Evidence, Member, ReactionTaken, Vote
from collab_chat.queries.after_action import Gathered
from collab_chat.queries.cases import times_of
from collab_chat.schemas.cases import (
    CONFIDENCE_NAMES,
    FINDING_NAMES,
    REACTION_NAMES,
    SEVERITY_NAMES,
    STATUS_NAMES,
    VERDICT_NAMES,
    CaseStatus,
    Confidence,
    Finding,
    ReactionKind,
    Severity,
    Sheet,
    Verdict,
)
from collab_chat.schemas.markings import Tlp
from collab_chat.views.lines import line_of
from common.i18n import current_locale
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES


@dataclass(frozen=True)
class Place:
    """Where and when a case is taken out. `room`: the room's address; `producer`: the deployment's."""

    room: str
    producer: str
    at: datetime


class People:
    """How people are called: by name for TLP:AMBER and narrower, else by their organisation alone."""

    def __init__(self, members: Sequence[Member], *, names: bool) -> None:
        self._members = {one.person_id: one for one in members}
        self._names = names

    def called(self, person_id: uuid.UUID | None) -> str:
        """Return what somebody is called here."""
        if person_id is None:
            return _("The toolkit")
        member = self._members.get(person_id)
        if member is None or not member.name:
            return _("Somebody who left")
        if not self._names:
            return _("Somebody of %(organisation)s") % {
                "organisation": self.organisation(member.organisation_id)
            }
        return f"{member.name} ({member.organisation_name})" if member.organisation_name else member.name

    def organisation(self, organisation_id: uuid.UUID | None) -> str:
        """Return an organisation's name as its people brought it in."""
        found = (
            one.organisation_name for one in self._members.values() if one.organisation_id == organisation_id
        )
        return next((name for name in found if name), "") or _("no organisation")

    def organisation_of(self, person_id: uuid.UUID | None) -> uuid.UUID | None:
        """Return somebody's organisation."""
        member = self._members.get(person_id) if person_id else None
        return member.organisation_id if member else None

    def as_members(self) -> Mapping[uuid.UUID, Member]:
        """Return members whose names are what they are called, for the timeline's words."""
        return {key: Member(person_id=key, name=self.called(key)) for key in self._members}


def case_file(found: Gathered, place: Place) -> CaseFile:
    """Word what was gathered."""
    case, room = found.case, found.room
    names = found.audience.rank >= Tlp.AMBER.rank
    people = People(found.members, names=names)
    return CaseFile(
        room=room.id,
        address=place.room,
        producer=place.producer,
        number=case.number,
        title=case.title,
        summary=case.summary,
        status=case.status,
        status_name=_(STATUS_NAMES[CaseStatus(case.status)]),
        severity=case.severity,
        severity_name=_(SEVERITY_NAMES[Severity(case.severity)]) if case.severity else "",
        harm=case.harm,
        breakout=case.breakout,
        abcde={key: text for key, text in (case.abcde or {}).items() if text},
        exercise=room.exercise_id is not None,
        marking=found.marking,
        audience=found.audience,
        left_out=found.left_out,
        kept_back=found.kept_back,
        names=names,
        opened_at=case.opened_at,
        updated_at=max((one.at for one in found.events), default=case.opened_at),
        made_at=place.at,
        made_by=people.called(found.standing.person_id),
        language=current_locale(),
        organisations=_organisations(found, people),
        timeline=_timeline(found, people),
        rounds=_rounds(found, people),
        evidence=[_evidence(one, people) for one in sorted(found.evidence, key=lambda one: one.seq)],
        reactions=[_reaction(one, people) for one in found.reactions if one.kind in set(ReactionKind)],
        attributions=[_attribution(one) for one in found.reactions if one.kind == "attribution"],
        tasks=[
            TaskLine(one.text, people.called(one.owner_id) if one.owner_id else "", one.due, one.done_at)
            for one in sorted(found.tasks, key=lambda one: one.seq)
        ],
        spans=_spans(found, place.at),
        links=[LinkLine(one.what, one.ref, one.title, one.url) for one in found.links],
        report=_report(found),
        log=LogHead(room.head_seq, room.head_hash, room.epoch),
    )


def _organisations(found: Gathered, people: People) -> list[Organisation]:
    active = {one.author_id for one in found.events if one.author_id}
    groups: dict[uuid.UUID | None, list[Member]] = {}
    for member in found.members:
        groups.setdefault(member.organisation_id, []).append(member)
    made = [
        Organisation(key, people.organisation(key), len(some), sum(one.person_id in active for one in some))
        for key, some in groups.items()
    ]
    return sorted(made, key=lambda one: (one.id is None, one.name))


def _timeline(found: Gathered, people: People) -> list[Moment]:
    called = people.as_members()
    tasks = {one.seq: one.text for one in found.tasks}
    moments = [
        Moment(one.seq, one.at, one.text) for event in found.events if (one := line_of(called, event, tasks))
    ]
    for message in found.pinned:
        words = _("%(who)s wrote (pinned): %(text)s")
        moments.append(Moment(message.seq, message.at, words % {"who": people.called(message.author_id), "text": message.text}))  # fmt: skip
    return sorted(moments, key=lambda one: one.seq)


def _rounds(found: Gathered, people: People) -> list[RoundRecord]:
    decided = [
        _round(one, [v for v in found.votes if v.round == one.round], found, people)
        for one in found.decisions
    ]
    waiting = [
        RoundRecord(number, None, None, _("Not decided yet"), count, 0, 0, None)
        for number, count in found.sealed_votes.items()
    ]
    return sorted([*decided, *waiting], key=lambda one: one.number)


def _round(decision: Decision, votes: Sequence[Vote], found: Gathered, people: People) -> RoundRecord:
    record, verdict = decision.record, Verdict(decision.record["verdict"])
    sheets = [(one, Sheet.model_validate(one.sheet)) for one in votes]
    groups: dict[uuid.UUID | None, list[Sheet]] = {}
    for vote, sheet in sheets:
        groups.setdefault(vote.organisation_id, []).append(sheet)
    columns = sorted(groups, key=lambda one: (one is None, people.organisation(one)))
    asked = [one for one in CRITERION_NAMES if any(one in sheet.answers for _vote, sheet in sheets)]
    by_record = {one["id"]: one["verdict"] for one in record["organisations"]}
    whole = found.audience.rank >= Tlp.AMBER.rank and len(votes) == len(record["votes"])
    objections = [one for one in found.objections if one.round == decision.round]
    agreement = record["agreement"]
    return RoundRecord(
        number=decision.round,
        decided_at=decision.at,
        verdict=verdict.value,
        verdict_name=_(VERDICT_NAMES[verdict]),
        sheets=len(record["votes"]),
        agree=int(agreement["agree"]),
        counted=int(agreement["counted"]),
        alpha=agreement["alpha"],
        columns=[people.organisation(one) for one in columns],
        rows=[
            (
                _(CRITERION_NAMES[criterion]),
                [_cell(s.answers.get(criterion) for s in groups[one]) for one in columns],
            )
            for criterion in asked
        ],
        verdicts=[_verdicts(one, groups[one], by_record.get(str(one)), people) for one in columns],
        dissent=[
            Dissent(
                people.called(vote.person_id),
                sheet.verdict.value,
                _(VERDICT_NAMES[sheet.verdict]),
                sheet.reason,
            )
            for vote, sheet in sheets
            if sheet.verdict is not verdict
        ],
        objections=[
            _("%(who)s: %(why)s") % {"who": people.called(one.person_id), "why": one.why}
            + (" → " + one.answer if one.lifted_seq in found.seqs else "")
            for one in objections
        ],
        techniques=sorted({one for _vote, sheet in sheets for one in sheet.techniques}),
        sha256=decision.sha256,
        record=record if whole else {},
    )


def _cell(answers: Iterable[object]) -> str:
    counts = Counter(one.value for one in answers if one is not None)  # type: ignore[attr-defined]  # CriterionAnswer
    return ", ".join(f"{_(FINDING_NAMES[one])} {counts[one]}" for one in Finding if counts[one])


def _verdicts(
    organisation: uuid.UUID | None, sheets: Sequence[Sheet], verdict: str | None, people: People
) -> Verdicts:
    most = Counter(one.verdict.value for one in sheets)
    return Verdicts(
        organisation=organisation,
        name=people.organisation(organisation),
        counts=dict(sorted(most.items())),
        verdict=verdict or (most.most_common(1)[0][0] if len(most) == 1 else None),
        confidence=Counter(one.confidence.value for one in sheets).most_common(1)[0][0],
        reliability=Counter(one.reliability for one in sheets).most_common(1)[0][0],
        credibility=Counter(one.credibility for one in sheets).most_common(1)[0][0],
    )


def _evidence(one: Evidence, people: People) -> EvidenceLine:
    file, capture = one.file or {}, one.capture or {}
    warc = capture.get("warc") or {}
    return EvidenceLine(
        seq=one.seq,
        at=one.at,
        url=one.url,
        title=str(capture.get("title") or file.get("name") or one.url),
        note=one.note,
        by=people.called(one.by_id),
        tlp=Tlp(one.tlp),
        state=one.state,
        captured_at=datetime.fromisoformat(str(capture["at"])) if capture.get("at") else None,
        file_name=str(file.get("name", "")),
        media_type=str(file.get("media_type", "")),
        size=int(file.get("size", 0)),
        file_sha256=str(file.get("sha256", "")),
        body_sha256=str(capture.get("body_sha256", "")),
        warc_sha256=str(warc.get("sha256", "")),
        timestamped=bool(capture.get("timestamp")),
    )


def _reaction(one: ReactionTaken, people: People) -> Reaction:
    name = _(REACTION_NAMES[ReactionKind(one.kind)])
    return Reaction(one.seq, one.at, one.kind, name, one.why, one.text, people.called(one.by_id))


def _attribution(one: ReactionTaken) -> Attribution:
    details = one.details or {}
    confidence = str(details.get("confidence", ""))
    known = _(CONFIDENCE_NAMES[Confidence(confidence)]) if confidence in set(Confidence) else ""
    return Attribution(one.seq, one.at, str(details.get("actor") or one.text), known, one.why)


def _spans(found: Gathered, now: datetime) -> list[Span]:
    return [
        Span(
            name=_(STEP_NAMES[one.step]),
            seconds=(one.done_at - one.start).total_seconds() if one.done_at else None,
            limit=(one.due - one.start).total_seconds(),
            late=one.is_late(now),
        )
        for one in timers(times_of(found.case))
    ]


def _report(found: Gathered) -> ReportText | None:
    one = found.report
    return ReportText(one.number, one.at, one.text, one.sha256) if one else None
