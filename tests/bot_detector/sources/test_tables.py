"""Tables: CSV, TSV and Parquet as people and programs write them."""

import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from bot_detector.sources.formats import read_batches
from common.errors import Invalid
from tests.bot_detector.sources.samples import NOW, Reading, json_lines, read


def test_a_row_without_id_or_platform_is_refused_and_shown() -> None:
    reading = read("platform,account_id,handle\nx,,a\n,2,b\nX Y,3,c\nTwitter,4,d\n")
    assert reading.column("account_id") == ["4"]
    assert reading.column("platform") == ["x"]
    assert [(reject.line, str(reject.reason)) for reject in reading.rejects] == [
        (2, "The record has no account id."),
        (3, "The record does not say which platform the account is on."),
        (4, "The platform's name may only have small letters, digits and . _ - (at most 40)."),
    ]


def test_an_id_that_a_spreadsheet_rounded_is_said() -> None:
    reading = read("platform,account_id\nx,8.41E+17\nx,12\n")
    assert reading.column("account_id") == ["8.41E+17", "12"]
    assert "rounded" in reading.said


def test_large_ids_stay_themselves() -> None:
    number = 1234567890123456789
    record = {"id": number, "screen_name": "a", "name": "A", "friends_count": 1}
    assert read(json_lines(record)).column("account_id") == [str(number)]
    frame = pl.DataFrame({"platform": ["x"], "account_id": [number]})
    assert read(_parquet(frame)).column("account_id") == [str(number)]


def test_formulas_in_a_table_are_text() -> None:
    reading = read(
        'platform,account_id,handle,display_name\nx,1,a,"=HYPERLINK(""http://e.example"")"\nx,2,@b,+1\n'
    )
    assert reading.column("display_name") == ['=HYPERLINK("http://e.example")', "+1"]


def test_the_sign_before_a_handle_is_no_part_of_it() -> None:
    assert read("platform,account_id,handle\nx,1,@a\nx,2,b\nmastodon,3,c@d.example\n").column("handle") == [
        "a",
        "b",
        "c@d.example",
    ]
    assert read(b"platform,account_id,handle\nx,1,@a\0\n").column("handle") == ["a"]


def test_ragged_rows() -> None:
    reading = read("platform,account_id,handle,followers\nx,1,a,5,extra\nx,2,b\nx,3,c,7,\nx,4,d,8\n")
    assert reading.column("account_id") == ["2", "3", "4"]
    assert reading.column("followers") == [None, 7.0, 8.0]
    assert [(r.line, r.excerpt) for r in reading.rejects] == [(2, "x,1,a,5,extra")]
    assert "fewer cells" in reading.said


def test_a_column_that_stands_twice_is_read_once_and_said() -> None:
    reading = read("platform,account_id,handle,handle\nx,1,first,second\n")
    assert reading.column("handle") == ["first"]
    assert "handle stands more than once" in reading.said


def test_a_quotation_mark_left_open_costs_its_line_only() -> None:
    reading = read('platform,account_id,handle\nx,1,"abc\nx,2,b\nx,3,"c"\nx,4,d\n')
    assert reading.column("account_id") == ["2", "3", "4"]
    assert [(reject.line, str(reject.reason)) for reject in reading.rejects] == [
        (2, "A quotation mark is opened here and never closed.")
    ]


def test_a_quotation_mark_left_open_in_a_long_file() -> None:
    rows = "".join(f"x,{n},b\n" for n in range(2, 5000))
    reading = read('platform,account_id,handle\nx,1,"abc\n' + rows)
    assert reading.accounts.height == 4998
    assert [reject.line for reject in reading.rejects] == [2]


def test_cells_over_several_lines_and_empty_cells() -> None:
    reading = read(
        'platform,account_id,description,display_name\nx,1,"two\nlines",""\nx,2,"say ""yes""",\n\nx,3,"a,"",b",c\n'
    )
    assert reading.column("description") == ["two\nlines", 'say "yes"', 'a,",b']
    assert reading.column("display_name") == ["", None, "c"]
    assert reading.lines == [2, 4, 6]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    lines = [["platform", "account_id", "handle"], ["x", "1", "a"], ["x", "2", "b"]]
    reading = read(end.join(delimiter.join(line) for line in lines))
    assert reading.column("handle") == ["a", "b"]
    assert reading.lines == [2, 3]


def test_a_table_with_a_header_only_has_no_accounts_and_says_so() -> None:
    reading = read("platform,account_id\n")
    assert reading.accounts.height == 0
    assert "No account was found" in reading.said


def test_parquet_of_any_types_is_read_or_said(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "platform": ["x", "x"],
            "account_id": [1.0, 2.0],
            "handle": pl.Series(["a", "b"], dtype=pl.Categorical),
            "followers": ["5", "few"],
            "friends": [1, -1],
            "created_at": [datetime(2010, 1, 1), datetime(1990, 1, 1)],  # noqa: DTZ001 - a file without time zones
            "observed_at": [datetime(2020, 1, 1).date(), None],  # noqa: DTZ001
            "verified": [1, 0],
            "protected": [0.0, 7.0],
            "description": [["nested"], ["list"]],
        }
    )
    path = tmp_path / "odd.parquet"
    frame.write_parquet(path)
    reading = Reading(list(read_batches(path, now=NOW)))
    assert reading.column("account_id") == ["1", "2"]
    assert reading.column("handle") == ["a", "b"]
    assert reading.column("followers") == [5.0, None]
    assert reading.column("friends") == [1.0, None]
    assert reading.column("created_at") == [datetime(2010, 1, 1, tzinfo=UTC), None]
    assert reading.column("observed_at") == [datetime(2020, 1, 1, tzinfo=UTC), None]
    assert reading.column("verified") == [True, False]
    assert reading.column("protected") == [False, None]
    assert reading.column("description") == [None, None]
    for field in ("followers", "friends", "created_at", "protected"):
        assert field in reading.said


def test_a_truncated_parquet_file_is_refused(tmp_path: Path) -> None:
    content = _parquet(pl.DataFrame({"platform": ["x"] * 1000, "account_id": [str(n) for n in range(1000)]}))
    for cut in (8, len(content) // 2, len(content) - 3):
        with pytest.raises(Invalid, match="Parquet file is damaged"):
            read(content[:cut])
    broken = bytearray(content)
    broken[10:60] = b"\xff" * 50
    with pytest.raises(Invalid, match="Parquet file is damaged"):
        read(bytes(broken))


def _parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()
