"""Labelled accounts for training and evaluation, in the documented schema of the public research sets."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from bot_detector.schemas import ACCOUNT_COLUMNS
from common.errors import Invalid
from common.i18n import gettext as _

# Lengths that a source published instead of the texts themselves (caverlee-2011).
LENGTH_COLUMNS = {"screen_name_len": "handle_length", "desc_len": "description_length"}
_RENAMED = {
    "screen_name": "handle",
    "name": "display_name",
    "probe_at": "observed_at",
    "lang": "language",
    "bg_image": "background_image",  # read for the BotometerLite baseline alone
}
_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    ".csv": lambda path: pl.read_csv(path, infer_schema=False, try_parse_dates=False),
    ".jsonl": lambda path: pl.read_ndjson(path, infer_schema_length=None),
}
_FILE_IN_FOLDER = "accounts.parquet"


def read_labelled(path: Path) -> pl.DataFrame:
    """Read labelled accounts from a folder that holds `accounts.parquet`, or from one .parquet, .csv or .jsonl file.

    Returns the columns of `ACCOUNT_COLUMNS`, `dataset`, `subtype` (String), `label` (Int8, 1 = automated) and, where the
    source has them, `handle_length` and `description_length` (Float64, characters) and `background_image` (Boolean). The data schema's own names
    (`screen_name`, `name`, `probe_at`, `lang`) and ours are both understood. Raises `Invalid` where the file cannot be
    used: not found, unknown suffix, no `dataset` or `label` column, a label other than 0 and 1.
    """
    file = path / _FILE_IN_FOLDER if path.is_dir() else path
    if not file.is_file():
        raise Invalid(_("There is no file of labelled accounts at {path}.").format(path=file))
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise Invalid(
            _("Labelled accounts are read from .parquet, .csv or .jsonl files, not from {path}.").format(
                path=file
            )
        )
    return conform(reader(file))


def conform(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a labelled frame to our names and types; raises `Invalid` on missing or impossible labels."""
    frame = frame.rename(
        {old: new for old, new in {**_RENAMED, **LENGTH_COLUMNS}.items() if old in frame.columns}
    )
    missing = {"dataset", "label"} - set(frame.columns)
    if missing:
        raise Invalid(
            _("The labelled accounts lack the column {name}.").format(name=", ".join(sorted(missing)))
        )
    labels = frame["label"].cast(pl.Int8, strict=False)
    if labels.is_null().any() or not labels.is_in([0, 1]).all():
        raise Invalid(_("The column label must hold 0 (human) or 1 (automated) in every row."))
    columns = [pl.col("dataset").cast(pl.String), labels.alias("label")]
    columns += [_column(frame, "subtype", pl.String()).fill_null("")]
    columns += [_column(frame, name, dtype) for name, dtype in ACCOUNT_COLUMNS.items()]
    columns += [
        _column(frame, name, pl.Float64()) for name in LENGTH_COLUMNS.values() if name in frame.columns
    ]
    return frame.select(columns)


def _column(frame: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    """One column in its type, null where it is absent or cannot be read."""
    if name not in frame.columns:
        return pl.lit(None, dtype=dtype).alias(name)
    column = pl.col(name)
    if frame.schema[name] == pl.String and isinstance(dtype, pl.Datetime):
        return column.str.to_datetime(time_unit="us", time_zone="UTC", strict=False).alias(name)
    if frame.schema[name] == pl.String and dtype == pl.Boolean:
        return column.str.to_lowercase().is_in(["true", "1", "1.0"]).alias(name)
    return column.cast(dtype, strict=False).alias(name)
