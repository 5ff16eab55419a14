"""Bringing files in as commands and jobs do, for tests."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from common.accounts.actors import Actor, operator
from common.db import Database
from encyclopedia.actions import imports
from encyclopedia.core.import_plan import ImportOptions, ImportState, Outcome, outcome_counts
from encyclopedia.models import Entry, Import, Page
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.imports import import_of
from encyclopedia.service import importing
from encyclopedia.sources.kept_files import KeptFiles

Clock = Callable[[], datetime]
MADE_UP = Path(__file__).parent / "data" / "old-encyclopedia"


class Importer:
    """Brings files into a database, and takes them back."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self.database, self.uploads, self.clock = database, KeptFiles(folder / "uploads"), clock

    def open(self, name: str, files: Mapping[str, bytes], actor: Actor | None = None, **options: Any) -> int:
        """Read files and keep the preview; return the import's number."""
        who = actor or operator()
        given = importing.recognise(name, files)
        with self.database.write() as session:
            chosen = ImportOptions.model_validate(options)
            record = importing.open_given(session, who, given, self.uploads, chosen, at=self.clock())
            importing.preview(session, who, record, importing.read_record(session, record, self.uploads))
            return record.id

    def apply(
        self, import_id: int, progress: importing.Progress = lambda _done, _total, _words: None
    ) -> ImportState:
        """Store what an import brings."""
        with self.database.write() as session:
            imports.begin(import_of(session, operator(), import_id), imports.APPLY)
        importing.apply_import(
            self.database, operator(), import_id, self.uploads, clock=self.clock, progress=progress
        )
        return self.state(import_id)

    def bring(self, name: str, files: Mapping[str, bytes], **options: Any) -> tuple[int, ImportState]:
        """Read and store files."""
        import_id = self.open(name, files, **options)
        return import_id, self.apply(import_id)

    def undo(self, import_id: int) -> ImportState:
        """Take back what an import brought."""
        with self.database.write() as session:
            imports.begin(import_of(session, operator(), import_id), imports.UNDO)
        importing.undo_import(
            self.database,
            operator(),
            import_id,
            clock=self.clock,
            progress=lambda _done, _total, _words: None,
        )
        return self.state(import_id)

    def state(self, import_id: int) -> ImportState:
        """Return an import's report."""
        with self.database.read() as session:
            return ImportState.model_validate(session.get_one(Import, import_id).report)

    def page(self, title: str, language: str = "en") -> tuple[Entry, Page]:
        """Return an entry by a title, deleted or not."""
        with self.database.read() as session:
            found = session.query(Page).where(Page.title == title, Page.language == language).one()
            own = page_in(session, found.entry_id, language)
            assert own is not None
            return session.get_one(Entry, found.entry_id), own


def outcomes(state: ImportState) -> dict[str, int]:
    """Count what became of the entries, without what was left out or as it was."""
    counts = outcome_counts(state.applied)
    return {
        name: count for name, count in counts.items() if name not in {Outcome.LEFT_OUT, Outcome.UNCHANGED}
    }
