"""The doctrine's fixed words: phases, kinds of entry, criteria, roles. `docs/glossary.md` explains each."""

from enum import StrEnum

from common.i18n import N_


class Phase(StrEnum):
    """The phases of the work against information manipulation, in their order."""

    INTRODUCTION = "introduction"
    DETECTION = "detection"
    QUALIFICATION = "qualification"
    REACTION = "reaction"
    ATTRIBUTION = "attribution"
    RESEARCH = "research"
    PREVENTION = "prevention"


class EntryKind(StrEnum):
    """The kinds of entry of the encyclopedia."""

    CASE_STUDY = "case_study"
    PRACTICE = "practice"
    TOOL = "tool"
    ACTOR = "actor"
    CONCEPT = "concept"


class Criterion(StrEnum):
    """What an organisation may require before it calls something disinformation; each chooses its own set."""

    MASSIVE = "massive"
    ARTIFICIAL = "artificial"
    FALSE_OR_MISLEADING = "false_or_misleading"
    INTENT_TO_HARM = "intent_to_harm"
    FOREIGN_SOURCE = "foreign_source"
    ILLEGAL = "illegal"


CRITERION_NAMES: dict[Criterion, str] = {
    Criterion.MASSIVE: N_("Massive: widely shared"),
    Criterion.ARTIFICIAL: N_("Artificial: artificially boosted"),
    Criterion.FALSE_OR_MISLEADING: N_("False or misleading"),
    Criterion.INTENT_TO_HARM: N_("Intent to harm"),
    Criterion.FOREIGN_SOURCE: N_("Foreign source"),
    Criterion.ILLEGAL: N_("Illegal"),
}
PHASE_NAMES: dict[Phase, str] = {
    Phase.INTRODUCTION: N_("Introduction"),
    Phase.DETECTION: N_("Detection"),
    Phase.QUALIFICATION: N_("Qualification"),
    Phase.REACTION: N_("Reaction"),
    Phase.ATTRIBUTION: N_("Attribution"),
    Phase.RESEARCH: N_("Research"),
    Phase.PREVENTION: N_("Prevention"),
}
ENTRY_KIND_NAMES: dict[EntryKind, str] = {
    EntryKind.CASE_STUDY: N_("Case study"),
    EntryKind.PRACTICE: N_("Practice"),
    EntryKind.TOOL: N_("Tool"),
    EntryKind.ACTOR: N_("Actor"),
    EntryKind.CONCEPT: N_("Concept"),
}
