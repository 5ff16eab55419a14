"""A revision as HTML: rendered once, kept in the process and in the table of renderings, made anew when the page was touched.

Links to our own pages are kept without language ("/encyclopedia/…"); `Shown.at` puts the reader's language before them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from encyclopedia.actions.renderings import keep_rendering
from encyclopedia.core.fields import FIELDS
from encyclopedia.core.markup import (
    Document,
    EntryTarget,
    Heading,
    MediaTarget,
    Numbering,
    Parsed,
    Resolve,
)
from encyclopedia.models import Media, MediaVersion, Rendering, Revision, Source
from encyclopedia.queries.entries import names_by_slug
from encyclopedia.schemas import Text
from encyclopedia.service.kept import Kept

VERSION = 1  # of what is kept: raise it when the markup's HTML changes
HOME = "/encyclopedia"
PICTURE = 800  # pixels: the variant of a picture that texts show
FIELD_ORDER = {definition.key: place for place, definition in enumerate(FIELDS)}
_kept: Kept["Shown"] = Kept(32_000_000)  # characters of HTML, for each database


class ShownPage(Protocol):
    """What rendering must know of a page."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def slug(self) -> str:
        """Its address."""

    @property
    def language(self) -> str:
        """Its language."""

    @property
    def touched_at(self) -> datetime:
        """When it last came to look different."""


@dataclass(frozen=True)
class Shown:
    """A text as HTML: body, lead and prose fields, whose references share one numbering. `anchors`: key → ids of its mentions."""

    html: str
    lead: str
    prose: Mapping[str, str]
    toc: tuple[Heading, ...]
    cited: tuple[str, ...]
    anchors: Mapping[str, tuple[str, ...]]
    stored: bool = False  # whether the table of renderings has it

    def at(self, prefix: str) -> "Shown":
        """Return the same with its links under `prefix`, such as ``/fr``."""
        prose = {key: localised(html, prefix) for key, html in self.prose.items()}
        return replace(
            self, html=localised(self.html, prefix), lead=localised(self.lead, prefix), prose=prose
        )


def shown(session: Session, page: ShownPage, revision_id: int, *, editable: bool = False) -> Shown:
    """Return a page's revision as HTML; `editable` adds the links that edit one section."""
    key = (revision_id, page.touched_at, page.slug if editable else "")
    found = _kept.get(session, key)
    if found is None:
        found = None if editable else _from_table(session, page, revision_id)
        found = found or _rendered(session, page, revision_id, editable=editable)
        _kept.put(session, key, found, _weight(found))
    return found


def keep(session: Session, page: ShownPage, revision_id: int) -> None:
    """Write a revision's rendering into its table, in a transaction that writes."""
    found = replace(shown(session, page, revision_id), stored=True)
    content = asdict(found) | {"touched": page.touched_at.isoformat()}
    keep_rendering(session, page.id, revision_id, VERSION, content)
    _kept.put(session, (revision_id, page.touched_at, ""), found, _weight(found))


def render_preview(session: Session, text: Text, language: str) -> Shown:
    """Return a text that is not stored (a preview, a post of a talk page) as HTML."""
    return _shown_text(session, text, language, None)


def localised(html: str, prefix: str) -> str:
    """Return HTML with the links to our own pages under `prefix`; quotes inside texts are escaped, so that only links match."""
    return html.replace(f'href="{HOME}/', f'href="{prefix}{HOME}/').replace(
        f'src="{HOME}/', f'src="{prefix}{HOME}/'
    )


def resolver(
    session: Session,
    parsed: Collection[Parsed],
    language: str,
    edit_section: Callable[[int], str] | None = None,
) -> Resolve:
    """Look up all that some texts point to, with one question for each kind."""
    slugs = {slug for each in parsed for slug in each.wikilinks}
    keys = {citation.key for each in parsed for citation in each.citations}
    names = {name for each in parsed for name in each.media}
    entries = names_by_slug(session, slugs, language)
    sources = set(session.scalars(select(Source.key).where(Source.key.in_(keys)))) if keys else set()
    media = _media(session, names, language) if names else {}

    def entry(slug: str) -> EntryTarget:
        found = entries.get(slug)
        if found is None:
            words = slug.replace("-", " ").capitalize()
            return EntryTarget(
                f"{HOME}/new?{urlencode({'title': words, 'language': language})}", words, exists=False
            )
        return EntryTarget(f"{HOME}/entries/{found.slug}", found.title, exists=True)

    return Resolve(entry, sources.__contains__, media.get, edit_section)


def _rendered(session: Session, page: ShownPage, revision_id: int, *, editable: bool) -> Shown:
    row = session.execute(
        select(Revision.title, Revision.lead, Revision.fields, Revision.body).where(
            Revision.id == revision_id
        )
    ).one()
    text = Text.model_construct(title=row.title, lead=row.lead, fields=dict(row.fields), body=row.body)

    def edit_section(number: int) -> str:
        return f"{HOME}/entries/{page.slug}/edit?section={number}"

    return _shown_text(session, text, page.language, edit_section if editable else None)


def _shown_text(
    session: Session, text: Text, language: str, edit_section: Callable[[int], str] | None
) -> Shown:
    keys = sorted(text.fields, key=lambda key: FIELD_ORDER.get(key, len(FIELD_ORDER)))
    lead, body = Document(text.lead, language), Document(text.body, language)
    prose = {key: Document(text.fields[key], language) for key in keys}
    resolve = resolver(session, [each.parsed for each in (lead, *prose.values(), body)], language)
    numbering = Numbering()
    lead_html = lead.render(resolve, numbering).html
    prose_html = {key: each.render(resolve, numbering).html for key, each in prose.items()}
    main = body.render(Resolve(resolve.entry, resolve.knows_source, resolve.media, edit_section), numbering)
    return Shown(main.html, lead_html, prose_html, main.toc, main.cited, main.anchors)


def _media(session: Session, names: Collection[str], language: str) -> dict[str, MediaTarget]:
    rows = session.execute(
        select(Media.name, Media.alt, MediaVersion)
        .join(MediaVersion, MediaVersion.id == Media.version_id)
        .where(Media.name.in_(names), Media.deleted_at.is_(None))
    )
    return {name: _target(name, alt.get(language, ""), version) for name, alt, version in rows}


def _target(name: str, alt: str, version: MediaVersion) -> MediaTarget:
    page = f"{HOME}/media/{quote(name)}"
    file = f"{HOME}/media/file/{version.sha256}"
    if version.width is None or version.height is None:
        return MediaTarget(f"{file}/full", alt, page=page)
    scale = min(1.0, PICTURE / version.width)
    return MediaTarget(
        f"{file}/{PICTURE}", alt, round(version.width * scale), round(version.height * scale), page
    )


def _from_table(session: Session, page: ShownPage, revision_id: int) -> Shown | None:
    row = session.execute(
        select(Rendering.version, Rendering.content).where(Rendering.revision_id == revision_id)
    ).first()
    if row is None or row.version != VERSION or row.content.get("touched") != page.touched_at.isoformat():
        return None
    return _thawed(row.content)


def _weight(found: Shown) -> int:
    return len(found.html) + sum(map(len, found.prose.values())) + 1_000


def _thawed(content: dict[str, Any]) -> Shown:
    return Shown(
        html=content["html"],
        lead=content["lead"],
        prose=content["prose"],
        toc=tuple(Heading(**heading) for heading in content["toc"]),
        cited=tuple(content["cited"]),
        anchors={key: tuple(ids) for key, ids in content["anchors"].items()},
        stored=True,
    )
