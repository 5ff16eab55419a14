"""The qualification panel: one's own sheet, then the others', what a decision needs, and the records."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from collab_chat.core.consensus import Ballot, Rule, Weighed
from collab_chat.core.severity import BREAKOUT_MEANINGS, HARM_MEANINGS
from collab_chat.models import Case, Decision, Objection
from collab_chat.queries.qualification import Sheets
from collab_chat.schemas.cases import (
    CONFIDENCE_NAMES,
    FINDING_NAMES,
    HARM_NAMES,
    VERDICT_NAMES,
    CaseStatus,
    Finding,
    HarmAxis,
)
from collab_chat.schemas.rooms import Right, Standing
from collab_chat.views.case import ABCDE
from collab_chat.views.records import RecordView, record_view
from common.i18n import N_
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, Criterion
from common.web.formats import Formats
from common.web.forms import Form

RELIABILITY = {
    "A": N_("Completely reliable"),
    "B": N_("Usually reliable"),
    "C": N_("Fairly reliable"),
    "D": N_("Not usually reliable"),
    "E": N_("Unreliable"),
    "F": N_("Reliability cannot be judged"),
}
CREDIBILITY = {
    1: N_("Confirmed by other sources"),
    2: N_("Probably true"),
    3: N_("Possibly true"),
    4: N_("Doubtful"),
    5: N_("Improbable"),
    6: N_("Truth cannot be judged"),
}
MARKS = {Finding.YES: "check", Finding.NO: "x", Finding.UNSURE: "circle-question-mark"}
_formats = Formats()


@dataclass(frozen=True)
class CriterionField:
    """One criterion on the sheet. `required`: the voter's organisation chose it."""

    key: str
    name: str
    required: bool


@dataclass(frozen=True)
class CellView:
    """What one person found of one criterion."""

    icon: str
    word: str
    reason: str


@dataclass(frozen=True)
class SheetView:
    """Somebody's sheet, as others may read it."""

    name: str
    organisation: str
    verdict: str
    verdict_code: str
    confidence: str
    reason: str
    conflict: str
    source: str  # Admiralty code, such as B2
    changed: str
    cells: list[CellView | None]


@dataclass(frozen=True)
class ObjectionView:
    """An objection and what became of it."""

    seq: int
    name: str
    why: str
    blocking: bool
    open: bool
    answer: str
    liftable: bool


@dataclass(frozen=True)
class QualificationPart:
    """The qualification panel."""

    qualifying: bool
    round: int
    may_vote: bool
    leads: bool
    cast: bool
    changed_warning: bool
    criteria: list[CriterionField]
    all_asked: bool
    findings: list[tuple[str, str]]
    verdicts: list[tuple[str, str]]
    confidences: list[tuple[str, str]]
    reliabilities: list[tuple[str, str]]
    credibilities: list[tuple[str, str]]
    breakouts: list[tuple[str, str]]
    harms: list[tuple[str, str]]
    harm_axes: list[tuple[str, str]]
    abcde: list[tuple[str, str]]
    evidence: list[tuple[int, str]]
    votes: int
    hidden: int
    sheets: list[SheetView]
    criterion_names: list[str]
    gaps: list[str]
    agreement: str
    may_decide: bool
    may_shorten: bool
    rule: str
    objections: list[ObjectionView]
    records: list[RecordView]
    form: Form = field(default_factory=Form)


@dataclass(frozen=True)
class QualificationMatter:
    """What the panel is made from."""

    case: Case
    sheets: Sheets
    weighed: Weighed
    rule: Rule
    shortened: frozenset[uuid.UUID]
    objections: Sequence[Objection]
    answered: frozenset[int]  # the events that lifted objections, as far as the viewer may read them
    decisions: Sequence[Decision]
    names: Mapping[uuid.UUID, str]
    evidence: Sequence[tuple[int, str]]
    record_urls: Mapping[int, str]
    required: Sequence[Criterion]  # by the viewer's organisation


def qualification_part(
    matter: QualificationMatter, standing: Standing, *, leads: bool, form: Form
) -> QualificationPart:
    """Word the qualification for one member of the room; of others' votes only what they may know."""
    case, sheets, weighed = matter.case, matter.sheets, matter.weighed
    qualifying = case.status == CaseStatus.QUALIFYING.value
    informed = sheets.mine is not None or sheets.decided
    required = matter.required
    waiting = any(one.code == "wait" for one in weighed.gaps)
    return QualificationPart(
        qualifying=qualifying,
        round=case.round,
        may_vote=standing.may(Right.VOTE) and standing.person_id is not None,
        leads=leads,
        cast=sheets.mine is not None,
        changed_warning=qualifying and sheets.mine is not None,
        criteria=_fields(required),
        all_asked=not required,
        findings=[(one.value, _(name)) for one, name in FINDING_NAMES.items()],
        verdicts=[(one.value, _(name)) for one, name in VERDICT_NAMES.items()],
        confidences=[(one.value, _(name)) for one, name in CONFIDENCE_NAMES.items()],
        reliabilities=[(key, f"{key} · {_(words)}") for key, words in RELIABILITY.items()],
        credibilities=[(str(key), f"{key} · {_(words)}") for key, words in CREDIBILITY.items()],
        breakouts=[(str(key), f"{key} · {_(words)}") for key, words in BREAKOUT_MEANINGS.items()],
        harms=[(str(key), f"{key} · {_(words)}") for key, words in enumerate(HARM_MEANINGS)],
        harm_axes=[(one.value, _(HARM_NAMES[one])) for one in HarmAxis],
        abcde=[(key, _(name)) for key, name, _question in ABCDE],
        evidence=list(matter.evidence),
        votes=len(sheets.open) + sheets.hidden,
        hidden=sheets.hidden,
        sheets=_sheets(matter) if informed else [],
        criterion_names=[_(CRITERION_NAMES[one]) for one in Criterion],
        gaps=[one.sentence for one in weighed.gaps if informed or not one.about_votes] if qualifying else [],
        agreement=_agreement(weighed) if informed and weighed.counted else "",
        may_decide=qualifying and leads and not any(informed or not one.about_votes for one in weighed.gaps),
        may_shorten=qualifying and leads and waiting and standing.person_id not in matter.shortened,
        rule=rule_words(matter.rule),
        objections=[_objection(one, matter, standing) for one in matter.objections],
        records=[
            record_view(one, matter.names, matter.record_urls.get(one.round, "")) for one in matter.decisions
        ],
        form=form,
    )


def rule_words(rule: Rule) -> str:
    """Say what a decision needs."""
    return _(
        "A decision needs at least %(organisations)s organisations besides the reporter’s, agreement of %(agree)s in %(of)s of all that voted, no open blocking objection, and %(minutes)s minutes since the round began (%(leads)s leads together may shorten them)."
    ) % {
        "organisations": rule.organisations,
        "agree": rule.agree,
        "of": rule.of,
        "minutes": rule.wait_minutes,
        "leads": rule.leads_to_shorten,
    }


def _fields(required: Sequence[Criterion]) -> list[CriterionField]:
    order = [
        *(one for one in Criterion if one in required),
        *(one for one in Criterion if one not in required),
    ]
    return [
        CriterionField(one.value, _(CRITERION_NAMES[one]), one in required or not required) for one in order
    ]


def _agreement(weighed: Weighed) -> str:
    if weighed.verdict is None:
        return _("No verdict leads among %(counted)s organisations.") % {"counted": weighed.counted}
    return _("%(agree)s of %(counted)s organisations: %(verdict)s") % {
        "agree": weighed.agree,
        "counted": weighed.counted,
        "verdict": _(VERDICT_NAMES[weighed.verdict]).lower(),
    }


def _sheets(matter: QualificationMatter) -> list[SheetView]:
    views = [_sheet(one, matter) for one in matter.sheets.open]
    return sorted(views, key=lambda one: (one.organisation, one.name))


def _sheet(ballot: Ballot, matter: QualificationMatter) -> SheetView:
    sheet = ballot.sheet
    changed = ""
    if ballot.changes and ballot.first_verdict:
        changed = _("changed since; first said: %(verdict)s") % {
            "verdict": _(VERDICT_NAMES[ballot.first_verdict]).lower()
        }
    return SheetView(
        name=matter.names.get(ballot.person, ""),
        organisation=matter.case.organisations.get(str(ballot.organisation), _("no organisation")),
        verdict=_(VERDICT_NAMES[sheet.verdict]),
        verdict_code=sheet.verdict.value,
        confidence=_(CONFIDENCE_NAMES[sheet.confidence]),
        reason=sheet.reason,
        conflict=sheet.conflict_of_interest,
        source=f"{sheet.reliability}{sheet.credibility}",
        changed=changed,
        cells=[
            CellView(
                MARKS[sheet.answers[one].value],
                _(FINDING_NAMES[sheet.answers[one].value]),
                sheet.answers[one].reason,
            )
            if one in sheet.answers
            else None
            for one in Criterion
        ],
    )


def _objection(one: Objection, matter: QualificationMatter, standing: Standing) -> ObjectionView:
    own = one.person_id is not None and one.person_id == standing.person_id
    return ObjectionView(
        seq=one.seq,
        name=matter.names.get(one.person_id, "") if one.person_id else "",
        why=one.why,
        blocking=one.blocking,
        open=one.lifted_seq is None,
        answer=one.answer if one.lifted_seq in matter.answered else "",
        liftable=one.lifted_seq is None and (own or standing.may(Right.MODERATE)),
    )
