"""Scores on their way out: JSON lines, CSV, Parquet, or a table for the screen, written as they come."""

import math
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import polars as pl
from rich.console import Console
from rich.table import Table

from bot_detector.schemas import Verdict
from bot_detector.sources.formats import neutralise_formula
from bot_detector.wording import feature_label, group_words, verdict_words
from common.i18n import gettext as _

_STARTS_A_FORMULA = "^[ \u00a0\ufeff]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_NESTED = ("missing", "caveats", "reasons")
REASONS_SHOWN = 3


class Writer:
    """Takes frames of scores; counts rows and verdicts for the closing line."""

    def __init__(self) -> None:
        self.rows = 0
        self.counts: Counter[str] = Counter()

    def write(self, scores: pl.DataFrame, shown: pl.DataFrame | None = None) -> None:
        """Count the scores, then write them, or the part of them that is to be shown."""
        self.rows += scores.height
        for verdict, count in scores["verdict"].value_counts().iter_rows():
            self.counts[verdict] += count
        if scores.height:
            self.put(scores if shown is None else shown)

    def put(self, scores: pl.DataFrame) -> None:
        """Write some scores, of which there is at least one."""
        raise NotImplementedError


class JsonLines(Writer):
    """One JSON object a line."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.file = file

    def put(self, scores: pl.DataFrame) -> None:
        """Write some lines."""
        scores.write_ndjson(self.file)


class Csv(Writer):
    """One row an account, for spreadsheets: nothing in it can run as a formula."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.file = file
        self._head = True

    def put(self, scores: pl.DataFrame) -> None:
        """Write some rows, after the names of the columns."""
        flat_frame(scores).write_csv(self.file, include_header=self._head)
        self._head = False


class Parquet(Writer):
    """Parts in a folder beside the file, put together at the end without holding them in memory."""

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__()
        self._path, self._folder, self._parts = path, folder, 0

    def put(self, scores: pl.DataFrame) -> None:
        """Write one part."""
        scores.write_parquet(self._folder / f"{self._parts:08}.parquet")
        self._parts += 1

    def close(self) -> None:
        """Put the parts together."""
        if self._parts:
            pl.scan_parquet(self._folder / "*.parquet").sink_parquet(self._path)


class Screen(Writer):
    """The highest scores as a table; at most `rows` of them are kept and shown."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._most = rows
        self._kept: pl.DataFrame | None = None

    def put(self, scores: pl.DataFrame) -> None:
        """Keep the highest."""
        seen = scores if self._kept is None else pl.concat([self._kept, scores], how="diagonal_relaxed")
        self._kept = seen.sort("probability", descending=True, nulls_last=True).head(self._most)

    def show(self) -> None:
        """Print the table."""
        table = Table(title=_("Highest scores first"), title_justify="left", box=None, pad_edge=False)
        for name in (_("Account"), _("Likelihood"), _("Interval"), _("Verdict"), _("Main reasons")):
            table.add_column(name, justify="right" if name == _("Likelihood") else "left")
        for row in self._kept.iter_rows(named=True) if self._kept is not None else ():
            table.add_row(*_cells(row))
        Console(width=None if sys.stdout.isatty() else 140).print(table)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    name = row["handle"] or row["account_id"]
    if row["probability"] is None:
        return (
            name,
            "–",
            "–",
            verdict_words(Verdict(row["verdict"])),
            ", ".join(group_words(group) for group in row["missing"]),
        )
    interval = f"{row['low']:.0%} – {row['high']:.0%}"
    return (
        name,
        f"{row['probability']:.0%}",
        interval,
        verdict_words(Verdict(row["verdict"])),
        _main_reasons(row.get("reasons")),
    )


def _main_reasons(reasons: list[dict[str, Any]] | None) -> str:
    """Name the main reasons, each with how it multiplies the odds of automation."""
    shown = (reasons or [])[:REASONS_SHOWN]
    return "; ".join(
        f"{feature_label(each['feature'])} ×{math.exp(each['contribution']):.1f}" for each in shown
    )


def flat_frame(scores: pl.DataFrame) -> pl.DataFrame:
    """Return scores with plain cells only, safe for spreadsheets: lists joined, the main reasons as text."""
    joined = [pl.col(name).list.join(" | ") for name in ("missing", "caveats") if name in scores.columns]
    flat = scores.with_columns(joined)
    if "reasons" in flat.columns:
        texts = [_main_reasons(reasons) for reasons in flat["reasons"].to_list()]
        flat = flat.with_columns(pl.Series("reasons", texts, dtype=pl.String))
    names = [name for name, kind in flat.schema.items() if kind == pl.String]
    return flat.with_columns([_neutral(flat[name]) for name in names])


def _neutral(cells: pl.Series) -> pl.Series:
    risky = cells.str.contains(_STARTS_A_FORMULA).fill_null(value=False)
    if not risky.any():
        return cells
    safe = cells.filter(risky).map_elements(neutralise_formula, return_dtype=pl.String)
    return cells.scatter(risky.arg_true(), safe)


@contextmanager
def open_writer(kind: str, path: Path | None, *, rows: int = 0) -> Iterator[Writer]:
    """Open a writer of a kind (jsonl, csv, parquet, table) on a file, or on standard output.

    A file appears under its name only when it is whole.
    """
    if kind == "table":
        screen = Screen(rows)
        yield screen
        screen.show()
        return
    if path is None:
        yield (JsonLines if kind == "jsonl" else Csv)(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    unfinished = path.with_name(path.name + ".part")
    try:
        with _writer(kind, unfinished) as writer:
            yield writer
        if unfinished.exists():
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _writer(kind: str, path: Path) -> Iterator[Writer]:
    if kind == "parquet":
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            parquet = Parquet(path, Path(folder))
            yield parquet
            parquet.close()
        return
    with path.open("wb") as file:
        yield (JsonLines if kind == "jsonl" else Csv)(file)
