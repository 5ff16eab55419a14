"""A text and its translation, block beside block."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.core.diff import Span, compare_words
from encyclopedia.core.translation import BlockState, BlockStatus, status
from encyclopedia.models import Page, Revision
from encyclopedia.queries.revisions import text_of
from encyclopedia.queries.translations import Source
from encyclopedia.schemas import Text
from encyclopedia.service.sheet_values import prose_fields
from encyclopedia.views.edit import DraftNote, rows_for
from encyclopedia.views.head import EntryHead
from encyclopedia.wording import language_name

LONGEST_MARKED = 20_000  # characters: beyond it words are not compared


@dataclass(frozen=True)
class TranslatedBlock:
    """One row: the source as it is now (what changed is marked), and the field that holds its translation."""

    name: str
    label: str
    state: str  # current, outdated, missing, extra
    source: tuple[Span, ...]
    gone: tuple[Span, ...]  # the source as it was, where words of it went away
    value: str
    rows: int


@dataclass(frozen=True)
class OtherText:
    """A text of the same entry in another language, with how current it is."""

    name: str
    language: str
    href: str
    share: float | None
    exists: bool


@dataclass(frozen=True)
class TranslatePage:
    """The page on which a text is translated. `base_id` None: this language has no text yet."""

    head: EntryHead
    form: Form
    language: str
    language_name: str
    source_language: str
    source_name: str
    source_title: str
    source_id: int
    source_number: int
    source_href: str
    changes_href: str | None  # what changed in the source since
    known: bool
    current: bool
    share: float
    base_id: int | None
    lead: TranslatedBlock
    fields: tuple[TranslatedBlock, ...]
    blocks: tuple[TranslatedBlock, ...]
    to_do: int
    draft: DraftNote | None
    others: tuple[OtherText, ...]
    save: str
    cancel: str


@dataclass(frozen=True)
class NothingToTranslate:
    """The entry's text is a source, or its only one: where it can be translated into."""

    head: EntryHead
    others: tuple[OtherText, ...]


def translate_page(  # noqa: PLR0913 - a page is made of these
    request: Request,
    head: EntryHead,
    language: str,
    source: Source,
    own: Revision | None,
    form: Form,
    *,
    draft: DraftNote | None,
    others: tuple[OtherText, ...],
) -> TranslatePage:
    """Return the page for a source and the present text of its translation, if there is one."""
    now = text_of(source.now)
    then = text_of(source.then) if source.then else now
    mine = text_of(own) if own else None
    compared = status(then.body, now.body, mine.body if mine else "")
    blocks = tuple(_block(each, form.values) for each in compared.blocks)
    lead = _part("lead", _("Lead"), then.lead, now.lead, mine.lead if mine else None, form.values)
    fields = _fields(head.kind, then, now, mine, form.values)
    query = {"against": source.then.id} if source.then else {}
    return TranslatePage(
        head=head,
        form=form,
        language=language,
        language_name=language_name(language),
        source_language=source.page.language,
        source_name=language_name(source.page.language),
        source_title=now.title,
        source_id=source.now.id,
        source_number=source.now.number,
        source_href=path_for(request, "encyclopedia_revision", revision_id=source.now.id),
        changes_href=path_for(request, "encyclopedia_diff", revision_id=source.now.id, query=query)
        if source.then is not None and not source.current
        else None,
        known=source.then is not None,
        current=source.current,
        share=compared.current_share,
        base_id=own.id if own else None,
        lead=lead,
        fields=fields,
        blocks=blocks,
        to_do=sum(each.state != BlockState.CURRENT.value for each in (lead, *fields, *blocks)),
        draft=draft,
        others=others,
        save=path_for(request, "encyclopedia_translate", slug=head.slug),
        cancel=path_for(request, "encyclopedia_entry", slug=head.slug),
    )


def translated_text(values: Mapping[str, str], kind: EntryKind, kept: Text | None) -> dict[str, str]:
    """Return the values of an ordinary text form: the blocks put together, what the page does not show taken over."""
    numbers = sorted(int(name[6:]) for name in values if name.startswith("block.") and name[6:].isdigit())
    blocks = (values[f"block.{number}"].strip("\n") for number in numbers)
    body = "\n\n".join(block for block in blocks if block.strip())
    fields = {f"field.{field.key}": values.get(f"field.{field.key}", "") for field in prose_fields(kind)}
    title = values.get("title", "") or (kept.title if kept else "")
    return {"title": title, "lead": values.get("lead", ""), **fields, "body": body}


def _fields(
    kind: str, then: Text, now: Text, mine: Text | None, values: Mapping[str, str]
) -> tuple[TranslatedBlock, ...]:
    found = []
    for field in prose_fields(EntryKind(kind)):
        sides = (then.fields.get(field.key, ""), now.fields.get(field.key, ""))
        own = mine.fields.get(field.key) if mine else None
        if any(sides) or own:
            found.append(_part(f"field.{field.key}", _(field.name), *sides, own, values))
    return tuple(found)


def _part(
    name: str, label: str, then: str, now: str, own: str | None, values: Mapping[str, str]
) -> TranslatedBlock:
    if not now:
        state = BlockState.EXTRA if own else BlockState.CURRENT
    elif not own:
        state = BlockState.MISSING
    else:
        state = BlockState.CURRENT if then == now else BlockState.OUTDATED
    gone, source = _marked(then, now) if state is BlockState.OUTDATED else ((), (Span(False, now),))
    value = values.get(name, own or "")
    return TranslatedBlock(name, label, state.value, source, gone, value, _rows(now, value))


def _block(block: BlockStatus, values: Mapping[str, str]) -> TranslatedBlock:
    now, then = block.source_now or "", block.source_before or ""
    name = f"block.{block.index}"
    gone, source = _marked(then, now) if block.state is BlockState.OUTDATED else ((), (Span(False, now),))
    if block.state is BlockState.EXTRA:
        source, gone = (), (Span(True, then),) if then else ()
    own = block.translation if block.translation is not None else _heading(now)
    state = BlockState.CURRENT if block.added_by_translator else block.state
    value = values.get(name, own)
    return TranslatedBlock(name, "", state.value, source, gone, value, _rows(now or then, value))


def _heading(source: str) -> str:
    """Return the source's own heading where a new block is one: the translator sees the outline before the text."""
    return source if source.startswith("#") else ""


def _marked(then: str, now: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    if max(len(then), len(now)) > LONGEST_MARKED:
        return (Span(True, then),), (Span(True, now),)
    return compare_words(then, now)


def _rows(source: str, value: str) -> int:
    return rows_for(max(source, value, key=len), least=2, most=24)


def other_text(
    request: Request, slug: str, language: str, page: Page | None, share: float | None
) -> OtherText:
    """Return the way to an entry's translation into another language."""
    path = str(request.app.url_path_for("encyclopedia_translate", slug=page.slug if page else slug))
    root = str(request.scope.get("root_path", "")).rpartition("/")[0]
    return OtherText(language_name(language), language, f"{root}/{language}{path}", share, page is not None)
