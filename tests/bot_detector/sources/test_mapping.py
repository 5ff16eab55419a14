"""What the columns of a table mean: proposed, with doubts, and confirmed by the caller."""

import pytest

from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats import Mapping, detect_format, look, propose_mapping, read_batches
from common.errors import Invalid
from tests.bot_detector.sources.samples import ACCOUNTS, NOW, Reading, read

RESEARCH = [
    "dataset",
    "subtype",
    "label",
    "account_id",
    "screen_name",
    "name",
    "description",
    "location",
    "url",
    "lang",
    "created_at",
    "probe_at",
    "followers",
    "friends",
    "statuses",
    "favourites",
    "listed",
    "verified",
    "default_profile",
    "default_profile_image",
    "protected",
    "geo_enabled",
    "has_banner",
    "bg_image",
    "screen_name_len",
    "desc_len",
    "platform",
]


def test_our_own_columns_map_to_themselves_whatever_they_hold() -> None:
    mapping = propose_mapping(list(ACCOUNT_COLUMNS), [{"platform": "x", "account_id": "1", "handle": "=1+1"}])
    assert mapping.columns == {name: name for name in ACCOUNT_COLUMNS}
    assert mapping.sure
    assert mapping.unmapped == ()


def test_the_research_schema_maps_fully_and_surely() -> None:
    mapping = propose_mapping(RESEARCH)
    assert mapping.sure
    assert set(mapping.confidence.values()) == {1.0}
    renamed = {"handle": "screen_name", "display_name": "name", "language": "lang", "observed_at": "probe_at"}
    assert mapping.columns == {
        name: renamed.get(name, name) for name in ACCOUNT_COLUMNS if name != "declared_bot"
    }
    assert "label" in mapping.unmapped


def test_the_label_of_a_research_set_is_not_the_accounts_own_word() -> None:
    mapping = propose_mapping(["id", "screen_name", "friends_count", "bot", "label", "following"])
    assert "declared_bot" not in mapping.columns
    assert {"bot", "label"} <= set(mapping.unmapped)


def test_handle_and_display_name_are_told_apart() -> None:
    assert propose_mapping(["screen_name", "name"]).columns["display_name"] == "name"
    assert propose_mapping(["username", "displayName"]).columns["handle"] == "username"
    dotted = propose_mapping(["user.screen_name", "user.name", "user.id_str"])
    assert dotted.columns["handle"] == "user.screen_name"
    assert dotted.columns["display_name"] == "user.name"
    alone = propose_mapping(["id", "name"])
    assert alone.confidence["display_name"] == 0.5
    assert not alone.sure


def test_a_column_that_does_not_hold_what_its_name_says_is_doubtful() -> None:
    people = [{"platform": "x", "id": str(n), "username": f"A Person {n}"} for n in range(20)]
    mapping = propose_mapping(["platform", "id", "username"], people)
    assert mapping.confidence["handle"] < 0.5
    assert not mapping.sure


def test_following_as_yes_or_no_is_not_a_count() -> None:
    rows: list[dict[str, object]] = [{"screen_name": "a", "id": n, "following": False} for n in range(20)]
    assert propose_mapping(["screen_name", "id", "following"], rows).columns.get("friends") is None


@pytest.mark.parametrize(
    ("columns", "platform"),
    [
        (["id", "screen_name", "statuses_count"], "x"),
        (["author.id", "author.username", "author.public_metrics.tweet_count"], "x"),
        (["id", "acct", "statuses_count"], "mastodon"),
        (["did", "handle", "displayName"], "bluesky"),
        (["user_id", "nick"], None),
    ],
)
def test_the_platform_is_told_from_names_that_only_it_uses(columns: list[str], platform: str | None) -> None:
    assert propose_mapping(columns).platform == platform


def test_a_handle_names_the_account_where_there_is_no_id_but_not_surely() -> None:
    mapping = propose_mapping(["handle", "followers", "platform"])
    assert mapping.columns["account_id"] == "handle"
    assert mapping.complete
    assert not mapping.sure


def test_an_unsure_table_asks_and_says_what_for() -> None:
    with pytest.raises(Invalid) as told:
        list(read_batches(ACCOUNTS / "table.tsv", now=NOW))
    assert "has to be confirmed" in told.value.message
    assert list(told.value.fields) == ["platform"]


def test_a_confirmed_mapping_is_followed() -> None:
    detection, proposed = look(ACCOUNTS / "table.tsv")
    assert detection == detect_format(ACCOUNTS / "table.tsv")
    assert proposed.unmapped == ("favourite_colour",)
    confirmed = Mapping(proposed.columns, platform="instagram")
    reading = Reading(list(read_batches(ACCOUNTS / "table.tsv", mapping=confirmed, now=NOW)))
    assert set(reading.column("platform")) == {"instagram"}
    assert reading.column("followers") == [120.0, 345.0, 0.0]
    assert reading.column("statuses") == [40123.0, 5120.0, 2.0]  # "40,123"
    assert reading.column("display_name")[1] == "Léna F."


def test_a_named_format_settles_the_platform_of_a_table() -> None:
    reading = Reading(list(read_batches(ACCOUNTS / "table.tsv", format="mastodon", now=NOW)))
    assert set(reading.column("platform")) == {"mastodon"}


def test_a_mapping_that_cannot_work_is_refused() -> None:
    table = "who,followers\na,1\n"
    with pytest.raises(Invalid, match="no such column: gone"):
        read(table, Mapping({"account_id": "gone"}, platform="x"))
    with pytest.raises(Invalid, match="account's id"):
        read(table, Mapping({"followers": "followers"}, platform="x"))
    with pytest.raises(Invalid, match="account's id"):
        read(table, Mapping({"account_id": "who"}))


def test_a_format_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(Invalid, match="x-v1"):
        read("platform,account_id\nx,1\n", format="y-v9")
