"""The media library: its list, one file's page, and the form of an upload."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import Request

from common.accounts.actors import Actor
from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.models import Media, MediaVersion
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName
from encyclopedia.queries.media import FoundMedia, MediaFilter, MediaSort, MediaState
from encyclopedia.schemas import LANGUAGES
from encyclopedia.views.head import entry_path
from encyclopedia.views.library_words import (
    MEDIA_SORTS,
    MEDIA_STATES,
    MEDIA_TYPES,
    licence_name,
    licence_options,
    size_words,
)
from encyclopedia.views.sources import Citing
from encyclopedia.wording import ICONS, LANGUAGE_NAMES, kind_name

ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif,.pdf"
_formats = Formats()


@dataclass(frozen=True)
class MediaTile:
    """One file in the list."""

    name: str
    href: str
    src: str  # "" for a document
    alt: str
    type: str
    about: str  # size in pixels and bytes
    licence: str


@dataclass(frozen=True)
class MediaPage:
    """The library."""

    tiles: tuple[MediaTile, ...]
    text: str
    state: str
    sort: str
    states: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    count: str
    clear: str | None
    number: int
    pages: int
    pages_href: str
    range: str
    may_upload: bool


@dataclass(frozen=True)
class VersionLine:
    """One version of a file."""

    id: int
    number: int
    href: str
    at: datetime
    by: str
    about: str
    comment: str
    current: bool


@dataclass(frozen=True)
class FilePage:
    """One file."""

    name: str
    src: str
    full_href: str
    alt: str
    caption: str
    document: bool
    facts: tuple[tuple[str, str], ...]
    source_url: str
    words: tuple[tuple[str, str], ...]  # language, what it shows
    markdown: str
    versions: tuple[VersionLine, ...]
    showing: tuple[Citing, ...]
    shown_in: str
    deleted_at: datetime | None
    form: Form
    may_upload: bool
    may_delete: bool
    accepted: str


@dataclass(frozen=True)
class UploadPage:
    """The form of an upload, or of a correction of what is said about a file (`name`)."""

    form: Form
    name: str
    languages: tuple[tuple[str, str], ...]
    licences: tuple[tuple[str, str], ...]
    accepted: str
    save: str
    cancel: str


def media_page(request: Request, viewer: Actor, wanted: MediaFilter, found: Paged[FoundMedia]) -> MediaPage:
    """Return the library's list."""
    query = {"q": wanted.text, "state": wanted.state.value, "sort": "", "page": "PAGE"}
    query["sort"] = wanted.sort.value if wanted.sort is not MediaSort.NEWEST else ""
    hidden = () if PERMISSIONS.allows(viewer, Permission.DELETE) else (MediaState.DELETED,)
    return MediaPage(
        tiles=tuple(_tile(request, each) for each in found.items),
        text=wanted.text,
        state=wanted.state.value,
        sort=wanted.sort.value,
        states=tuple((state.value, _(name)) for state, name in MEDIA_STATES.items() if state not in hidden),
        sorts=tuple((sort.value, _(name)) for sort, name in MEDIA_SORTS.items()),
        count=ngettext("%(count)s file", "%(count)s files", found.total)
        % {"count": _formats.number(found.total)},
        clear=path_for(request, "encyclopedia_media") if wanted.text or wanted.state else None,
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_media", query=query).replace("PAGE", "{page}"),
        range=f"{found.first}–{found.last}" if found.pages > 1 else "",
        may_upload=PERMISSIONS.allows(viewer, Permission.UPLOAD),
    )


def file_page(
    request: Request,
    viewer: Actor,
    found: FoundMedia,
    versions: Sequence[MediaVersion],
    showing: Sequence[EntryName],
    form: Form,
) -> FilePage:
    """Return one file's page; `form` belongs to the new version, or to the reason of a deletion."""
    media, version = found.media, found.version
    document = version.width is None
    alt = in_words(media.alt)
    return FilePage(
        name=media.name,
        src="" if document else file_path(request, version, "800"),
        full_href=file_path(request, version, "full"),
        alt=alt,
        caption=in_words(media.caption),
        document=document,
        facts=_facts(media, version),
        source_url=media.source_url or "",
        words=tuple((code, words) for code, words in media.alt.items() if words),
        markdown=markdown_of(media, version),
        versions=tuple(_version_line(request, media, each) for each in versions),
        showing=tuple(_showing(request, each) for each in showing),
        shown_in=ngettext("Shown in %(count)s entry", "Shown in %(count)s entries", len(showing))
        % {"count": len(showing)},
        deleted_at=media.deleted_at,
        form=form,
        may_upload=PERMISSIONS.allows(viewer, Permission.UPLOAD) and media.deleted_at is None,
        may_delete=PERMISSIONS.allows(viewer, Permission.DELETE),
        accepted=ACCEPTED,
    )


def upload_page(request: Request, form: Form, name: str = "") -> UploadPage:
    """Return the form for a new file, or for what is said about one."""
    here = current_locale()
    codes = sorted(LANGUAGES, key=lambda code: code != here)
    return UploadPage(
        form=form,
        name=name,
        languages=tuple((code, LANGUAGE_NAMES[code]) for code in codes),
        licences=licence_options(),
        accepted=ACCEPTED,
        save=path_for(request, "encyclopedia_describe_media", file=name)
        if name
        else path_for(request, "encyclopedia_media_upload"),
        cancel=path_for(request, "encyclopedia_media_file", file=name)
        if name
        else path_for(request, "encyclopedia_media"),
    )


def about_values(media: Media) -> dict[str, str]:
    """Return what is said about a file as the form's values."""
    texts = {f"alt.{code}": words for code, words in media.alt.items()}
    texts |= {f"caption.{code}": words for code, words in media.caption.items()}
    return {
        **texts,
        "licence": media.licence,
        "author": media.author,
        "source_url": media.source_url or "",
    }


def markdown_of(media: Media, version: MediaVersion) -> str:
    """Return how a text shows a picture, or links a document."""
    alt = " ".join(in_words(media.alt).replace("[", "(").replace("]", ")").split())
    link = f"[{alt}](media:{quote(media.name, safe='')})"
    return link if version.width is None else f"!{link}"


def file_path(request: Request, version: MediaVersion, size: str) -> str:
    """Return where a version's file is served."""
    return path_for(request, "encyclopedia_media_bytes", sha256=version.sha256, size=size)


def in_words(texts: dict[str, str]) -> str:
    """Return a text in the reader's language, else in one that there is."""
    order = [current_locale(), *LANGUAGES, *texts]
    return next((texts[code] for code in order if texts.get(code)), "")


def _tile(request: Request, each: FoundMedia) -> MediaTile:
    version = each.version
    return MediaTile(
        name=each.media.name,
        href=path_for(request, "encyclopedia_media_file", file=each.media.name),
        src=file_path(request, version, "240") if version.width else "",
        alt=in_words(each.media.alt),
        type=MEDIA_TYPES.get(version.type, version.type),
        about=about_version(version),
        licence=each.media.licence,
    )


def about_version(version: MediaVersion) -> str:
    """Return a version's size in pixels and bytes."""
    pixels = f"{version.width} × {version.height}, " if version.width else ""
    return pixels + size_words(version.bytes)


def _facts(media: Media, version: MediaVersion) -> tuple[tuple[str, str], ...]:
    pairs = (
        (_("File type"), MEDIA_TYPES.get(version.type, version.type)),
        (_("Size"), about_version(version)),
        (_("Author"), media.author),
        (_("Licence"), licence_name(media.licence)),
        (_("In the library since"), _formats.date(media.created_at)),
        ("SHA-256", version.sha256),
    )
    return tuple((name, value) for name, value in pairs if value)


def _version_line(request: Request, media: Media, version: MediaVersion) -> VersionLine:
    return VersionLine(
        version.id,
        version.number,
        file_path(request, version, "full"),
        version.at,
        version.by_name,
        about_version(version),
        version.comment,
        version.id == media.version_id,
    )


def _showing(request: Request, name: EntryName) -> Citing:
    return Citing(
        name.title,
        entry_path(request, "encyclopedia_entry", name.slug),
        name.language,
        kind_name(name.kind),
        ICONS[name.kind],  # type: ignore[index]  # a StrEnum's member is its string
    )
