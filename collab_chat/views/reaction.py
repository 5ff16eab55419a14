"""The reaction panel: what is done about a case, texts to begin from, and who is said to be behind it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from collab_chat.core.lifecycle import DECIDED
from collab_chat.core.prepared import Facts, prepared
from collab_chat.models import Case, Decision, Link, ReactionTaken
from collab_chat.schemas.cases import (
    CONFIDENCE_NAMES,
    REACTION_NAMES,
    VERDICT_NAMES,
    CaseStatus,
    Confidence,
    ReactionKind,
    Verdict,
)
from collab_chat.schemas.rooms import Right, Standing
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, Criterion
from common.web.formats import Formats
from common.web.forms import Form

PROPOSED, STATED = "proposed", "attribution"
_formats = Formats()


@dataclass(frozen=True)
class TakenView:
    """A reaction that was decided."""

    name: str
    why: str
    text: str
    by: str
    at: str


@dataclass(frozen=True)
class AttributionView:
    """A proposed or stated attribution."""

    seq: int
    actor: str
    confidence: str
    why: str
    evidence: str
    by: str
    stated: bool
    may_agree: bool


@dataclass(frozen=True)
class ReactionPart:
    """The reaction panel."""

    decided: bool
    may_choose: bool
    may_attribute: bool
    kinds: list[tuple[str, str]]
    taken: list[TakenView]
    texts: list[tuple[str, str, str]]  # kind, name, prepared text
    attributions: list[AttributionView]
    confidences: list[tuple[str, str]]
    evidence: list[tuple[int, str]]
    form: Form = field(default_factory=Form)


@dataclass(frozen=True)
class ReactionMatter:
    """What the panel is made from."""

    case: Case
    rows: Sequence[ReactionTaken]
    decision: Decision | None
    links: Sequence[Link]
    evidence: Sequence[tuple[int, str]]
    names: Mapping[uuid.UUID, str]
    organisations: Mapping[uuid.UUID, uuid.UUID | None]  # person → organisation


def reaction_part(
    matter: ReactionMatter, standing: Standing, *, leads: bool, form: Form | None = None
) -> ReactionPart:
    """Word the reactions for one member of the room."""
    decided = CaseStatus(matter.case.status) in DECIDED
    stated = {one.details.get("proposal") for one in matter.rows if one.kind == STATED}
    return ReactionPart(
        decided=decided,
        may_choose=decided and leads and standing.person_id is not None,
        may_attribute=decided and standing.may(Right.VOTE) and standing.organisation_id is not None,
        kinds=[(one.value, _(name)) for one, name in REACTION_NAMES.items()],
        taken=[_taken(one, matter) for one in matter.rows if one.kind in set(ReactionKind)],
        texts=_texts(matter) if matter.decision is not None else [],
        attributions=[
            _attribution(one, matter, standing)
            for one in matter.rows
            if one.kind == STATED or (one.kind == PROPOSED and one.seq not in stated)
        ],
        confidences=[(one.value, _(CONFIDENCE_NAMES[one])) for one in (Confidence.MODERATE, Confidence.HIGH)],
        evidence=list(matter.evidence),
        form=form or Form(),
    )


def _taken(one: ReactionTaken, matter: ReactionMatter) -> TakenView:
    by = matter.names.get(one.by_id, "") if one.by_id else ""
    return TakenView(
        _(REACTION_NAMES[ReactionKind(one.kind)]), one.why, one.text, by, _formats.moment(one.at)
    )


def _attribution(one: ReactionTaken, matter: ReactionMatter, standing: Standing) -> AttributionView:
    theirs = matter.organisations.get(one.by_id) if one.by_id else None
    other = standing.organisation_id is not None and standing.organisation_id != theirs
    confidence = one.details.get("confidence")
    return AttributionView(
        seq=one.seq,
        actor=str(one.details.get("actor", "")),
        confidence=_(CONFIDENCE_NAMES[Confidence(confidence)]) if confidence in set(Confidence) else "",
        why=one.why,
        evidence=", ".join(f"#{seq}" for seq in one.details.get("evidence", [])),
        by=matter.names.get(one.by_id, "") if one.by_id else "",
        stated=one.kind == STATED,
        may_agree=one.kind == PROPOSED
        and other
        and standing.may(Right.VOTE)
        and one.by_id != standing.person_id,
    )


def _texts(matter: ReactionMatter) -> list[tuple[str, str, str]]:
    """Return a text to begin from for each reaction that needs one."""
    facts = _facts(matter)
    texts = ((one, prepared(one, facts)) for one in ReactionKind)
    return [(one.value, _(REACTION_NAMES[one]), text) for one, text in texts if text]


def _facts(matter: ReactionMatter) -> Facts:
    record = matter.decision.record if matter.decision else {}
    agreement = record.get("agreement", {})
    verdict = record.get("verdict")
    return Facts(
        number=matter.case.number,
        title=matter.case.title,
        date=_formats.date(matter.decision.at) if matter.decision else "",
        verdict=_(VERDICT_NAMES[Verdict(verdict)]) if verdict in set(Verdict) else "",
        agree=agreement.get("agree", 0),
        counted=agreement.get("counted", 0),
        found=_found(record.get("organisations", [])),
        addresses=[one.url for one in matter.links if one.what in {"url", "signal"} and one.url],
        evidence=matter.evidence,
        sha256=matter.decision.sha256 if matter.decision else "",
    )


def _found(organisations: Sequence[Mapping[str, Mapping[str, str]]]) -> list[str]:
    """Return, for each criterion, how many of the organisations that judged it found that it holds."""
    lines = []
    for criterion in Criterion:
        said = [
            one["findings"][criterion.value] for one in organisations if criterion.value in one["findings"]
        ]
        if said:
            count = {"yes": said.count("yes"), "of": len(said), "name": _(CRITERION_NAMES[criterion])}
            lines.append(_("%(name)s: yes, say %(yes)s of %(of)s organisations") % count)
    return lines
