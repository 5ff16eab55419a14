"""What the page shows on which a new entry is written."""

from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, use_locale
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, PHASE_NAMES, EntryKind
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.queries.entries import EntryName
from encyclopedia.views.edit import DraftNote, ProseField, form_fields, rows_for
from encyclopedia.views.facts import FieldBlock, Options, country_names, facts_blocks, language_names
from encyclopedia.views.sheet_words import CONFIDENCES
from encyclopedia.wording import ICONS, kind_name, language_name

SENTENCES: dict[EntryKind, str] = {
    EntryKind.CASE_STUDY: N_("What happened: one campaign or incident, its dates, channels, methods, and what was done."),
    EntryKind.PRACTICE: N_("What can be done: a way to detect, qualify, answer or prevent, and what is known of its effect."),
    EntryKind.TOOL: N_("What can be used: software or a service, who makes it, for whom, and whether it still works."),
    EntryKind.ACTOR: N_("Who works on it: an organisation or network, what it does and who pays for it. Never a private person."),
    EntryKind.CONCEPT: N_("What a word means: its definition, other words for it, and who contests it."),
}  # fmt: skip
HEADINGS: dict[EntryKind, tuple[str, ...]] = {
    EntryKind.CASE_STUDY: (N_("What happened"), N_("How it was found"), N_("How it was answered"), N_("What remains unknown")),
    EntryKind.PRACTICE: (N_("How to do it"), N_("What is known of its effect"), N_("When not to do it"), N_("Examples")),
    EntryKind.TOOL: (N_("How it works"), N_("How to use it"), N_("What it cannot do"), N_("Alternatives")),
    EntryKind.ACTOR: (N_("What it does"), N_("Its work, with dates"), N_("Independence and funding")),
    EntryKind.CONCEPT: (N_("Where the word comes from"), N_("How it is used"), N_("What it is not")),
}  # fmt: skip
KEY_FACTS: dict[EntryKind, tuple[str, ...]] = {
    EntryKind.CASE_STUDY: ("dates", "countries", "origin", "channels"),
    EntryKind.PRACTICE: ("effort", "evidence_strength"),
    EntryKind.TOOL: ("website", "made_by", "platforms", "licence", "price", "status"),
    EntryKind.ACTOR: ("website", "actor_type", "countries"),
    EntryKind.CONCEPT: (),
}


@dataclass(frozen=True)
class KindChoice:
    """One kind of entry, with what it is for."""

    name: str
    sentence: str
    icon: str
    href: str


@dataclass(frozen=True)
class Near:
    """An entry that may be the same."""

    title: str
    lead: str
    kind: str
    href: str


@dataclass(frozen=True)
class ChooseKindPage:
    """The first step: what kind of entry it is."""

    kinds: tuple[KindChoice, ...]
    title: str
    near: tuple[Near, ...]


@dataclass(frozen=True)
class NewPage:
    """The form of a new entry. `near`: entries with a title like its own; whoever saw them may go on all the same."""

    kind: str
    kind_name: str
    sentence: str
    language: str
    language_name: str
    form: Form
    fields: tuple[ProseField, ...]
    blocks: tuple[FieldBlock, ...]
    phases: Options
    criteria: Options
    confidences: Options
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    near: tuple[Near, ...]
    draft: DraftNote | None
    save: str
    keep: str
    discard: str
    cancel: str
    preview: str
    complete: str
    upload: str
    rows: int


def kind_choices(request: Request, title: str) -> tuple[KindChoice, ...]:
    """Return the kinds to choose from."""
    return tuple(
        KindChoice(
            kind_name(kind),
            _(sentence),
            ICONS[kind],
            path_for(request, "encyclopedia_new", query={"kind": kind.value, "title": title}),
        )
        for kind, sentence in SENTENCES.items()
    )


def template_text(kind: EntryKind, language: str) -> str:
    """Return the headings that a text of a kind usually has, in the text's language."""
    with use_locale(language):
        return "\n\n".join(f"## {_(heading)}\n" for heading in HEADINGS[kind])


def near_entries(request: Request, found: list[EntryName]) -> tuple[Near, ...]:
    """Return entries that may be the same, as the page shows them."""
    return tuple(
        Near(
            name.title,
            name.lead,
            kind_name(name.kind),
            path_for(request, "encyclopedia_entry", slug=name.slug),
        )
        for name in found
    )


def new_page(
    request: Request,
    kind: EntryKind,
    language: str,
    form: Form,
    *,
    near: tuple[Near, ...],
    draft: DraftNote | None,
) -> NewPage:
    """Return the page for what was typed so far."""
    by_key = {block.key: block for block in facts_blocks(kind, form)}
    blocks = tuple(by_key[key] for key in KEY_FACTS[kind])
    query = {"kind": kind.value}

    def path(name: str) -> str:
        return path_for(request, name, query=query)

    return NewPage(
        kind=kind.value,
        kind_name=kind_name(kind),
        sentence=_(SENTENCES[kind]),
        language=language,
        language_name=language_name(language),
        form=form,
        fields=form_fields(kind.value, form.values),
        blocks=blocks,
        phases=tuple((phase.value, _(name)) for phase, name in PHASE_NAMES.items()),
        criteria=tuple((each.value, _(name)) for each, name in CRITERION_NAMES.items())
        if kind is EntryKind.CASE_STUDY
        else (),
        confidences=tuple((code.value, _(name)) for code, name in CONFIDENCES.items()),
        countries=country_names(language) if any(block.control == "country" for block in blocks) else (),
        languages=language_names(language) if any(block.control == "language" for block in blocks) else (),
        near=near,
        draft=draft,
        save=path("encyclopedia_new"),
        keep=path("encyclopedia_new_draft"),
        discard=path("encyclopedia_discard_new"),
        cancel=path_for(request, "encyclopedia_home"),
        preview=path("encyclopedia_new_preview"),
        complete=path_for(request, "encyclopedia_complete"),
        upload=path_for(request, "encyclopedia_media_upload"),
        rows=rows_for(form.values.get("body", ""), least=14, most=40),
    )
