"""What the page shows on which a text is edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from common.i18n import N_
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.models import Draft
from encyclopedia.service.editing import EditDesk
from encyclopedia.service.sheet_values import prose_fields
from encyclopedia.views.head import EntryHead
from encyclopedia.views.preview import PreviewPart
from encyclopedia.wording import language_name

SUMMARIES = (
    N_("Source added"),
    N_("Figures brought up to date"),
    N_("Wording made clearer"),
    N_("Spelling and typography"),
    N_("Links mended"),
)


@dataclass(frozen=True)
class ProseField:
    """A translated field as the form shows it: its name in the form, its label."""

    key: str
    input: str
    label: str
    rows: int


@dataclass(frozen=True)
class DraftNote:
    """What was being typed and not saved; `newer`: the page was changed since that draft was begun."""

    saved_at: datetime
    go_on: str
    discard: str
    newer: bool


@dataclass(frozen=True)
class Addresses:
    """Where the form's buttons, and the script that makes it better, go."""

    save: str
    preview: str
    draft: str
    discard: str
    cancel: str
    whole: str  # the whole text, where only a section is edited
    rename: str
    upload: str = ""
    complete: str = ""
    source: str = ""  # where a pasted address is read


@dataclass(frozen=True)
class EditPage:
    """The page on which a text, or one section of it, is edited."""

    head: EntryHead
    form: Form
    base_id: int
    section: int | None
    section_title: str
    fields: tuple[ProseField, ...]
    language_name: str
    draft: DraftNote | None
    preview: PreviewPart | None
    summaries: tuple[str, ...]
    addresses: Addresses
    rows: int


def edit_page(
    request: Request,
    head: EntryHead,
    desk: EditDesk,
    form: Form,
    *,
    draft: DraftNote | None,
    preview: PreviewPart | None,
    summaries: Sequence[str],
) -> EditPage:
    """Return the page for what is being edited."""
    return EditPage(
        head=head,
        form=form,
        base_id=desk.base.id,
        section=desk.section,
        section_title=desk.section_title,
        fields=form_fields(desk.entry.kind, form.values) if desk.section is None else (),
        language_name=language_name(desk.page.language),
        draft=draft,
        preview=preview,
        summaries=tuple(dict.fromkeys([*summaries, *map(_, SUMMARIES)])),
        addresses=addresses(request, desk),
        rows=rows_for(form.values.get("body", ""), least=12, most=40),
    )


def form_fields(kind: str, values: Mapping[str, str]) -> tuple[ProseField, ...]:
    """Return a kind's translated fields as the form shows them."""
    return tuple(
        ProseField(
            field.key,
            f"field.{field.key}",
            _(field.name),
            rows_for(values.get(f"field.{field.key}", ""), least=2, most=12),
        )
        for field in prose_fields(EntryKind(kind))
    )


def rows_for(text: str, *, least: int, most: int) -> int:
    """Return how many lines a text takes in its field, within bounds."""
    return min(most, max(least, sum(1 + len(line) // 90 for line in text.split("\n")) + 1))


def addresses(request: Request, desk: EditDesk) -> Addresses:
    """Return where the form's buttons go."""
    slug = desk.page.slug

    def path(name: str, **query: object) -> str:
        return path_for(request, name, slug=slug, query=query)

    return Addresses(
        save=path("encyclopedia_edit"),
        preview=path("encyclopedia_preview"),
        draft=path("encyclopedia_draft"),
        discard=path("encyclopedia_discard_draft"),
        cancel=path("encyclopedia_entry"),
        whole=path("encyclopedia_edit"),
        rename=path("encyclopedia_rename"),
        complete=path_for(request, "encyclopedia_complete"),
        upload=path_for(request, "encyclopedia_media_upload"),
        source=path_for(request, "encyclopedia_read_source"),
    )


def draft_note(request: Request, desk: EditDesk, draft: Draft) -> DraftNote:
    """Return the offer to go on with a draft."""
    slug, section = desk.page.slug, desk.section
    query = {"draft": 1, "section": section if section is not None else ""}
    return DraftNote(
        draft.saved_at,
        path_for(request, "encyclopedia_edit", slug=slug, query=query),
        path_for(request, "encyclopedia_discard_draft", slug=slug),
        newer=draft.base_id not in {None, desk.page.revision_id},
    )
