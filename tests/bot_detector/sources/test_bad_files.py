"""Broken, hostile and odd files: a clear sentence or a reasoned refusal, and everything else is kept."""

import gzip
import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from bot_detector.sources.formats import read_batches
from common.errors import Invalid
from common.i18n import use_locale
from tests.bot_detector.sources.samples import json_lines, read, user

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


def test_a_file_that_begins_with_damage_is_read_from_where_it_is_sound() -> None:
    listed = json.dumps([user(n) for n in range(1, 4)], indent=1).replace('"id": 1,', '"id": 1 1,', 1)
    assert read(listed).column("account_id") == ["2", "3"]
    assert read("{broken\n" + json_lines(user(2), user(3))).column("account_id") == ["2", "3"]


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


def test_gzip_is_unpacked_and_a_damaged_one_read_up_to_the_damage() -> None:
    text = json_lines(*(user(n, description=str(hash((n, "x")))) for n in range(1, 3001))).encode()
    assert read(gzip.compress(text)).accounts.height == 3000
    damaged = read(gzip.compress(text)[:-5000])
    assert 100 < damaged.accounts.height < 3000
    assert damaged.column("account_id") == [str(n) for n in range(1, damaged.accounts.height + 1)]
    assert "damaged" in damaged.said


@pytest.mark.parametrize("lost", [9, 5_000, 400_000])
def test_all_that_can_be_unpacked_of_a_gzip_file_that_was_cut_off_is_read(lost: int) -> None:
    rng = np.random.default_rng(7)
    text = json_lines(*(user(n, description=rng.bytes(100).hex()) for n in range(1, 8_001))).encode()
    packed = gzip.compress(text)[:-lost]
    whole = zlib.decompressobj(wbits=31).decompress(packed).count(b"\n")
    found = read(packed)
    assert whole > 2_000
    assert found.accounts.height - whole in (0, 1)  # the last line may be whole but for its end
    assert found.column("account_id")[whole - 1] == str(whole)
    assert "damaged" in found.said


def test_a_gzip_file_damaged_from_its_beginning_is_not_called_empty() -> None:
    damaged = bytearray(gzip.compress(json_lines(user(1)).encode()))
    damaged[10:40] = b"\xff" * 30
    with pytest.raises(Invalid, match="compressed file is damaged"):
        read(bytes(damaged))


def test_unknown_fields_are_passed_over() -> None:
    assert read(json_lines(user(1, colour="green", nested={"a": [1]}))).column("handle") == ["invented_1"]


def test_pretty_printed_and_concatenated_objects() -> None:
    assert read(json.dumps(user(1), indent=2)).column("account_id") == ["1"]
    assert read(json.dumps(user(1)) + json.dumps(user(2))).column("account_id") == ["1", "2"]
    assert read(json.dumps(user(1), indent=1) + "\n" + json.dumps(user(2), indent=1)).column(
        "account_id"
    ) == ["1", "2"]


def test_reasons_are_in_the_readers_language() -> None:
    reading = read(json_lines(user(1), "?"))
    with use_locale("fr"):
        assert str(reading.rejects[0].reason)
