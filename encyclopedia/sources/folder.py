"""A folder in our own exchange format as an import: entries with origins and hashes, and the report."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.i18n import N_
from encyclopedia.core.exchange import Folder, read_folder
from encyclopedia.schemas import BroughtEntry, FileLine, ImportReport, Message, NotUnderstood, SourceData
from encyclopedia.sources.bring import addresses, brought


@dataclass(frozen=True)
class BroughtFolder:
    """What the folder gave, and the report."""

    entries: tuple[BroughtEntry, ...]
    sources: tuple[SourceData, ...]
    report: ImportReport


def import_folder(files: Mapping[str, bytes | str]) -> BroughtFolder:
    """Read a folder; every file is in the report with what became of it."""
    folder = read_folder(files)
    entries = tuple(brought(f"entries/{entry.slug}", entry) for entry in folder.entries)
    slugs = {entry.slug for entry in folder.entries}
    lines = tuple(_account(path, content, slugs, folder) for path, content in sorted(files.items()))
    noted = tuple(
        NotUnderstood(path=problem.path, line=problem.line or 1, text="", reason=problem.message)
        for problem in folder.problems
    )
    counts = {"entries": len(entries), "sources": len(folder.sources), "problems": len(folder.problems)}
    return BroughtFolder(
        entries, folder.sources, ImportReport(kind="folder", files=lines, counts=counts, not_understood=noted)
    )


def _account(path: str, content: bytes | str, slugs: set[str], folder: Folder) -> FileLine:
    text = content if isinstance(content, str) else content.decode("utf-8", errors="replace")
    parts = path.split("/")
    if path.endswith((".yaml", ".yml")) and (parts[-1] == "sources.yaml" or "sources" in parts):
        return FileLine(path=path, outcome="source")
    if "entries" not in parts[:-1]:
        sentence = Message(template=N_("This file is not part of the exchange format; it was passed over."))
        return FileLine(path=path, outcome="passed_over", notes=(sentence,))
    below = "/".join(parts[parts.index("entries") :])
    notes = tuple(problem.message for problem in folder.problems if problem.path == below)
    slug = parts[parts.index("entries") + 1]
    if slug not in slugs:
        return FileLine(path=path, outcome="refused", notes=notes)
    return FileLine(
        path=path, outcome="entries", entries=(slug,), words=len(text.split()), links=len(addresses(text)), notes=notes
    )  # fmt: skip
