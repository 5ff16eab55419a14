"""Values that cannot be: left empty and said, never guessed."""

import json
from datetime import UTC, datetime

import pytest

from bot_detector.sources.formats.shapes import MAX_TEXT_CHARS
from tests.bot_detector.sources.samples import json_lines, read, user


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
