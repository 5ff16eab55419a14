import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_detector.core.features import FEATURE_NAMES, FEATURES, GROUPS, compute_features
from bot_detector.core.features.characters import characters_of
from bot_detector.wording import GROUPS as GROUP_WORDS
from tests.bot_detector.core.accounts import PROBE, frame_of, one, rows


def value(name: str, **fields: object) -> float:
    return float(compute_features(one(**fields))[name][0])


@settings(max_examples=150, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6))
def test_every_feature_is_missing_or_finite_and_in_its_stated_range(
    accounts: list[dict[str, object]],
) -> None:
    table = compute_features(frame_of(accounts))
    assert table.columns == list(FEATURE_NAMES)
    for feature in FEATURES:
        values = table[feature.name].to_numpy()
        known = values[~np.isnan(values)]
        assert np.isfinite(known).all(), feature.name
        assert (known >= feature.lower - 1e-6).all(), feature.name
        assert (known <= feature.upper + 1e-6).all(), feature.name


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_a_row_does_not_depend_on_its_neighbours_or_place(
    accounts: list[dict[str, object]], random: object
) -> None:
    order = list(range(len(accounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = compute_features(frame_of(accounts)).to_numpy()
    shuffled = compute_features(frame_of([accounts[place] for place in order])).to_numpy()
    assert np.array_equal(straight[order], shuffled, equal_nan=True)


@pytest.mark.parametrize(
    "field", ["followers", "friends", "statuses", "favourites", "listed", "created_at", "handle"]
)
def test_a_missing_field_makes_exactly_its_features_missing(field: str) -> None:
    table = compute_features(one(**{field: None})).row(0, named=True)
    for feature in FEATURES:
        assert np.isnan(table[feature.name]) == (field in feature.needs), feature.name


def test_an_empty_frame_has_no_rows_and_every_column() -> None:
    table = compute_features(frame_of([]))
    assert table.shape == (0, len(FEATURES))


def test_age_counts_to_the_observation() -> None:
    assert value("log_age") == pytest.approx(np.log10(401.0))
    assert np.isnan(value("log_age", observed_at=None))


def test_dates_before_the_platform_or_after_the_observation_are_refused() -> None:
    assert np.isnan(value("log_age", created_at=PROBE.replace(year=2005)))
    assert np.isnan(value("log_age", created_at=PROBE.replace(year=2021)))
    assert not np.isnan(value("log_age", created_at=PROBE.replace(year=2005), platform="mastodon"))


def test_negative_counts_are_missing_and_zero_links_have_no_share() -> None:
    assert np.isnan(value("log_followers", followers=-1.0))
    assert np.isnan(value("friends_share", followers=0.0, friends=0.0))
    assert value("followers_to_friends", followers=0.0, friends=0.0) == 0.0


def test_hosts_are_not_part_of_a_handle() -> None:
    assert value("handle_length", handle="@ada", platform="x") == 3
    assert value("handle_length", handle="ada@example.social", platform="mastodon") == 3
    assert value("handle_length", handle="ada.bsky.social", platform="bluesky") == 3


def test_given_lengths_stand_in_for_texts() -> None:
    frame = one(handle=None, description=None).with_columns(
        handle_length=pl.lit(9.0), description_length=pl.lit(140.0)
    )
    table = compute_features(frame)
    assert table["handle_length"][0] == 9.0
    assert table["description_length"][0] == 140.0
    assert np.isnan(table["handle_entropy"][0])


def test_entropy_of_known_texts() -> None:
    letters = characters_of(pl.Series(["aaaa", "ab", "abcd", "", None, "日月"]))
    assert letters.entropy()[:4].tolist() == pytest.approx([0.0, 1.0, 2.0, 0.0])
    assert np.isnan(letters.entropy()[4])
    assert letters.entropy()[5] == pytest.approx(1.0)


def test_digits_and_capitals_of_any_script_count() -> None:
    assert value("handle_digits", handle="ab١٢") == 0.5
    assert value("handle_trailing_digits", handle="ab1c234") == 3
    assert value("name_capitals", display_name="ДА ну") == pytest.approx(0.4)
    assert value("name_emoji", display_name="sun ☀ 🌻") == 2
    assert value("description_links", description="https://a.example http://b.example") == 2


@pytest.mark.parametrize("handle", ["news_bot", "NewsBot", "bot42", "tinycarebot", "RobotArm"])
def test_automation_words_in_handles(handle: str) -> None:
    assert value("automation_in_handle", handle=handle) == 1.0


@pytest.mark.parametrize("handle", ["talbot", "abbot_9", "bottle", "Botticelli", ""])
def test_names_that_only_look_like_automation_words(handle: str) -> None:
    assert value("automation_in_handle", handle=handle) == 0.0


@pytest.mark.parametrize(
    "text", ["I am a bot.", "Compte automatisé", "Я бот", "ボットです", "БОТ погоды", "Bot de prensa"]
)
def test_automation_words_in_several_languages(text: str) -> None:
    assert value("automation_in_description", description=text) == 1.0


def test_name_and_handle_are_compared_without_case_and_spaces() -> None:
    assert value("name_likeness", handle="marialopez", display_name="Maria Lopez") == 1.0
    assert value("name_likeness", handle="qqq", display_name="Maria") == 0.0


def test_names_are_unique_and_every_group_has_a_word() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES)
    assert set(GROUPS) == set(GROUP_WORDS)
