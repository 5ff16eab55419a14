"""The same three invented accounts, in every format that is read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot_detector.sources.formats import detect_format, read_batches
from tests.bot_detector.sources.samples import ACCOUNTS, NOW, Reading

CLOCK = {
    "handle": "orchard_clock",
    "display_name": "Orchard Clock ⏰",
    "description": "Automated: tells the time in the orchard every hour. Made for tests.",
    "location": "Nowhere Orchard",
    "url": "https://orchard.example/clock",
    "language": "en",
    "created_at": datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC),
    "followers": 120.0,
    "friends": 3.0,
    "statuses": 40123.0,
    "favourites": 0.0,
    "listed": 7.0,
    "verified": False,
}
LENA = {
    "handle": "lena_fictive",
    "display_name": "Léna F.",
    "description": "Invented person & gardener <3",
    "location": "",
    "url": None,
    "language": "fr",
    "created_at": datetime(2012, 11, 18, 10, 27, 25, tzinfo=UTC),
    "followers": 345.0,
    "friends": 410.0,
    "statuses": 5120.0,
    "favourites": 9800.0,
    "listed": 12.0,
    "verified": False,
}
MIZU = {
    "handle": "mizu_no_oto",
    "display_name": "水の音",
    "description": "架空のアカウント。テスト用。",
    "location": "京都",
    "url": "https://mizu.example",
    "language": "ja",
    "created_at": datetime(2023, 7, 30, 23, 59, 59, tzinfo=UTC),
    "followers": 0.0,
    "friends": 0.0,
    "statuses": 2.0,
    "favourites": 1.0,
    "listed": 0.0,
    "verified": True,
}
IDS = ["900000001", "900000002", "900000003"]
# What each platform's interface does not say, of the fields above.
NOT_IN_V2 = {"language"}
NOT_ELSEWHERE = {"language", "location", "url", "favourites", "listed", "verified"}


def _read(name: str) -> Reading:
    return Reading(list(read_batches(ACCOUNTS / name, now=NOW)))


def _expected(*without: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in one.items() if key not in without} for one in (CLOCK, LENA, MIZU)]


def _rows(reading: Reading, *without: str) -> list[dict[str, Any]]:
    wanted = [key for key in CLOCK if key not in without]
    return reading.accounts.sort("account_id").select(wanted).to_dicts()


@pytest.mark.parametrize(
    ("name", "format_name", "container"),
    [
        ("accounts.jsonl", "accounts", "jsonl"),
        ("accounts.csv", "accounts", "csv"),
        ("research.csv", "table", "csv"),
        ("table.jsonl", "table", "jsonl"),
        ("table.tsv", "table", "tsv"),
        ("x_v1_users.jsonl", "x-v1", "jsonl"),
        ("x_v1_list.json", "x-v1", "json"),
        ("x_v1_posts.jsonl", "x-v1-posts", "jsonl"),
        ("x_v1_profiles.json", "x-v1-profiles", "json"),
        ("x_v2_users.json", "x-v2", "json"),
        ("x_v2_posts.jsonl", "x-v2", "jsonl"),
        ("mastodon_accounts.json", "mastodon", "json"),
        ("mastodon_statuses.jsonl", "mastodon-statuses", "jsonl"),
        ("bluesky_profiles.json", "bluesky", "json"),
    ],
)
def test_the_format_is_found_out(name: str, format_name: str, container: str) -> None:
    detection = detect_format(ACCOUNTS / name)
    assert (detection.format, detection.container) == (format_name, container)
    assert 0 <= detection.confidence <= 1
    assert str(detection.why)


@pytest.mark.parametrize(
    "name",
    [
        "accounts.jsonl",
        "accounts.csv",
        "research.csv",
        "x_v1_users.jsonl",
        "x_v1_list.json",
        "x_v1_profiles.json",
    ],
)
def test_formats_that_say_everything_read_the_same(name: str) -> None:
    reading = _read(name)
    assert reading.column("account_id") == IDS
    assert set(reading.column("platform")) == {"x"}
    assert _rows(reading, "language") == _expected("language")
    assert reading.column("language") == ["en", "fr", "ja"]
    assert reading.column("default_profile") == [True, True, True]
    assert reading.rejects == []


@pytest.mark.parametrize("name", ["accounts.jsonl", "accounts.csv", "research.csv"])
def test_the_moment_of_observation_is_read(name: str) -> None:
    assert set(_read(name).column("observed_at")) == {datetime(2024, 10, 5, 12, tzinfo=UTC)}


@pytest.mark.parametrize(
    "name", ["x_v1_users.jsonl", "x_v2_users.json", "mastodon_accounts.json", "bluesky_profiles.json"]
)
def test_an_observation_that_is_not_dated_stays_so_and_is_said(name: str) -> None:
    reading = _read(name)
    assert reading.column("observed_at") == [None, None, None]
    assert "when the account was observed" in reading.said
    assert [note.rows for note in reading.notes if "observed" in str(note.message)] == [3]


def test_posts_give_each_author_once_as_last_seen() -> None:
    reading = _read("x_v1_posts.jsonl")
    assert sorted(reading.column("account_id")) == IDS
    clock = reading.accounts.filter(account_id=IDS[0]).row(0, named=True)
    assert clock["observed_at"] == datetime(2024, 10, 2, 8, tzinfo=UTC)
    assert clock["statuses"] == 40147.0
    assert "newest of each is kept" in reading.said
    assert reading.lines == [2, 3, 4]


def test_x_v2_users_and_authors_of_posts() -> None:
    users, authors = _read("x_v2_users.json"), _read("x_v2_posts.jsonl")
    for reading in (users, authors):
        assert reading.column("account_id") == IDS
        assert _rows(reading, *NOT_IN_V2) == _expected(*NOT_IN_V2)
    assert authors.column("observed_at") == [datetime(2024, 10, day, 8, tzinfo=UTC) for day in (1, 2, 3)]


def test_mastodon_accounts_have_plain_text_and_their_own_word_on_automation() -> None:
    reading = _read("mastodon_accounts.json")
    assert reading.column("handle") == [
        "orchard_clock",
        "lena_fictive@garden.example",
        "mizu_no_oto@garden.example",
    ]
    assert reading.column("display_name") == [one["display_name"] for one in (CLOCK, LENA, MIZU)]
    assert reading.column("description") == [
        CLOCK["description"],
        LENA["description"],
        "架空のアカウント。\nテスト用。",
    ]
    assert reading.column("declared_bot") == [True, False, False]
    assert reading.column("friends") == [3.0, 410.0, 0.0]
    assert reading.column("default_profile_image") == [True, True, True]
    assert reading.column("created_at")[0] == datetime(2019, 3, 4, tzinfo=UTC)
    assert reading.column("url") == [None, None, None]  # the profile's own page is not the person's link


def test_mastodon_statuses_give_their_authors_as_last_seen() -> None:
    reading = _read("mastodon_statuses.jsonl")
    assert reading.lines == [2, 3, 4]
    assert reading.column("observed_at")[-1] == datetime(2024, 10, 4, 8, tzinfo=UTC)


def test_bluesky_profiles() -> None:
    reading = _read("bluesky_profiles.json")
    assert reading.column("account_id") == [f"did:plc:invented{number}" for number in IDS]
    assert reading.column("handle")[0] == "orchard-clock.example"
    shared = NOT_ELSEWHERE | {"handle", "created_at"}
    assert _rows(reading, *shared) == _expected(*shared)
    # Only the account's own label counts: a moderator called the second one a bot, which is not its own word.
    assert reading.column("declared_bot") == [True, False, False]
    assert reading.column("verified") == [None, None, True]
    assert reading.column("created_at")[0] == datetime(2023, 3, 4, 5, 6, 7, 123_000, tzinfo=UTC)
    assert reading.column("observed_at") == [None, None, None]  # indexedAt is not when somebody looked


def test_a_table_with_other_names_is_read_through_the_proposal() -> None:
    reading = _read("table.jsonl")
    assert reading.column("account_id") == IDS
    assert reading.column("statuses") == [40123.0, 5120.0, 2.0]
    assert "user_id → account_id" in reading.said
