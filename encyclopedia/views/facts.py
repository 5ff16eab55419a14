"""What the page shows on which an entry's facts are edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale
from fastapi import Request

from common.i18n import current_locale
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, PHASE_NAMES, EntryKind
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.core.fields import RELATIONS, FieldDefinition, FieldType
from encyclopedia.models import Draft, Entry, Page
from encyclopedia.service.sheet_values import EVIDENCE, by_choice, rows_of, sheet_fields
from encyclopedia.views.diff import ShownDiff
from encyclopedia.views.edit import SUMMARIES, DraftNote
from encyclopedia.views.head import EntryHead
from encyclopedia.views.sheet_words import CONFIDENCES, DESIGNS, REPLICATIONS

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FactRow:
    """One value of a field: the stem of its names in the form, and for a choice what it is called."""

    name: str
    label: str = ""
    choice: str = ""
    evidence: bool = False  # something of its evidence is filled in, or wrong: it is shown open


@dataclass(frozen=True)
class FieldBlock:
    """A field with its values. `control`: checkboxes, select, or an input of type text, url, date, country, language, term."""

    key: str
    label: str
    help: str
    control: str
    many: bool
    choices: Options
    rows: tuple[FactRow, ...]


@dataclass(frozen=True)
class FactsPage:
    """The page on which an entry's facts are edited."""

    head: EntryHead
    form: Form
    base_id: int
    phases: Options
    criteria: Options
    blocks: tuple[FieldBlock, ...]
    relations: tuple[str, ...]  # the stems of the rows' names
    relation_types: Options
    ledger: tuple[str, ...] | None  # None: this kind has none
    designs: Options
    replications: Options
    confidences: Options
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    draft: DraftNote | None
    changes: ShownDiff | None
    summaries: tuple[str, ...]
    save: str
    discard: str
    cancel: str
    complete: str


def facts_page(  # noqa: PLR0913 - a page is made of these
    request: Request,
    head: EntryHead,
    entry: Entry,
    base_id: int,
    form: Form,
    *,
    draft: DraftNote | None,
    changes: ShownDiff | None,
    summaries: Sequence[str],
) -> FactsPage:
    """Return the page for a sheet's values."""
    kind = EntryKind(entry.kind)
    blocks = facts_blocks(kind, form)
    controls = {block.control for block in blocks}
    return FactsPage(
        head=head,
        form=form,
        base_id=base_id,
        phases=_options(PHASE_NAMES),
        criteria=_options(CRITERION_NAMES),
        blocks=blocks,
        relations=tuple(f"r.{row}" for row in rows_of(form.values, "r") or ["0"]),
        relation_types=tuple((each.key, _(each.name)) for each in RELATIONS if kind in each.sources),
        ledger=_ledger_rows(form) if kind is EntryKind.PRACTICE else None,
        designs=_options(DESIGNS),
        replications=_options(REPLICATIONS),
        confidences=_options(CONFIDENCES),
        countries=country_names(current_locale()) if "country" in controls else (),
        languages=language_names(current_locale()) if "language" in controls else (),
        draft=draft,
        changes=changes,
        summaries=tuple(dict.fromkeys([*summaries, *map(_, SUMMARIES)])),
        save=path_for(request, "encyclopedia_sheet", slug=head.slug),
        discard=path_for(request, "encyclopedia_discard_facts", slug=head.slug),
        cancel=path_for(request, "encyclopedia_entry", slug=head.slug),
        complete=path_for(request, "encyclopedia_complete"),
    )


def facts_blocks(kind: EntryKind, form: Form) -> tuple[FieldBlock, ...]:
    """Return a kind's fields with the rows that the form's values have; each has at least one to fill in."""
    return tuple(_block(definition, form) for definition in sheet_fields(kind))


def facts_draft_note(request: Request, slug: str, page: Page, draft: Draft) -> DraftNote:
    """Return the offer to go on with facts that were typed and not saved."""
    return DraftNote(
        draft.saved_at,
        path_for(request, "encyclopedia_sheet", slug=slug, query={"draft": 1}),
        path_for(request, "encyclopedia_discard_facts", slug=slug),
        newer=draft.base_id not in {None, page.revision_id},
    )


def _block(definition: FieldDefinition, form: Form) -> FieldBlock:
    prefix = f"f.{definition.key}"
    present = rows_of(form.values, prefix)
    if by_choice(definition):
        names = dict(definition.choices)
        codes = [*names, *(row for row in present if row not in names)]
        rows = tuple(
            FactRow(
                f"{prefix}.{code}", _(names.get(code, code)), code, _has_evidence(form, f"{prefix}.{code}")
            )
            for code in codes
        )
        control = "checkboxes"
    else:
        shown = present or ["0"]
        rows = tuple(
            FactRow(f"{prefix}.{row}", evidence=_has_evidence(form, f"{prefix}.{row}")) for row in shown
        )
        control = "select" if definition.type is FieldType.CHOICE else definition.type.value
    return FieldBlock(
        definition.key,
        _(definition.name),
        _(definition.help),
        control,
        definition.many,
        tuple((code, _(name)) for code, name in definition.choices),
        rows if definition.many else rows[:1],
    )


def _has_evidence(form: Form, name: str) -> bool:
    places = [f"{name}.{part}" for part in EVIDENCE]
    return any(form.errors.get(place) for place in places)


def _ledger_rows(form: Form) -> tuple[str, ...]:
    return tuple(f"l.{row}" for row in rows_of(form.values, "l"))


def _options(names: Mapping[Any, str]) -> Options:
    return tuple((str(code), _(name)) for code, name in names.items())


@cache
def country_names(locale: str) -> tuple[str, ...]:
    """Return the countries' names in a language, for completion."""
    names = Locale(locale).territories
    return tuple(sorted(name for code, name in names.items() if len(code) == 2 and code.isalpha()))


@cache
def language_names(locale: str) -> tuple[str, ...]:
    """Return the names of the languages with a two-letter code, for completion."""
    return tuple(sorted(name for code, name in Locale(locale).languages.items() if len(code) == 2))
