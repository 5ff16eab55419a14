"""The case panel: where a case stands, how grave it is, who is on it, what is due, what belongs to it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collab_chat.core.lifecycle import MAIN_LINE, STEPS, Way, moves_from, phase_of
from collab_chat.core.severity import BREAKOUT_MEANINGS, HARM_MEANINGS, MATRIX
from collab_chat.core.timers import timers
from collab_chat.models import Case, Link, Member
from collab_chat.queries.cases import times_of
from collab_chat.queries.similar import Similar
from collab_chat.schemas.cases import (
    SEVERITY_NAMES,
    STATUS_NAMES,
    VERDICT_NAMES,
    CaseStatus,
    Severity,
    Verdict,
)
from collab_chat.schemas.rooms import RIGHTS, Right, Standing
from collab_chat.views.case_words import SimilarView, TimerView, criteria_words, similar_view, timer_view
from common.accounts.actors import Role
from common.i18n import N_
from common.i18n import gettext as _
from common.peers import PeerEntry
from common.taxonomy import PHASE_NAMES
from common.web.formats import Formats
from common.web.forms import Form

ABCDE = (
    ("actor", N_("Actor"), N_("Who seems to act? Kinds of actors, not private persons.")),
    ("behaviour", N_("Behaviour"), N_("What do they do: accounts, automation, tricks?")),
    ("content", N_("Content"), N_("What is said and shown, in which languages?")),
    ("degree", N_("Degree"), N_("How far has it gone, among whom, since when?")),
    ("effect", N_("Effect"), N_("What has it done, or may it do?")),
)
MOVES = {
    CaseStatus.TRIAGED: N_("Triage done"),
    CaseStatus.QUALIFYING: N_("Begin to qualify"),
    CaseStatus.RESPONDING: N_("Respond"),
    CaseStatus.MONITORING: N_("Go on watching"),
    CaseStatus.CLOSED: N_("Close"),
}
TONES = {Severity.LOW: "quiet", Severity.MODERATE: "info", Severity.HIGH: "warn", Severity.CRITICAL: "danger"}
LINK_KINDS = {
    "signal": N_("Signals"),
    "url": N_("Addresses"),
    "account": N_("Accounts"),
    "ad": N_("Ads"),
    "entry": N_("Encyclopedia"),
    "case": N_("Cases"),
}
_formats = Formats()


@dataclass(frozen=True)
class StatusStep:
    """One status of the main line: done, here or ahead."""

    name: str
    state: str


@dataclass(frozen=True)
class Cell:
    """One field of the severity matrix."""

    severity: str
    name: str
    current: bool


@dataclass(frozen=True)
class OrganisationView:
    """An organisation that is involved, and what it requires."""

    name: str
    criteria: str
    reporter: bool


@dataclass(frozen=True)
class LinkView:
    """Something that belongs to the case."""

    what: str
    ref: str
    title: str
    url: str
    removable: bool


@dataclass(frozen=True)
class CaseRights:
    """What the viewer may do with the case."""

    edit: bool
    lead: bool
    triage: bool


@dataclass(frozen=True)
class CasePart:
    """The case panel."""

    number: int
    title: str
    summary: str
    status: str
    status_name: str
    tone: str
    line: list[StatusStep]
    moves: list[tuple[str, str]]
    closes_plainly: bool  # it was decided: closing needs no reason
    closes_with_reason: bool
    may_join: bool
    may_reopen: bool
    needs_evidence: bool
    joinable: list[tuple[str, str]]
    verdict: str
    round: int
    severity: str
    severity_name: str
    matrix: list[tuple[int, list[Cell]]]
    harm: int | None
    breakout: int | None
    harms: list[tuple[str, str]]
    breakouts: list[tuple[str, str]]
    severities: list[tuple[str, str]]
    people: list[tuple[str, str]]
    lead: str
    lead_name: str
    scribe: str
    scribe_name: str
    organisations: list[OrganisationView]
    timers: list[TimerView]
    links: list[tuple[str, list[LinkView]]]
    link_kinds: list[tuple[str, str]]
    similar: list[SimilarView]
    abcde: list[tuple[str, str, str, str]]  # key, name, question, text
    opened: str
    phase: str
    practices: list[PeerEntry] | None  # None: not asked for
    practices_note: str
    evidence: list[tuple[str, str]]
    may: CaseRights
    form: Form = field(default_factory=Form)


@dataclass(frozen=True)
class CaseMatter:
    """What the panel is made from."""

    case: Case
    members: Sequence[Member]
    names: Mapping[uuid.UUID, str]
    links: Sequence[Link]
    joinable: Sequence[Case]
    evidence: Sequence[tuple[int, str]]
    verdict: str | None = None  # of the last decision, where the viewer may read it
    similar: Sequence[Similar] = ()
    practices: list[PeerEntry] | None = None
    practices_note: str = ""


def case_part(
    matter: CaseMatter, standing: Standing, *, leads: bool, now: datetime, form: Form | None = None
) -> CasePart:
    """Word a case for one of its room's members."""
    case = matter.case
    status = CaseStatus(case.status)
    severity = Severity(case.severity) if case.severity else None
    rights = CaseRights(standing.may(Right.ATTACH), leads, standing.may(Right.VOTE))
    ways = STEPS[status].values()
    return CasePart(
        number=case.number,
        title=case.title,
        summary=case.summary,
        status=case.status,
        status_name=_(STATUS_NAMES[status]),
        tone=TONES[severity] if severity else "quiet",
        line=_line(status),
        moves=_moves(status, rights),
        closes_plainly=case.qualified_at is not None,
        closes_with_reason=leads and case.qualified_at is None and CaseStatus.CLOSED in moves_from(status),
        may_join=leads and Way.JOIN in ways,
        may_reopen=leads and Way.REOPEN in ways,
        needs_evidence=case.qualified_at is not None,
        joinable=[(str(one.room_id), f"#{one.number} {one.title}") for one in matter.joinable],
        verdict=_(VERDICT_NAMES[Verdict(matter.verdict)]) if matter.verdict in set(Verdict) else "",
        round=case.round,
        severity=case.severity or "",
        severity_name=_(SEVERITY_NAMES[severity]) if severity else _("Not graded"),
        matrix=_matrix(case),
        harm=case.harm,
        breakout=case.breakout,
        harms=[(str(value), f"{value} · {_(words)}") for value, words in enumerate(HARM_MEANINGS)],
        breakouts=[(str(value), f"{value} · {_(words)}") for value, words in BREAKOUT_MEANINGS.items()],
        severities=[(one.value, _(SEVERITY_NAMES[one])) for one in Severity],
        people=[
            (str(one.person_id), one.name) for one in matter.members if Right.VOTE in RIGHTS[Role(one.role)]
        ],
        lead=str(case.lead_id or ""),
        lead_name=matter.names.get(case.lead_id, "") if case.lead_id else "",
        scribe=str(case.scribe_id or ""),
        scribe_name=matter.names.get(case.scribe_id, "") if case.scribe_id else "",
        organisations=_organisations(case),
        timers=[timer_view(one, now) for one in timers(times_of(case))],
        links=_links(matter.links, removable=rights.edit),
        link_kinds=[(key, _(name)) for key, name in LINK_KINDS.items() if key not in {"signal", "case"}],
        similar=[similar_view(one) for one in matter.similar],
        abcde=[(key, _(name), _(question), (case.abcde or {}).get(key, "")) for key, name, question in ABCDE],
        opened=_formats.moment(case.opened_at),
        phase=_(PHASE_NAMES[phase_of(status)]),
        practices=matter.practices,
        practices_note=matter.practices_note,
        evidence=[(str(seq), f"#{seq} {name}") for seq, name in matter.evidence],
        may=rights,
        form=form or Form(),
    )


def _line(status: CaseStatus) -> list[StatusStep]:
    here = CaseStatus.QUALIFYING if status is CaseStatus.REOPENED else status
    if here not in MAIN_LINE:  # it left the way: what it passed is not known, how it ended is
        names = [*MAIN_LINE[:-1], here]
        return [StatusStep(_(STATUS_NAMES[one]), "here" if one is here else "ahead") for one in names]
    place = MAIN_LINE.index(here)
    return [
        StatusStep(_(STATUS_NAMES[one]), "done" if at < place else "here" if at == place else "ahead")
        for at, one in enumerate(MAIN_LINE)
    ]


def _moves(status: CaseStatus, rights: CaseRights) -> list[tuple[str, str]]:
    return [
        (one.value, _(MOVES[one]))
        for one in moves_from(status)
        if rights.lead or (rights.triage and one is CaseStatus.TRIAGED)
    ]


def _matrix(case: Case) -> list[tuple[int, list[Cell]]]:
    rows = []
    for harm in reversed(range(len(MATRIX))):
        cells = [
            Cell(one.value, _(SEVERITY_NAMES[one]), (case.harm, case.breakout) == (harm, breakout))
            for breakout, one in enumerate(MATRIX[harm], start=1)
        ]
        rows.append((harm, cells))
    return rows


def _organisations(case: Case) -> list[OrganisationView]:
    return [
        OrganisationView(
            name,
            criteria_words(case.criteria.get(key, [])),
            key == str(case.reporter_organisation_id),
        )
        for key, name in sorted(case.organisations.items(), key=lambda pair: pair[1])
    ]


def _links(links: Sequence[Link], *, removable: bool) -> list[tuple[str, list[LinkView]]]:
    groups: dict[str, list[LinkView]] = {}
    for one in links:
        url = f"/rooms/{one.ref}" if one.what == "case" else one.url
        removed = removable and one.what not in {"signal", "case"}
        groups.setdefault(one.what, []).append(
            LinkView(one.what, one.ref, one.title or _("another case"), url, removed)
        )
    return [(_(name), groups[key]) for key, name in LINK_KINDS.items() if key in groups]
