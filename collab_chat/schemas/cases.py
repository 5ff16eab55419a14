"""Cases: lifecycle, severity, the qualification sheet, the decision, the reaction."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from common.i18n import N_
from common.taxonomy import Criterion


class CaseStatus(StrEnum):
    """Where a case is; `core/lifecycle.py` says which steps there are."""

    NEW = "new"
    TRIAGED = "triaged"
    QUALIFYING = "qualifying"
    QUALIFIED = "qualified"
    RESPONDING = "responding"
    MONITORING = "monitoring"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    MERGED = "merged"
    REOPENED = "reopened"


class Severity(StrEnum):
    """How soon people must act; from `core/severity.py`'s matrix of harm and breakout."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


class Verdict(StrEnum):
    """What a voter takes the content for. Never a statement about a person."""

    DISINFORMATION = "disinformation"
    MISINFORMATION = "misinformation"
    SATIRE_OR_OPINION = "satire_or_opinion"
    AUTHENTIC = "authentic"
    INCONCLUSIVE = "inconclusive"


class Finding(StrEnum):
    """What a voter says of one criterion."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Confidence(StrEnum):
    """How sure a voter is."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class HarmAxis(StrEnum):
    """To what harm may come."""

    SAFETY = "safety"
    HEALTH = "health"
    DEMOCRACY = "democracy"
    COHESION = "cohesion"
    ECONOMY = "economy"


class ReactionKind(StrEnum):
    """What can be done. Doing nothing is a legitimate reaction; counter-attack is not."""

    IGNORE = "ignore"
    CONTAIN = "contain"
    MINIMISE = "minimise"
    REDIRECT = "redirect"
    REPORT = "report"
    FACT_CHECK = "fact_check"
    OTHER = "other"


class Shape(BaseModel):
    """A closed, frozen shape."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Text = Annotated[str, Field(max_length=4_000)]
Line = Annotated[str, Field(max_length=300)]


class CriterionAnswer(Shape):
    """One voter on one criterion. `evidence`: sequence numbers of evidence in this room."""

    value: Finding
    confidence: Confidence = Confidence.MODERATE
    reason: Text = ""
    evidence: tuple[int, ...] = ()


class Abcde(Shape):
    """Actor, behaviour, content, degree, effect (James Pamment, Carnegie Endowment, 2020)."""

    actor: Text = ""
    behaviour: Text = ""
    content: Text = ""
    degree: Text = ""
    effect: Text = ""


class Sheet(Shape):
    """A qualification sheet, filled without seeing the others'.

    `reliability` and `credibility` follow the Admiralty code (NATO AJP-2.1): A–F of the source, 1–6 of the information.
    `breakout` is 1–6 (Ben Nimmo, Brookings, 2020); `harm` 0–4 per axis; `techniques` are DISARM ids (T0001…).
    """

    answers: dict[Criterion, CriterionAnswer]
    verdict: Verdict
    confidence: Confidence = Confidence.MODERATE
    reason: Text = ""
    reliability: Annotated[str, Field(pattern="^[A-F]$")] = "F"
    credibility: Annotated[int, Field(ge=1, le=6)] = 6
    breakout: Annotated[int, Field(ge=1, le=6)] = 1
    harm: dict[HarmAxis, Annotated[int, Field(ge=0, le=4)]] = Field(default_factory=dict)
    techniques: tuple[Annotated[str, Field(pattern=r"^T\d{4}(\.\d{3})?$")], ...] = ()
    abcde: Abcde = Abcde()
    conflict_of_interest: Text = ""


STATUS_NAMES: dict[CaseStatus, str] = {
    CaseStatus.NEW: N_("New"),
    CaseStatus.TRIAGED: N_("Triaged"),
    CaseStatus.QUALIFYING: N_("Being qualified"),
    CaseStatus.QUALIFIED: N_("Qualified"),
    CaseStatus.RESPONDING: N_("Responding"),
    CaseStatus.MONITORING: N_("Monitoring"),
    CaseStatus.CLOSED: N_("Case closed"),
    CaseStatus.DUPLICATE: N_("Duplicate"),
    CaseStatus.MERGED: N_("Merged"),
    CaseStatus.REOPENED: N_("Reopened"),
}
SEVERITY_NAMES: dict[Severity, str] = {
    Severity.LOW: N_("Low"),
    Severity.MODERATE: N_("Moderate"),
    Severity.HIGH: N_("High"),
    Severity.CRITICAL: N_("Critical"),
}
VERDICT_NAMES: dict[Verdict, str] = {
    Verdict.DISINFORMATION: N_("Disinformation"),
    Verdict.MISINFORMATION: N_("Misinformation"),
    Verdict.SATIRE_OR_OPINION: N_("Satire or opinion"),
    Verdict.AUTHENTIC: N_("Authentic"),
    Verdict.INCONCLUSIVE: N_("Inconclusive"),
}
FINDING_NAMES: dict[Finding, str] = {
    Finding.YES: N_("Yes"),
    Finding.NO: N_("No"),
    Finding.UNSURE: N_("Cannot say"),
}
CONFIDENCE_NAMES: dict[Confidence, str] = {
    Confidence.LOW: N_("Low confidence"),
    Confidence.MODERATE: N_("Moderate confidence"),
    Confidence.HIGH: N_("High confidence"),
}
HARM_NAMES: dict[HarmAxis, str] = {
    HarmAxis.SAFETY: N_("People's safety"),
    HarmAxis.HEALTH: N_("Public health"),
    HarmAxis.DEMOCRACY: N_("Votes and institutions"),
    HarmAxis.COHESION: N_("Living together"),
    HarmAxis.ECONOMY: N_("Economy"),
}
REACTION_NAMES: dict[ReactionKind, str] = {
    ReactionKind.IGNORE: N_("Leave it alone"),
    ReactionKind.CONTAIN: N_("Contain"),
    ReactionKind.MINIMISE: N_("Minimise"),
    ReactionKind.REDIRECT: N_("Redirect"),
    ReactionKind.REPORT: N_("Report to the platform"),
    ReactionKind.FACT_CHECK: N_("Publish a fact-check"),
    ReactionKind.OTHER: N_("Other"),
}
