"""Command lines taken apart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_chat.core.commands import (
    BUILT_IN,
    AccountRef,
    read_account,
    read_line,
    read_scale,
    read_severity,
    read_task,
    read_tlp,
    usage,
)
from collab_chat.schemas.markings import Tlp
from common.errors import Invalid

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_a_line_is_a_word_and_the_rest() -> None:
    typed = read_line("  /Task  “Call the prefecture” @Ada.Lovelace « ce soir » 18:30 ")
    assert typed.word == "task"
    assert typed.parts == ["Call the prefecture", "@Ada.Lovelace", "ce soir", "18:30"]
    for no_line in ("hello", "/", "/ x", "//x", "/1x", ""):
        with pytest.raises(Invalid):
            read_line(no_line)


@pytest.mark.parametrize(
    ("given", "account"),
    [
        ("@weather_daily_0042", AccountRef("weather_daily_0042")),
        ("ada@social.example.org", AccountRef("ada@social.example.org")),
        ("https://x.com/some_one/status/12?s=20", AccountRef("some_one", "x")),
        ("https://mobile.twitter.com/some_one", AccountRef("some_one", "x")),
        ("https://bsky.app/profile/a.bsky.social/post/3k", AccountRef("a.bsky.social", "bluesky")),
        ("https://social.example.org/@ada/1", AccountRef("ada@social.example.org", "mastodon")),
        ("https://social.example.org/@ada@other.example", AccountRef("ada@other.example", "mastodon")),
    ],
)
def test_accounts(given: str, account: AccountRef) -> None:
    assert read_account(given) == account


@pytest.mark.parametrize("given", ["", "two words", "https://example.org/page", "https://x.com/", "@"])
def test_what_names_no_account_is_refused_with_the_right_form(given: str) -> None:
    with pytest.raises(Invalid, match="/score @weather_daily_0042"):
        read_account(given)


@pytest.mark.parametrize(
    ("line", "text", "owner", "due"),
    [
        (
            '/task "Call the prefecture" @Ada 18:30',
            "Call the prefecture",
            "Ada",
            NOW.replace(hour=18, minute=30),
        ),
        ("/task Call 8h30", "Call", "", NOW.replace(day=3, hour=8, minute=30)),
        ("/task Write it up 2h", "Write it up", "", NOW + timedelta(hours=2)),
        ("/task Relire 3j @Ben", "Relire", "Ben", NOW + timedelta(days=3)),
        ("/task Ask 2026-11-05", "Ask", "", datetime(2026, 11, 5, 23, 59, tzinfo=UTC)),
        ("/task Nothing else", "Nothing else", "", None),
    ],
)
def test_tasks(line: str, text: str, owner: str, due: datetime | None) -> None:
    task = read_task(read_line(line), at=NOW)
    assert (task.text, task.owner, task.due) == (text, owner, due)


def test_a_task_without_words_is_refused() -> None:
    with pytest.raises(Invalid, match="/task"):
        read_task(read_line("/task @Ada 18:30"), at=NOW)


@pytest.mark.parametrize(
    ("rest", "count", "measure", "platform"),
    [
        ("12000 shares", 12_000, "shares", ""),
        ("12,000 shares Facebook", 12_000, "shares", "facebook"),
        ("12 000 vues", 12_000, "vues", ""),
        ("12.000", 12_000, "", ""),
        ("12k views tiktok", 12_000, "views", "tiktok"),
        ("1.2 million views", 1_200_000, "views", ""),
        ("3 messages", 3, "messages", ""),
    ],
)
def test_scales(rest: str, count: int, measure: str, platform: str) -> None:
    asked = read_scale(rest)
    assert (asked.count, asked.measure, asked.platform) == (count, measure, platform)


@pytest.mark.parametrize("rest", ["", "many shares", "0 shares", "9" * 20])
def test_no_number_no_scale(rest: str) -> None:
    with pytest.raises(Invalid, match="/scale"):
        read_scale(rest)


def test_severity_and_markings() -> None:
    assert read_severity(read_line("/severity 3 4")) == (3, 4)
    for wrong in ("/severity", "/severity 3", "/severity high 3", "/severity 1 2 3"):
        with pytest.raises(Invalid, match="/severity 3 4"):
            read_severity(read_line(wrong))
    assert read_tlp("TLP:AMBER+STRICT") is read_tlp("amber strict".replace(" ", "+")) is Tlp.AMBER_STRICT
    assert read_tlp("Red") is Tlp.RED
    with pytest.raises(Invalid, match="/tlp amber"):
        read_tlp("purple")


def test_each_command_has_help_and_an_example_that_begins_with_it() -> None:
    for word, command in BUILT_IN.items():
        assert command.word == word
        assert command.example.startswith(f"/{word}")
        assert command.help
        assert command.example in usage(command)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_refused(rest: str) -> None:
    try:
        typed = read_line(f"/task {rest}")
        read_task(typed, at=NOW)
    except Invalid:
        pass
    for read in (read_account, read_scale, read_tlp):
        try:
            read(rest)
        except Invalid:
            continue
