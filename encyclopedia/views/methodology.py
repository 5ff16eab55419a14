"""How entries are made: the doctrine, kinds and fields, freshness, review, and what the words of evidence mean."""

from dataclasses import dataclass

from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, PHASE_NAMES, EntryKind
from encyclopedia.core.fields import FRESH_DAYS, RELATIONS, STRENGTHS, FieldDefinition, FieldType, fields_of
from encyclopedia.views.evidence import DESIGNS, REPLICATIONS
from encyclopedia.wording import ICONS, kind_name

MONTH = 30  # days, to say "6 months"


@dataclass(frozen=True)
class FieldLine:
    """One field: its name, what it is for, the values it can take."""

    name: str
    help: str
    choices: tuple[str, ...]
    prose: bool
    many: bool
    facet: bool


@dataclass(frozen=True)
class KindSection:
    """One kind of entry with its fields."""

    key: str
    name: str
    icon: str
    fresh_months: int
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True)
class MethodologyPage:
    """The page."""

    phases: tuple[str, ...]
    criteria: tuple[str, ...]
    kinds: tuple[KindSection, ...]
    relations: tuple[tuple[str, str], ...]
    strengths: tuple[str, ...]
    designs: tuple[str, ...]
    replications: tuple[str, ...]
    readers_see: str


def methodology_page(readers_see: str) -> MethodologyPage:
    """Return the page; all of it comes from the tables that the forms are made from, so that it cannot fall behind."""
    return MethodologyPage(
        phases=tuple(_(name) for name in PHASE_NAMES.values()),
        criteria=tuple(_(name) for name in CRITERION_NAMES.values()),
        kinds=tuple(
            KindSection(
                kind.value,
                kind_name(kind),
                ICONS[kind],
                round(FRESH_DAYS[kind] / MONTH),
                tuple(_line(field) for field in fields_of(kind)),
            )
            for kind in EntryKind
        ),
        relations=tuple((_(relation.name), _(relation.inverse)) for relation in RELATIONS),
        strengths=tuple(_(name) for _code, name in STRENGTHS),
        designs=tuple(_(name) for name in DESIGNS.values()),
        replications=tuple(_(name) for name in REPLICATIONS.values()),
        readers_see=readers_see,
    )


def _line(field: FieldDefinition) -> FieldLine:
    return FieldLine(
        _(field.name),
        _(field.help),
        tuple(_(name) for _code, name in field.choices),
        field.type is FieldType.PROSE,
        field.many,
        field.facet,
    )
