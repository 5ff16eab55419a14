"""A whole folder of entries and sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from pydantic import TypeAdapter, ValidationError

from common.i18n import N_
from common.taxonomy import EntryKind
from encyclopedia.core.exchange.pages import dump_page, parse_page
from encyclopedia.core.exchange.sheets import dump_entry_yaml, parse_entry_yaml
from encyclopedia.core.exchange.sources import dump_sources, parse_sources
from encyclopedia.core.fields import FieldType, fields_of
from encyclopedia.schemas import LANGUAGES, ExchangedEntry, Message, Problem, Slug, SourceData, Text

ENTRIES, ENTRY_FILE = "entries", "entry.yaml"
SOURCES, SOURCES_FILE = "sources", "sources.yaml"
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


@dataclass(frozen=True)
class Folder:
    """What a folder holds: entries by slug, sources by key, and what could not be read."""

    entries: tuple[ExchangedEntry, ...] = ()
    sources: tuple[SourceData, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_folder(files: Mapping[str, bytes | str]) -> Folder:
    """Read the files of a folder, by their paths with `/`. A folder around the whole (as in an archive) is stepped into."""
    reading = _Reading(_decoded(files))
    for slug, paths in sorted(reading.entry_files().items()):
        reading.entry(slug, paths)
    reading.all_sources()
    return Folder(tuple(reading.entries), tuple(reading.sources.values()), tuple(reading.problems))


def dump_folder(entries: Iterable[ExchangedEntry], sources: Iterable[SourceData]) -> dict[str, str]:
    """Write entries and sources as files; `read_folder` gives them back, by slug and by key."""
    files: dict[str, str] = {}
    for entry in sorted(entries, key=lambda entry: entry.slug):
        files[f"{ENTRIES}/{entry.slug}/{ENTRY_FILE}"] = dump_entry_yaml(entry)
        for language, text in sorted(entry.texts.items()):
            files[f"{ENTRIES}/{entry.slug}/{language}.md"] = dump_page(text)
    if written := dump_sources(sources):
        files[SOURCES_FILE] = written
    return files


def _decoded(files: Mapping[str, bytes | str]) -> dict[str, str | Message]:
    """Return texts by path below the folder's root; a message where a file is not UTF-8."""
    parts = {path: PurePosixPath(path).parts for path in files}
    roots = [found.index(ENTRIES) for found in parts.values() if ENTRIES in found]
    root = min(roots, default=0)
    decoded: dict[str, str | Message] = {}
    for path, content in files.items():
        below = "/".join(parts[path][root:])
        try:
            decoded[below] = content if isinstance(content, str) else content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            sentence = N_("The file is not UTF-8 (byte %(position)s).")
            decoded[below] = Message(template=sentence, values={"position": error.start})
    return decoded


class _Reading:
    """What has been read of a folder so far."""

    def __init__(self, files: Mapping[str, str | Message]) -> None:
        self.files = files
        self.entries: list[ExchangedEntry] = []
        self.sources: dict[str, SourceData] = {}
        self.problems: list[Problem] = []

    def tell(self, path: str, template: str, **values: str | int) -> None:
        self.problems.append(Problem(path=path, message=Message(template=template, values=values)))

    def content(self, path: str) -> str | None:
        content = self.files[path]
        if isinstance(content, Message):
            self.problems.append(Problem(path=path, message=content))
            return None
        return content

    def entry_files(self) -> dict[str, list[str]]:
        """Return the paths of each entry's files; a stray file under entries/ is a problem."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.files):
            parts = path.split("/")
            if parts[0] != ENTRIES:
                continue
            if len(parts) == 3 and _is_entry_file(parts[2]):
                found.setdefault(parts[1], []).append(path)
            else:
                self.tell(path, N_("This file has no place in a folder of entries; it was passed over."))
        return found

    def entry(self, slug: str, paths: list[str]) -> None:
        sheet = f"{ENTRIES}/{slug}/{ENTRY_FILE}"
        if not _is_slug(slug):
            self.tell(sheet, N_("“%(slug)s” cannot be an entry's address."), slug=slug[:120])
            return
        if sheet not in paths:
            self.tell(sheet, N_("The entry's file entry.yaml is missing; its texts were not read."))
            return
        content = self.content(sheet)
        if content is None:
            return
        entry, problems = parse_entry_yaml(slug, content, sheet)
        self.problems.extend(problems)
        if entry is None:
            return
        texts = self.texts(entry.kind, [path for path in paths if path != sheet])
        if texts:
            self.entries.append(replace(entry, texts=texts))
        else:
            self.tell(sheet, N_("The entry has no text that could be read; it was left out."))

    def texts(self, kind: EntryKind, paths: list[str]) -> dict[str, Text]:
        texts = {}
        for path in paths:
            content = self.content(path)
            if content is None:
                continue
            text, problems = parse_page(content, path)
            self.problems.extend(problems)
            if text is not None:
                texts[PurePosixPath(path).stem] = self.of_kind(text, kind, path)
        return texts

    def of_kind(self, text: Text, kind: EntryKind, path: str) -> Text:
        """Return the text with the fields that entries of this kind have."""
        known = {definition.key for definition in fields_of(kind) if definition.type is FieldType.PROSE}
        for key in sorted(text.fields.keys() - known):
            self.tell(path, N_("An entry of this kind has no text field “%(field)s”."), field=key)
        return text.model_copy(
            update={"fields": {key: value for key, value in text.fields.items() if key in known}}
        )

    def all_sources(self) -> None:
        for path in sorted(self.files):
            below = PurePosixPath(path)
            if path != SOURCES_FILE and not (below.parts[0] == SOURCES and below.suffix in (".yaml", ".yml")):
                continue
            content = self.content(path)
            read, problems = parse_sources(content or "", path)
            self.problems.extend(problems)
            for source in read:
                if source.key in self.sources:
                    self.tell(
                        path, N_("The source “%(key)s” stands twice; the first was kept."), key=source.key
                    )
                else:
                    self.sources[source.key] = source
        self.sources = dict(sorted(self.sources.items()))


def _is_entry_file(name: str) -> bool:
    return name == ENTRY_FILE or name in {f"{language}.md" for language in LANGUAGES}


def _is_slug(slug: str) -> bool:
    try:
        _SLUG.validate_python(slug)
    except ValidationError:
        return False
    return True
