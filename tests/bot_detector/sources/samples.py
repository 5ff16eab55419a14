"""Made-up accounts, and short ways to read what a test wrote."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats import Batch, Mapping, Note, Reject, merge_notes, read_text

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ACCOUNTS = Path(__file__).resolve().parents[2] / "data" / "accounts"
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "bots"


def user(number: int = 1, **changes: object) -> dict[str, Any]:
    """An X API v1.1 user that nobody is."""
    return {
        "id": number,
        "id_str": str(number),
        "screen_name": f"invented_{number}",
        "name": f"Invented {number}",
        "description": "Made up.",
        "followers_count": 1,
        "friends_count": 2,
        "statuses_count": 3,
        "favourites_count": 4,
        "listed_count": 0,
        "created_at": "Tue Nov 18 10:27:25 +0000 2008",
        **changes,
    }


def json_lines(*records: object) -> str:
    return "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records)


class Reading:
    """All that came out of one file."""

    def __init__(self, batches: list[Batch]) -> None:
        self.batches = batches
        self.accounts: pl.DataFrame = pl.concat([batch.accounts for batch in batches])
        self.lines: list[int] = [line for batch in batches for line in batch.lines.to_list()]
        self.rejects: list[Reject] = [reject for batch in batches for reject in batch.rejects]
        self.notes: tuple[Note, ...] = merge_notes(note for batch in batches for note in batch.warnings)
        for batch in batches:
            assert dict(batch.accounts.schema) == ACCOUNT_COLUMNS
            assert len(batch.lines) == batch.accounts.height

    @property
    def said(self) -> str:
        return "\n".join(str(note.message) for note in self.notes)

    def column(self, name: str) -> list[Any]:
        return self.accounts.get_column(name).to_list()


def read(text: str | bytes, mapping: Mapping | None = None, **options: Any) -> Reading:
    return Reading(list(read_text(text, mapping=mapping, now=NOW, **options)))
