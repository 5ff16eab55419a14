from pathlib import Path

import polars as pl
import pytest

from bot_detector.sources.labelled import read_labelled
from common.errors import Invalid

ROWS = {
    "dataset": ["a", "a"],
    "label": [0, 1],
    "account_id": ["1", "2"],
    "platform": ["x", "x"],
    "screen_name": ["ada", None],
    "name": ["Ada", None],
    "lang": ["en", ""],
    "created_at": ["2015-03-01T00:00:00Z", None],
    "probe_at": ["2019-03-01T00:00:00Z", None],
    "followers": [3.0, None],
    "verified": [1.0, None],
    "screen_name_len": [None, 8.0],
}


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_names_and_types_are_ours_whatever_the_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"accounts{suffix}"
    frame = pl.DataFrame(ROWS)
    {".parquet": frame.write_parquet, ".csv": frame.write_csv, ".jsonl": frame.write_ndjson}[suffix](path)
    read = read_labelled(tmp_path if suffix == ".parquet" else path)
    assert read["handle"].to_list() == ["ada", None]
    assert read["display_name"].to_list() == ["Ada", None]
    assert read["observed_at"][0].year == 2019
    assert read["followers"].to_list() == [3.0, None]
    assert read["verified"].to_list() == [True, None]
    assert read["handle_length"].to_list() == [None, 8.0]
    assert read["label"].to_list() == [0, 1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": [0, 2]}, "must hold 0"),
        ({"label": ["x", "y"]}, "must hold 0"),
        ({"dataset": None}, "dataset"),
    ],
)
def test_unusable_labels_are_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    rows = {name: values for name, values in (ROWS | change).items() if values is not None}
    pl.DataFrame(rows).write_parquet(tmp_path / "accounts.parquet")
    with pytest.raises(Invalid, match=words):
        read_labelled(tmp_path)


def test_an_absent_file_and_an_unknown_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no file"):
        read_labelled(tmp_path)
    (tmp_path / "accounts.xlsx").write_bytes(b"")
    with pytest.raises(Invalid, match="are read from"):
        read_labelled(tmp_path / "accounts.xlsx")
