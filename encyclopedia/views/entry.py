"""An entry to read: its text, its facts with their evidence, its references, and what stands around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fastapi import Request
from markupsafe import Markup
from sqlalchemy.orm import Session

from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.formats import Formats
from encyclopedia.core.fields import FIELD_BY_KEY, FieldType, fields_of
from encyclopedia.core.markup import Heading
from encyclopedia.queries.entries import EntryName, Related, relations
from encyclopedia.queries.reading import backlinks, cited_sources, sheet_at, term_names
from encyclopedia.queries.standing import Standing
from encyclopedia.queries.upkeep import translation_lag
from encyclopedia.schemas import Sheet
from encyclopedia.service.rendering import Shown, shown
from encyclopedia.views.banners import Banner, banners
from encyclopedia.views.evidence import Chip, Known, LedgerRow, ShownField, chips, ledger_rows, shown_fields
from encyclopedia.views.head import EntryHead, entry_path
from encyclopedia.views.references import ReferenceLine, mentions_of, reference_lines
from encyclopedia.views.structured import structured_data
from encyclopedia.wording import ICONS, kind_name

SHORTEST_TOC = 3  # headings: fewer need no table of contents
_formats = Formats()


@dataclass(frozen=True)
class ProseField:
    """One field in words."""

    key: str
    name: str
    html: Markup


@dataclass(frozen=True)
class EntryLink:
    """Another entry, as this one's page names it."""

    title: str
    href: str
    icon: str
    kind: str
    language: str
    note: str = ""


@dataclass(frozen=True)
class RelationGroup:
    """All relations of one type and direction."""

    name: str
    links: tuple[EntryLink, ...]


@dataclass(frozen=True)
class Freshness:
    """When the entry was last looked at, and by when it should be."""

    reviewed: str  # "Last reviewed on … by …", "" for never
    due: str
    overdue: bool
    state: str
    changed: str


@dataclass(frozen=True)
class EntryBody:
    """Everything below an entry's head."""

    language: str
    banners: tuple[Banner, ...]
    lead: Markup
    prose: tuple[ProseField, ...]
    abcde: tuple[ProseField, ...]
    html: Markup
    toc: tuple[Heading, ...]
    fields: tuple[ShownField, ...]
    phases: tuple[Chip, ...]
    criteria: tuple[Chip, ...]
    ledger: tuple[LedgerRow, ...]
    references: tuple[ReferenceLine, ...]
    relations: tuple[RelationGroup, ...]
    backlinks: tuple[EntryLink, ...]
    backlinks_total: int
    freshness: Freshness
    licence: str
    attribution: str
    entry_id: int
    address: str  # that stays when the entry is renamed
    edit_href: str | None
    facts_href: str | None


@dataclass(frozen=True)
class Assembled:
    """A page's parts that are the same for all who may do the same: kept between requests."""

    body: Markup
    structured: Markup
    revision_id: int
    stored: bool  # whether the table of renderings has the text's HTML


@dataclass(frozen=True)
class EntryPage:
    """The page."""

    head: EntryHead
    body: Markup
    structured: Markup
    canonical: str
    markdown: str
    json: str
    feed: str


@dataclass(frozen=True)
class Reading:
    """What was found of an entry for one reader; `revision_id` and `sheet` are those that this reader sees."""

    known: Standing
    head: EntryHead
    revision_id: int
    sheet: Sheet
    text: Shown
    at: datetime


def chosen_revision(known: Standing, *, reviewed: bool) -> tuple[int, int]:
    """Return which revision of the text and of the facts is shown: the newest, or the last reviewed where there is one."""
    text, sheet = known.page, known.sheet
    newest = (text.revision_id or 0, sheet.revision_id or 0)
    if not reviewed or text.reviewed_revision_id is None:
        return newest
    return text.reviewed_revision_id, sheet.reviewed_revision_id or newest[1]


def reading(
    request: Request, session: Session, known: Standing, head: EntryHead, *, reviewed: bool, at: datetime
) -> Reading:
    """Collect what one reader sees of an entry."""
    revision_id, sheet_id = chosen_revision(known, reviewed=reviewed)
    editable = head.may_edit and revision_id == known.page.revision_id
    text = shown(session, known.page, revision_id, editable=editable)
    prefix = str(request.scope.get("root_path", ""))
    return Reading(known, head, revision_id, sheet_at(session, sheet_id), text.at(prefix), at)


def entry_body(request: Request, session: Session, found: Reading, address: str) -> EntryBody:
    """Return an entry's page below its head."""
    known, sheet, text = found.known, found.sheet, found.text
    mentions = mentions_of(cited_sources(session, _cited_keys(text, sheet)), text.cited, text.anchors)
    fields = shown_fields(EntryKind(known.kind), sheet, Known(request, mentions, _terms(session, sheet)))
    ledger = ledger_rows(sheet.ledger, mentions)
    lag = translation_lag(session, known.page.made_from_id) if known.page.made_from_id else None
    linking = backlinks(session, known.entry_id, known.asked)
    prose = _prose(known.kind, text)
    slug = known.page.slug
    return EntryBody(
        language=known.language,
        banners=banners(request, known, found.head, sheet, lag, shown_id=found.revision_id, at=found.at),
        lead=Markup(text.lead),  # noqa: S704 - sanitised by core.markup, as are all texts below
        prose=tuple(field for field in prose if not field.key.startswith("abcde_")),
        abcde=tuple(field for field in prose if field.key.startswith("abcde_")),
        html=Markup(text.html),  # noqa: S704
        toc=text.toc if len(text.toc) >= SHORTEST_TOC else (),
        fields=fields,
        phases=chips(request, "phase", sheet.phases),
        criteria=chips(request, "criterion", sheet.criteria),
        ledger=ledger,
        references=reference_lines(request, mentions),
        relations=_relations(request, relations(session, known.entry_id, known.asked)),
        backlinks=tuple(entry_link(request, name) for name in linking.entries),
        backlinks_total=linking.total,
        freshness=_freshness(known, found.at),
        licence=known.licence,
        attribution=known.attribution,
        entry_id=known.entry_id,
        address=address,
        edit_href=entry_path(request, "encyclopedia_edit", slug) if found.head.may_edit else None,
        facts_href=entry_path(request, "encyclopedia_sheet", slug) if found.head.may_edit else None,
    )


def structured_of(found: Reading, body: EntryBody, canonical: str) -> Markup:
    """Return the entry as JSON-LD."""
    return structured_data(found.known, found.sheet, canonical, body.references, _("Disinformation toolkit"))


def entry_link(request: Request, name: EntryName, note: str = "") -> EntryLink:
    """Return an entry as lists name it."""
    href = entry_path(request, "encyclopedia_entry", name.slug)
    return EntryLink(name.title, href, ICONS[EntryKind(name.kind)], kind_name(name.kind), name.language, note)


def _prose(kind: str, text: Shown) -> list[ProseField]:
    keys = [field.key for field in fields_of(EntryKind(kind)) if field.key in text.prose]
    return [ProseField(key, _(FIELD_BY_KEY[key].name), Markup(text.prose[key])) for key in keys]  # noqa: S704


def _relations(request: Request, found: Sequence[Related]) -> tuple[RelationGroup, ...]:
    groups = groupby(found, key=lambda each: (each.type, each.outgoing, each.name))
    merged: dict[str, list[EntryLink]] = {}
    for (_type, _outgoing, name), members in groups:
        merged.setdefault(name, []).extend(entry_link(request, each.other, each.note) for each in members)
    return tuple(RelationGroup(str(name), tuple(links)) for name, links in merged.items())


def _cited_keys(text: Shown, sheet: Sheet) -> set[str]:
    keys = {fact.source for facts in sheet.facts.values() for fact in facts}
    keys |= {line.source for line in sheet.ledger}
    return {key for key in keys if key} | set(text.cited)


def _terms(session: Session, sheet: Sheet) -> Mapping[str, str]:
    codes = [
        value
        for key in sheet.facts
        if key in FIELD_BY_KEY and FIELD_BY_KEY[key].type is FieldType.TERM
        for value in sheet.values(key)
    ]
    return term_names(session, codes)


def _freshness(known: Standing, at: datetime) -> Freshness:
    reviewed = ""
    if known.reviewed_at:
        words = (
            _("Last reviewed on %(date)s by %(name)s")
            if known.reviewed_by
            else _("Last reviewed on %(date)s")
        )
        reviewed = words % {"date": _formats.date(known.reviewed_at), "name": known.reviewed_by}
    due = known.review_due_at
    return Freshness(
        reviewed=reviewed,
        due=_formats.date(due) if due else "",
        overdue=due is not None and due <= at,
        state=known.page.state,
        changed=_formats.date(max(known.page.updated_at, known.sheet.updated_at)),
    )
