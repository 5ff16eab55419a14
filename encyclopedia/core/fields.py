"""The fields of each kind of entry, as data: a new field is a line here, not a migration."""

from dataclasses import dataclass
from enum import StrEnum

from common.i18n import N_
from common.taxonomy import EntryKind


class FieldType(StrEnum):
    """What a field's values are."""

    TEXT = "text"  # a name or a short text, the same in every language
    URL = "url"
    DATE = "date"  # EDTF level 0
    CHOICE = "choice"  # one of `choices`
    COUNTRY = "country"  # ISO 3166-1 alpha-2
    LANGUAGE = "language"  # BCP 47
    LICENCE = "licence"  # SPDX identifier, or "proprietary"
    TERM = "term"  # a code of a vocabulary, such as DISARM's T0049
    PROSE = "prose"  # Markdown, in each language


@dataclass(frozen=True)
class FieldDefinition:
    """One field. `facet`: readers filter by it. Prose lives in each language's text, everything else in the sheet."""

    key: str
    kinds: tuple[EntryKind, ...]
    name: str
    type: FieldType
    many: bool = False
    facet: bool = False
    choices: tuple[tuple[str, str], ...] = ()  # (code, name)
    vocabulary: str = ""  # for TERM: which kind of term
    help: str = ""


@dataclass(frozen=True)
class RelationType:
    """A typed link between two entries, with its words in both directions."""

    key: str
    name: str  # "A implements B"
    inverse: str  # "B is implemented by A"
    sources: tuple[EntryKind, ...]
    targets: tuple[EntryKind, ...]


CASE, PRACTICE, TOOL, ACTOR, CONCEPT = (
    EntryKind.CASE_STUDY, EntryKind.PRACTICE, EntryKind.TOOL, EntryKind.ACTOR, EntryKind.CONCEPT,
)  # fmt: skip
ANY = tuple(EntryKind)

PLATFORMS = (
    ("any", N_("Any")), ("web", N_("Web")), ("x", "X (Twitter)"), ("facebook", "Facebook"), ("instagram", "Instagram"),
    ("tiktok", "TikTok"), ("youtube", "YouTube"), ("telegram", "Telegram"), ("whatsapp", "WhatsApp"), ("mastodon", "Mastodon"),
    ("bluesky", "Bluesky"), ("vk", "VK"), ("reddit", "Reddit"), ("linkedin", "LinkedIn"), ("discord", "Discord"),
    ("snapchat", "Snapchat"), ("threads", "Threads"), ("messaging", N_("Private messaging")), ("email", N_("E-mail")), ("search", N_("Search engines")),
    ("broadcast", N_("Radio and television")), ("press", N_("Press")), ("offline", N_("Offline")),
)  # fmt: skip
PRICES = (
    ("free", N_("Free")),
    ("freemium", N_("Free in part")),
    ("paid", N_("Paid")),
    ("on_request", N_("On request")),
)
STATUSES = (("alive", N_("Alive")), ("limited", N_("Limited")), ("dead", N_("Dead")))
RELIABILITIES = (
    ("independent", N_("Assessed by others")), ("self", N_("Assessed by its makers only")), ("contested", N_("Contested")), ("none", N_("Not assessed")),
)  # fmt: skip
ACTOR_TYPES = (
    ("ngo", N_("Non-governmental organisation")), ("academic", N_("Academic")), ("government", N_("Public authority")),
    ("international", N_("International organisation")), ("media", N_("News organisation")), ("fact_checker", N_("Fact-checker")),
    ("company", N_("Company")), ("network", N_("Network")), ("standards", N_("Standards body")),
)  # fmt: skip
EFFORTS = (("low", N_("Hours")), ("medium", N_("Days")), ("high", N_("Weeks or more")))
STRENGTHS = (
    ("strong", N_("Strong: several independent studies agree")), ("moderate", N_("Moderate: some good studies")),
    ("weak", N_("Weak: few or indirect studies")), ("contested", N_("Contested: good studies disagree")), ("none", N_("None known")),
)  # fmt: skip
NATURES = (
    ("state", N_("A state")), ("state_linked", N_("Linked to a state")), ("party", N_("A party or campaign")), ("commercial", N_("Commercial")),
    ("ideological", N_("Ideological")), ("individual", N_("Individuals")), ("unknown", N_("Unknown")),
)  # fmt: skip
ORIGINS = (
    ("endogenous", N_("Endogenous: from within")),
    ("exogenous", N_("Exogenous: from abroad")),
    ("mixed", N_("Both")),
    ("unknown", N_("Unknown")),
)

FIELDS: tuple[FieldDefinition, ...] = (
    # Tools
    FieldDefinition("website", (TOOL, ACTOR), N_("Website"), FieldType.URL),
    FieldDefinition("made_by", (TOOL,), N_("Made by"), FieldType.TEXT, many=True),
    FieldDefinition("what", (TOOL,), N_("What it is"), FieldType.PROSE),
    FieldDefinition("what_for", (TOOL, ACTOR), N_("What for"), FieldType.PROSE),
    FieldDefinition("for_whom", (TOOL, ACTOR), N_("For whom"), FieldType.PROSE),
    FieldDefinition("by_whom", (TOOL, ACTOR), N_("By whom"), FieldType.PROSE),
    FieldDefinition("platforms", (TOOL,), N_("Platforms"), FieldType.CHOICE, many=True, facet=True, choices=PLATFORMS),
    FieldDefinition("interface_languages", (TOOL,), N_("Languages of its interface"), FieldType.LANGUAGE, many=True, facet=True),
    FieldDefinition("licence", (TOOL,), N_("Licence"), FieldType.LICENCE, facet=True, help=N_("An SPDX identifier such as GPL-3.0-only, or “proprietary”.")),
    FieldDefinition("source_code", (TOOL,), N_("Source code"), FieldType.URL),
    FieldDefinition("price", (TOOL,), N_("Price"), FieldType.CHOICE, facet=True, choices=PRICES),
    FieldDefinition("status", (TOOL, ACTOR), N_("Status"), FieldType.CHOICE, facet=True, choices=STATUSES, help=N_("With the day on which you checked.")),
    FieldDefinition("reliability", (TOOL,), N_("Reliability"), FieldType.CHOICE, choices=RELIABILITIES),
    FieldDefinition("reliability_note", (TOOL,), N_("What is known of its reliability"), FieldType.PROSE),
    # Actors
    FieldDefinition("actor_type", (ACTOR,), N_("Type"), FieldType.CHOICE, many=True, facet=True, choices=ACTOR_TYPES),
    FieldDefinition("countries", (ACTOR, CASE), N_("Countries"), FieldType.COUNTRY, many=True, facet=True),
    FieldDefinition("languages", (ACTOR, CASE), N_("Languages"), FieldType.LANGUAGE, many=True, facet=True),
    FieldDefinition("founded", (ACTOR,), N_("Founded"), FieldType.DATE),
    FieldDefinition("contact", (ACTOR,), N_("Contact page"), FieldType.URL),
    FieldDefinition("funding", (ACTOR,), N_("Funding"), FieldType.PROSE),
    FieldDefinition("activities", (ACTOR,), N_("Activities"), FieldType.PROSE),
    # Practices
    FieldDefinition("effort", (PRACTICE,), N_("Effort"), FieldType.CHOICE, facet=True, choices=EFFORTS),
    FieldDefinition("evidence_strength", (PRACTICE,), N_("Strength of evidence"), FieldType.CHOICE, facet=True, choices=STRENGTHS),
    FieldDefinition("evidence_kind", (PRACTICE,), N_("Kind of evidence"), FieldType.PROSE),
    FieldDefinition("risks", (PRACTICE,), N_("Risks, such as backfire"), FieldType.PROSE),
    FieldDefinition("prerequisites", (PRACTICE,), N_("Prerequisites"), FieldType.PROSE),
    FieldDefinition("countermeasures", (PRACTICE,), N_("DISARM countermeasures"), FieldType.TERM, many=True, facet=True, vocabulary="countermeasure"),
    # Case studies
    FieldDefinition("dates", (CASE,), N_("Dates"), FieldType.DATE),
    FieldDefinition("suspected_nature", (CASE,), N_("Nature of the suspected actors"), FieldType.CHOICE, many=True, facet=True, choices=NATURES),
    FieldDefinition("origin", (CASE,), N_("Origin"), FieldType.CHOICE, facet=True, choices=ORIGINS),
    FieldDefinition("channels", (CASE,), N_("Channels"), FieldType.CHOICE, many=True, facet=True, choices=PLATFORMS),
    FieldDefinition("techniques", (CASE, PRACTICE, TOOL), N_("DISARM techniques"), FieldType.TERM, many=True, facet=True, vocabulary="technique"),
    FieldDefinition("modus_operandi", (CASE,), N_("Modus operandi"), FieldType.PROSE),
    FieldDefinition("goals", (CASE,), N_("Supposed goals"), FieldType.PROSE),
    FieldDefinition("abcde_actor", (CASE,), N_("Actor (ABCDE)"), FieldType.PROSE),
    FieldDefinition("abcde_behaviour", (CASE,), N_("Behaviour (ABCDE)"), FieldType.PROSE),
    FieldDefinition("abcde_content", (CASE,), N_("Content (ABCDE)"), FieldType.PROSE),
    FieldDefinition("abcde_degree", (CASE,), N_("Degree (ABCDE)"), FieldType.PROSE),
    FieldDefinition("abcde_effect", (CASE,), N_("Effect (ABCDE)"), FieldType.PROSE),
    # Concepts
    FieldDefinition("definition", (CONCEPT,), N_("Definition"), FieldType.PROSE),
    FieldDefinition("synonyms", (CONCEPT,), N_("Synonyms"), FieldType.PROSE),
    FieldDefinition("contested_by", (CONCEPT,), N_("Contested by"), FieldType.PROSE),
)  # fmt: skip
FIELD_BY_KEY = {definition.key: definition for definition in FIELDS}

RELATIONS: tuple[RelationType, ...] = (
    RelationType("implements", N_("implements"), N_("is implemented by"), (TOOL,), (PRACTICE,)),
    RelationType("maintains", N_("maintains"), N_("is maintained by"), (ACTOR,), (TOOL,)),
    RelationType("practises", N_("practises"), N_("is practised by"), (ACTOR,), (PRACTICE,)),
    RelationType("answered_with", N_("was answered with"), N_("was used to answer"), (CASE,), (PRACTICE,)),
    RelationType("found_with", N_("was found with"), N_("helped to find"), (CASE,), (TOOL, PRACTICE)),
    RelationType("found_by", N_("was found by"), N_("found"), (CASE,), (ACTOR,)),
    RelationType("illustrates", N_("illustrates"), N_("is illustrated by"), (CASE,), (CONCEPT,)),
    RelationType("replaces", N_("replaces"), N_("is replaced by"), (TOOL, ACTOR), (TOOL, ACTOR)),
    RelationType("part_of", N_("is part of"), N_("has as a part"), ANY, ANY),
    RelationType("applies", N_("applies"), N_("is applied in"), (PRACTICE, TOOL), (CONCEPT,)),
    RelationType("see_also", N_("see also"), N_("see also"), ANY, ANY),
)  # fmt: skip
RELATION_BY_KEY = {relation.key: relation for relation in RELATIONS}

# How long an entry of a kind stays fresh, in days: tools die quickly, definitions slowly.
FRESH_DAYS: dict[EntryKind, int] = {TOOL: 180, ACTOR: 365, PRACTICE: 365, CASE: 730, CONCEPT: 730}


def fields_of(kind: EntryKind) -> tuple[FieldDefinition, ...]:
    """Return a kind's fields, in the order in which pages and forms show them."""
    return tuple(definition for definition in FIELDS if kind in definition.kinds)


def facet_fields() -> tuple[FieldDefinition, ...]:
    """Return the fields that readers filter by."""
    return tuple(definition for definition in FIELDS if definition.facet)
