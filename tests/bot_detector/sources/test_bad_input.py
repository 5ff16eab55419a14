"""Broken, hostile and odd files: a clear sentence or a reasoned refusal, and everything else is kept."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from bot_detector.sources.formats import read_batches
from bot_detector.sources.formats.shapes import MAX_TEXT_CHARS
from common.errors import Invalid
from common.i18n import use_locale
from tests.bot_detector.sources.samples import NOW, Reading, json_lines, read, user

MASTODON = {
    "id": "5",
    "acct": "a@b.example",
    "username": "a",
    "followers_count": 1,
    "created_at": "2020-01-01T00:00:00.000Z",
}
BLUESKY = {"did": "did:plc:none", "handle": "none.example", "createdAt": "2024-01-01T00:00:00.000Z"}
X_V2 = {"id": "9", "username": "v", "name": "V", "public_metrics": {"followers_count": 1}}
OURS = {"platform": "x", "account_id": "77", "followers": 3}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \n\r\n\t", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"Hello, this is prose.\nAnd more of it.", "No column of an account was recognised"),
        (b"123", "No column of an account was recognised"),
        (bytes(range(256)) * 20, "neither text nor Parquet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(200)) * 9, "neither text nor Parquet"),
        (b"PK\x03\x04 and so on", "zip archive"),
        (b"PAR1 but not at all", "Parquet file is damaged"),
        (b"[]", "holds no records"),
        (b"{}", "holds no records"),
        (b"[1, 2, 3]", "holds no records"),
        (b'[{"colour": "green"}]', "No column of an account was recognised"),
    ],
)
def test_a_file_nothing_can_be_made_of_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read(content)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no file gone"):
        list(read_batches(tmp_path / "gone.json"))
    with pytest.raises(Invalid, match="is a folder"):
        list(read_batches(tmp_path))


def test_a_truncated_array_keeps_what_came_before() -> None:
    whole = json.dumps([user(n) for n in range(1, 6)], indent=1)
    reading = read(whole[: len(whole) * 3 // 4])
    assert reading.column("account_id") == ["1", "2", "3"]
    assert [reject.line for reject in reading.rejects] == [4]
    assert "ends in the middle" in str(reading.rejects[0].reason)
    assert '"id": 4' in reading.rejects[0].excerpt


@pytest.mark.parametrize(
    ("old", "new"), [('"invented_2"', '"invented_2'), ('"Invented 2",', '"Invented 2" "?"')]
)
def test_a_broken_element_of_an_array_costs_itself_only(old: str, new: str) -> None:
    reading = read(json.dumps([user(n) for n in range(1, 6)], indent=1).replace(old, new, 1))
    assert reading.column("account_id") == ["1", "3", "4", "5"]
    assert reading.lines == [1, 3, 4, 5]
    assert [reject.line for reject in reading.rejects] == [2]


def test_a_truncated_answer_of_a_platform_keeps_what_came_before() -> None:
    whole = json.dumps(
        {"meta": {"n": 3}, "data": [X_V2, {**X_V2, "id": "10"}, {**X_V2, "id": "11"}]}, indent=2
    )
    reading = read(whole[:-60])
    assert reading.column("account_id") == ["9", "10"]
    assert len(reading.rejects) == 1


def test_a_truncated_line_is_refused_with_its_number() -> None:
    reading = read(json_lines(user(1), user(2), user(3))[:-40])
    assert reading.column("account_id") == ["1", "2"]
    assert [reject.line for reject in reading.rejects] == [3]
    assert "not valid JSON" in str(reading.rejects[0].reason)


def test_many_bad_lines_among_good_ones_lose_nothing() -> None:
    lines = [json.dumps(user(n)) if n % 7 else f"{{bad {n}" for n in range(1, 5001)]
    reading = read("\n".join(lines))
    assert reading.lines == [n for n in range(1, 5001) if n % 7]
    assert reading.column("account_id") == [str(n) for n in reading.lines]
    assert [reject.line for reject in reading.rejects] == list(range(7, 5001, 7))


def test_nan_and_infinity_leave_the_field_empty() -> None:
    reading = read(
        json_lines(user(1), user(2, followers_count=float("nan")), user(3, friends_count=float("inf")))
    )
    assert reading.column("followers") == [1.0, None, 1.0]
    assert reading.column("friends") == [2.0, 2.0, None]
    assert "NaN or Infinity" in reading.said


@pytest.mark.parametrize("count", [-1, -5e9, 1e13, 1e300, "many", "1.2M", [1], {"n": 1}])
def test_an_impossible_count_is_left_empty_and_said(count: object) -> None:
    reading = read(json_lines(user(1), user(2, followers_count=count)))
    assert reading.column("followers") == [1.0, None]
    assert reading.rejects == []
    if not isinstance(count, list | dict):  # what is nested there has no words to show
        assert "followers is no possible count" in reading.said
        assert [note.line for note in reading.notes if "possible count" in str(note.message)] == [2]


def test_a_number_beyond_all_doubles_is_left_empty_and_said() -> None:
    reading = read(
        json_lines(user(1), json.dumps(user(2)).replace('"followers_count": 1', '"followers_count": 1e999'))
    )
    assert reading.column("followers") == [1.0, None]
    assert "no possible count" in reading.said


@pytest.mark.parametrize("count", ["12", " 12 ", "12.0", 12, 12.0])
def test_numbers_as_text_are_numbers(count: object) -> None:
    assert read(json_lines(user(1, followers_count=count))).column("followers") == [12.0]


@pytest.mark.parametrize("nothing", [None, "", " ", "None", "null", "NaN", "N/A", "-"])
def test_words_for_no_value_are_missing_without_a_warning(nothing: object) -> None:
    reading = read(json_lines(user(1, followers_count=nothing, verified=nothing, created_at=nothing)))
    assert reading.column("followers") == [None]
    assert reading.column("verified") == [None]
    assert reading.column("created_at") == [None]
    assert len(reading.notes) == 1  # the date of observation


@pytest.mark.parametrize(
    ("date", "sentence"),
    [
        ("Thu Nov 18 10:27:25 +0000 1999", "before the platform existed"),
        ("2999-01-01T00:00:00Z", "in the future"),
        ("03/04/2019", "no date that can be read without doubt"),
        ("yesterday", "no date that can be read without doubt"),
        (7, "no date that can be read without doubt"),
    ],
)
def test_an_impossible_date_is_left_empty_and_said(date: object, sentence: str) -> None:
    reading = read(json_lines(user(1), user(2, created_at=date)))
    assert reading.column("created_at") == [datetime(2008, 11, 18, 10, 27, 25, tzinfo=UTC), None]
    assert sentence in reading.said


@pytest.mark.parametrize(
    "date",
    [
        "Tue Nov 18 10:27:25 +0000 2008",
        "2008-11-18T10:27:25Z",
        "2008-11-18T10:27:25.000Z",
        "2008-11-18T11:27:25+01:00",
        "2008-11-18T10:27:25",
        "2008-11-18 10:27:25",
        " 2008-11-18 10:27:25+00:00 ",
        "2008-11-18 10:27:25 UTC",
        "Tue, 18 Nov 2008 10:27:25 +0000",
        1227004045,
        "1227004045",
        1227004045000,
    ],
)
def test_dates_as_platforms_and_programs_write_them(date: object) -> None:
    for others in ((), (user(1),)):  # alone, and behind one of another layout
        reading = read(json_lines(*others, user(2, created_at=date)))
        assert reading.column("created_at")[-1] == datetime(2008, 11, 18, 10, 27, 25, tzinfo=UTC)


def test_an_account_seen_before_it_was_made_has_no_date_of_observation() -> None:
    reading = read(json_lines(user(1)), observed_at=datetime(2007, 1, 1, tzinfo=UTC))
    assert reading.column("observed_at") == [None]
    assert reading.column("created_at") != [None]
    assert "observed_at is before created_at" in reading.said


def test_the_callers_date_of_observation_fills_in_and_never_overrides() -> None:
    seen = datetime(2020, 5, 1, tzinfo=UTC)
    reading = read(json_lines(user(1), user(2, observed_at="2021-01-01T00:00:00Z")), observed_at=seen)
    assert reading.column("observed_at") == [seen, datetime(2021, 1, 1, tzinfo=UTC)]
    assert "observed" not in reading.said
    naive = read(json_lines(user(1)), observed_at=seen.replace(tzinfo=None))
    assert naive.column("observed_at") == [seen]


def test_mixed_platforms_in_one_file_keep_their_order() -> None:
    reading = read(
        json_lines(user(1), MASTODON, BLUESKY, X_V2, OURS, {"colour": "green"}, [user(8)], '"text"', "?")
    )
    assert reading.column("platform") == ["x", "mastodon", "bluesky", "x", "x", "x"]
    assert reading.column("account_id") == ["1", "5", "did:plc:none", "9", "77", "8"]
    assert reading.lines == [1, 2, 3, 4, 5, 7]
    assert [(reject.line, reject.excerpt) for reject in reading.rejects] == [
        (6, '{"colour": "green"}'),
        (8, '"text"'),
        (9, "?"),
    ]


def test_a_misshapen_part_does_not_cost_the_record() -> None:
    reading = read(
        json_lines(
            X_V2, {**X_V2, "id": "10", "public_metrics": 5}, {**X_V2, "id": "11", "description": {"a": 1}}
        )
    )
    assert reading.column("account_id") == ["9", "10", "11"]
    assert reading.column("followers") == [1.0, None, 1.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("table", [True, False])
def test_encodings_that_can_be_told(encoding: str, table: bool) -> None:
    text = (
        "platform,account_id,display_name\nx,1,Zoë 水\n"
        if table
        else json.dumps(user(1, name="Zoë 水"), ensure_ascii=False)
    )
    assert read(text.encode(encoding)).column("display_name") == ["Zoë 水"]


def test_a_line_in_another_encoding_is_read_and_said() -> None:
    line = json.dumps(user(1, name="Zoë"), ensure_ascii=False).encode("latin-1")
    reading = read(line + b"\n" + json_lines(user(2, name="Zoé")).encode())
    assert reading.column("display_name") == ["Zoë", "Zoé"]
    assert [(note.rows, note.line) for note in reading.notes if "Windows-1252" in str(note.message)] == [
        (1, 1)
    ]


def test_a_field_of_ten_megabytes_is_cut() -> None:
    reading = read(json_lines(user(1, description="x" * 10_000_000), user(2)))
    assert [len(text) for text in reading.column("description")] == [MAX_TEXT_CHARS, 8]
    assert "description was longer than 20,000 characters" in reading.said


def test_zero_bytes_are_removed_and_said() -> None:
    raw = json.dumps(user(3)).replace("Invented 3", "Inv\0ented 3")
    reading = read(json_lines(user(1, name="a\0b"), user(2), raw))
    assert reading.column("display_name") == ["ab", "Invented 2", "Invented 3"]
    assert "zero bytes" in reading.said
    table = read(b"platform,account_id,display_name\nx,1,a\0b\n")
    assert table.column("display_name") == ["ab"]
    assert "zero bytes" in table.said


def test_halves_of_characters_do_not_stop_the_reading() -> None:
    assert read(json_lines(user(1, name="a\ud83d"), user(2))).column("display_name") == ["a", "Invented 2"]
    assert read(json_lines(user(1, name="a\ud83d"), "?")).column("display_name") == ["a"]


@pytest.mark.parametrize(
    "deep", ['{"id":1,"screen_name":"a","x":' + "[" * 5000 + "]" * 5000 + "}", "[" * 100_000]
)
def test_nesting_without_end_is_refused(deep: str) -> None:
    reading = read(json_lines(user(1), deep, user(2)))
    assert reading.column("account_id") == ["1", "2"]
    assert [reject.line for reject in reading.rejects] == [2]


def test_the_same_id_twice_is_kept_twice_and_said() -> None:
    reading = read(json_lines(user(1), user(1, followers_count=9), user(2)))
    assert reading.column("followers") == [1.0, 9.0, 1.0]
    assert [note.rows for note in reading.notes if "more than once" in str(note.message)] == [1]


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


def test_gzip_is_unpacked_and_a_damaged_one_read_up_to_the_damage() -> None:
    text = json_lines(*(user(n, description=str(hash((n, "x")))) for n in range(1, 3001))).encode()
    assert read(gzip.compress(text)).accounts.height == 3000
    damaged = read(gzip.compress(text)[:-5000])
    assert 100 < damaged.accounts.height < 3000
    assert damaged.column("account_id") == [str(n) for n in range(1, damaged.accounts.height + 1)]
    assert "damaged" in damaged.said


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


def test_unknown_fields_are_passed_over() -> None:
    assert read(json_lines(user(1, colour="green", nested={"a": [1]}))).column("handle") == ["invented_1"]


def test_pretty_printed_and_concatenated_objects() -> None:
    assert read(json.dumps(user(1), indent=2)).column("account_id") == ["1"]
    assert read(json.dumps(user(1)) + json.dumps(user(2))).column("account_id") == ["1", "2"]
    assert read(json.dumps(user(1), indent=1) + "\n" + json.dumps(user(2), indent=1)).column(
        "account_id"
    ) == ["1", "2"]


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


def test_reasons_are_in_the_readers_language() -> None:
    reading = read(json_lines(user(1), "?"))
    with use_locale("fr"):
        assert str(reading.rejects[0].reason)


def _parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()
