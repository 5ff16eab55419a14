"""The whole history as a git repository: one commit a revision, in order of time, in one bundle file that `git clone` takes.

The same history always gives the same commits: authors' addresses are made from their ids, and committers are the authors.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import IO

from encyclopedia.core.exchange import dump_entry_yaml, dump_page, dump_sources
from encyclopedia.core.export.git_pack import BLOB, COMMIT, TREE, PackWriter
from encyclopedia.core.export.shapes import ExportedRevision
from encyclopedia.schemas import SHEET, ExchangedEntry, Sheet, SourceData

BRANCH = b"refs/heads/main"
NOBODY = "nobody"  # the local part for authors without an account
DOMAIN = "users.invalid"  # RFC 2606: leads nowhere, so that no address is given away
PROGRAM = "Encyclopedia export"
_FILE, _FOLDER = b"100644", b"40000"


class _Folder:
    """A git tree that is kept in git's order, so that one changed entry costs no sorting."""

    def __init__(self) -> None:
        self.order: list[bytes] = []
        self.lines: dict[bytes, bytes] = {}
        self.stored: tuple[bytes, bytes] | None = None

    def put(self, name: str, mode: bytes, own: bytes) -> None:
        key = name.encode() + (
            b"/" if mode == _FOLDER else b""
        )  # git sorts folders as if they ended in a slash
        if key not in self.lines:
            insort(self.order, key)
        self.lines[key] = mode + b" " + name.encode() + b"\0" + own

    def store(self, pack: PackWriter) -> bytes:
        content = b"".join([self.lines[key] for key in self.order])
        own = pack.add(TREE, content, like=self.stored)
        self.stored = (own, content)
        return own


def write_bundle(
    target: IO[bytes],
    revisions: Iterable[ExportedRevision],
    entries: Mapping[str, ExchangedEntry],
    slug_of: Callable[[int], str | None],
    sources: Iterable[SourceData] = (),
    *,
    sources_at: datetime | None = None,
) -> int:
    """Write a bundle (https://git-scm.com/docs/gitformat-bundle) and return how many commits it holds.

    `revisions` come oldest first over all pages. `entries`: slug → the entry as it is now, for what has no history (kind,
    slugs, licence). Sources have no history: they come in one last commit, dated `sources_at`.
    """
    header = b"# v2 git bundle\n%s HEAD\n%s " + BRANCH + b"\n\n"
    target.write(header % (b"0" * 40, b"0" * 40))  # the place of the last commit's name, known at the end
    pack = PackWriter(target)
    history = _History(pack)
    for revision in revisions:
        history.commit(revision, entries[revision.slug], slug_of)
    if (written := dump_sources(sources)) and sources_at:
        last = max(sources_at, history.at) if history.at else sources_at
        history.root.put("sources.yaml", _FILE, pack.add(BLOB, written.encode()))
        history.end(f"{PROGRAM} <{NOBODY}@{DOMAIN}>", last, "The sources that the entries cite\n")
    pack.close()
    target.seek(0)
    name = history.last.hex().encode() if history.last else b"0" * 40
    target.write(header % (name, name))
    return history.commits


class _History:
    """What has been committed so far."""

    def __init__(self, pack: PackWriter) -> None:
        self.pack = pack
        self.root, self.all_entries = _Folder(), _Folder()
        self.folders: dict[str, _Folder] = {}
        self.last = b""
        self.at: datetime | None = None
        self.commits = 0

    def commit(
        self, revision: ExportedRevision, entry: ExchangedEntry, slug_of: Callable[[int], str | None]
    ) -> None:
        name, content = _file(revision, entry, slug_of)
        folder = self.folders.setdefault(revision.slug, _Folder())
        folder.put(name, _FILE, self.pack.add(BLOB, content.encode()))
        self.all_entries.put(revision.slug, _FOLDER, folder.store(self.pack))
        self.root.put("entries", _FOLDER, self.all_entries.store(self.pack))
        author = f"{_name(revision.author)} <{revision.author_id or NOBODY}@{DOMAIN}>"
        self.end(author, revision.at, _message(revision))

    def end(self, author: str, at: datetime, message: str) -> None:
        moment = f"{int(at.timestamp())} +0000"
        parent = f"parent {self.last.hex()}\n" if self.last else ""
        tree = self.root.store(self.pack).hex()
        content = f"tree {tree}\n{parent}author {author} {moment}\ncommitter {author} {moment}\n\n{message}"
        self.last = self.pack.add(COMMIT, content.encode())
        self.commits, self.at = self.commits + 1, at


def _file(
    revision: ExportedRevision, entry: ExchangedEntry, slug_of: Callable[[int], str | None]
) -> tuple[str, str]:
    if revision.language != SHEET:
        return f"{revision.language}.md", dump_page(revision.text) if revision.text else ""
    sheet = revision.sheet or Sheet()
    pairs = [(each.type, slug_of(each.entry), each.note) for each in sheet.relations]
    then = replace(
        entry, phases=sheet.phases, criteria=sheet.criteria, facts=sheet.facts, ledger=sheet.ledger,
        relations=tuple((kind, slug, note) for kind, slug, note in pairs if slug),
    )  # fmt: skip
    return "entry.yaml", dump_entry_yaml(then)


def _message(revision: ExportedRevision) -> str:
    what = "facts" if revision.language == SHEET else revision.language
    summary = " ".join(revision.summary.split()) or f"{revision.slug} ({what})"
    minor = "Minor: yes\n" if revision.minor else ""
    return f"{summary}\n\nEntry: {revision.slug}\nPage: {what}\nRevision: {revision.id}\n{minor}"


def _name(author: str) -> str:
    """Return a name without what would end it (git-commit-tree(1))."""
    plain = "".join(
        letter for letter in " ".join(author.split()) if letter not in "<>" and letter.isprintable()
    )
    return " ".join(plain.split()).strip(".,:;\"'") or "unknown"
