"""Reads whatever is given to be imported: finds out what it is, and gives entries, histories, sources, terms and the report."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from common.errors import Invalid
from common.i18n import N_, gettext
from encyclopedia.schemas import (
    LARGEST_TEXT,
    BroughtEntry,
    BroughtVocabulary,
    ExchangedRevision,
    ExchangedTerm,
    FileLine,
    ImportReport,
    Message,
    SourceData,
)
from encyclopedia.sources import archives
from encyclopedia.sources.disarm import is_disarm, read_disarm
from encyclopedia.sources.disarm.sheets import SHEETS, sheet_names
from encyclopedia.sources.disencyclopedia.read import read_disencyclopedia
from encyclopedia.sources.folder import import_folder
from encyclopedia.sources.tools_csv import read_tools
from encyclopedia.sources.vocabularies import MISP_TYPES, json_kind, misp_type, read_dima, read_misp_cluster
from encyclopedia.sources.wiki import read_wiki

MOST_BYTES = 100_000_000
HEAD = 400  # bytes that tell a file's kind
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class History:
    """A page's past states, oldest first, each with its number where it comes from."""

    numbers: tuple[int, ...]
    revisions: tuple[ExchangedRevision, ...]


@dataclass(frozen=True)
class Brought:
    """All that the files gave. `redirects`: (language, slug, title, slug that it leads to)."""

    kind: str
    report: ImportReport
    entries: tuple[BroughtEntry, ...] = ()
    histories: Mapping[str, History] = field(default_factory=dict)  # by the entry's origin
    redirects: tuple[tuple[str, str, str, str], ...] = ()
    sources: tuple[SourceData, ...] = ()
    vocabulary: BroughtVocabulary | None = None


def opened(files: Files) -> dict[str, bytes]:
    """Return the files that were given, a zip unpacked. Raises `Invalid` where there is nothing in them, or too much."""
    if not files or not any(files.values()):
        raise _invalid(N_("The file is empty."))
    if sum(len(content) for content in files.values()) > MOST_BYTES:
        raise _invalid(N_("More than %(most)s MB at once are not imported."), most=MOST_BYTES // 1_000_000)
    kinds = {name: archives.detect(name, content[:HEAD]) for name, content in files.items()}
    if "archive" not in kinds.values():
        return dict(files)
    if len(files) > 1:
        raise _invalid(N_("Give one zip at a time."))
    unpacked = archives.read_archive(next(iter(files.values())))
    if not unpacked:
        raise _invalid(N_("The archive is empty."))
    return unpacked


def files_in(place: Path) -> dict[str, bytes]:
    """Return a file, or the files below a folder, by their paths; hidden ones are stepped over. Raises `Invalid`."""
    if place.is_file():
        return opened({place.name: place.read_bytes()})
    if not place.is_dir():
        raise _invalid(N_("“%(path)s” is neither a file nor a folder."), path=str(place))
    paths = [path for path in sorted(place.rglob("*")) if path.is_file() and not path.is_symlink()]
    paths = [
        path
        for path in paths
        if not any(part.startswith(".") and part != ".." for part in path.relative_to(place).parts)
    ]
    if len(paths) > archives.MOST_FILES or sum(path.stat().st_size for path in paths) > MOST_BYTES:
        raise _invalid(N_("The folder holds too much to be imported at once."))
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in paths}


def kind_of(files: Files) -> str:
    """Say which kind of import the files are. Raises `Invalid` where nobody can tell."""
    folder = archives.archive_kind(files)
    if folder != "unknown":
        return folder
    kinds = {archives.detect(name, content[:HEAD]) for name, content in files.items()} - {
        "unknown",
        "markdown",
    }
    if "workbook" in kinds:
        books = _of(files, "workbook")
        if all(is_disarm(sheet_names(content)) for content in books.values()):
            return "disarm"
        raise _invalid(N_("This workbook is not one of DISARM’s. A table of tools is imported as CSV."))
    if kinds == {"json"}:
        return _kind_of_json(_of(files, "json"))
    if len(files) == 1 and kinds:
        return kinds.pop()
    raise _invalid(
        N_(
            "Nobody could tell what this is. These can be imported: a zip of a folder of entries (ours, or the encyclopedia’s "
            "of 2019), a MediaWiki export (XML), DISARM’s workbooks (.xlsx), DIMA’s or MISP’s vocabularies (JSON), a table of tools (CSV)."
        )
    )


def _kind_of_json(files: Files) -> str:
    kinds = {json_kind(name, content) for name, content in files.items()}
    if kinds == {"dima"}:
        return "dima"
    if kinds == {"misp"} and all(misp_type(name, content) in MISP_TYPES for name, content in files.items()):
        return "misp"
    raise _invalid(
        N_(
            "These JSON files are not a vocabulary that can be read: DIMA’s, or AMITT and DISARM as MISP’s galaxies have them."
        )
    )


def read_given(
    kind: str, files: Files, *, language: str = "en", known: Iterable[ExchangedTerm] = ()
) -> Brought:
    """Read files of a kind. `known`: the terms that exist already, for references between two workbooks that come one by one.

    Raises:
        Invalid: a file is broken, or goes beyond the bounds.
    """
    try:
        return _read(kind, files, language, known)
    except (ValidationError, RecursionError) as error:  # a shape's bounds; depth that no file of people has
        raise _invalid(N_("The file holds something that is too long or too deep to be kept.")) from error


def _read(kind: str, files: Files, language: str, known: Iterable[ExchangedTerm]) -> Brought:
    if kind == "folder":
        folder = import_folder(files)
        return Brought(kind, folder.report, folder.entries, sources=folder.sources)
    if kind == "disencyclopedia":
        return _read_2019(files)
    if kind == "mediawiki":
        wiki = read_wiki(next(iter(files.values())), language=language)
        histories = {
            origin: History(numbers, revisions) for origin, (numbers, revisions) in wiki.histories.items()
        }
        return Brought(kind, wiki.report, wiki.entries, histories, wiki.redirects, wiki.sources)
    if kind == "tools_csv":
        name, content = next(iter(files.items()))
        tools = read_tools(name, content, language=language)
        return Brought(kind, tools.report, tools.entries)
    vocabulary = _read_vocabulary(kind, files, known)
    return Brought(kind, vocabulary.report, vocabulary=vocabulary)


def _read_2019(files: Files) -> Brought:
    """Read the folder of 2019; a page longer than a text may be is refused alone, and files beside the pages are accounted for."""
    pages = {path: content for path, content in files.items() if _is_page(path)}
    long = {path for path, content in pages.items() if len(content) > LARGEST_TEXT}
    found = read_disencyclopedia({path: content for path, content in pages.items() if path not in long})
    too_long = Message(
        template=N_("The file is too long: at most %(most)s characters."), values={"most": LARGEST_TEXT}
    )
    beside = Message(template=N_("This file is not one of the encyclopedia’s pages; it was passed over."))
    lines = [
        *found.report.files,
        *(FileLine(path=path, outcome="refused", notes=(too_long,)) for path in long),
        *(FileLine(path=path, outcome="passed_over", notes=(beside,)) for path in files if path not in pages),
    ]
    report = found.report.model_copy(update={"files": tuple(sorted(lines, key=lambda line: line.path))})
    return Brought("disencyclopedia", report, found.entries)


def _is_page(path: str) -> bool:
    return "/_pages/" in f"/{path}" and path.endswith(".md")


def _read_vocabulary(kind: str, files: Files, known: Iterable[ExchangedTerm]) -> BroughtVocabulary:
    if kind == "disarm":
        books = _of(files, "workbook")
        given = {
            SHEETS[name].kind for content in books.values() for name in sheet_names(content) if name in SHEETS
        }
        return read_disarm(books, [term for term in known if term.kind not in given])
    if kind == "dima":
        return read_dima(_of(files, "json"))
    found = [
        read_misp_cluster(name, content, scheme=scheme, kind=term)
        for name, content in sorted(_of(files, "json").items())
        for scheme, term in (MISP_TYPES[misp_type(name, content)],)
    ]
    counts: dict[str, int] = {}
    for each in found:
        for key, count in each.report.counts.items():
            counts[key] = counts.get(key, 0) + count
    report = ImportReport(
        kind=kind, files=tuple(line for each in found for line in each.report.files), counts=counts
    )
    return BroughtVocabulary(tuple(term for each in found for term in each.terms), (), report)


def _of(files: Files, kind: str) -> dict[str, bytes]:
    return {
        PurePosixPath(name).name: content
        for name, content in files.items()
        if archives.detect(name, content[:HEAD]) == kind
    }


def pack(files: Files) -> bytes:
    """Return files as one, to be kept until they are stored; `unpack` gives them back."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path), content)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files that `pack` put together."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {member.filename: archive.read(member) for member in archive.infolist()}


def _invalid(template: str, **values: str | int) -> Invalid:
    return Invalid(gettext(template) % values)
