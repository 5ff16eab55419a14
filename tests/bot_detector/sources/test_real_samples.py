"""Real files, where they are: nothing of them is written down here but counts."""

import polars as pl
import pytest
from polars.testing import assert_series_equal

from bot_detector.sources.formats import look, read_batches
from tests.bot_detector.sources.samples import NOW, REAL, Reading

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the shared research data (../shared/data/bots) is not on this machine"
)


def _read(name: str) -> Reading:
    return Reading(list(read_batches(REAL / name, now=NOW)))


def test_posts_with_their_authors() -> None:
    reading = _read("x_v1_posts_rtbust_2019.json")
    assert look(REAL / "x_v1_posts_rtbust_2019.json")[0].format == "x-v1-posts"
    assert reading.accounts.height == 693
    assert reading.rejects == []
    full = [
        "account_id",
        "handle",
        "created_at",
        "observed_at",
        "followers",
        "friends",
        "statuses",
        "favourites",
        "listed",
        "verified",
    ]
    assert reading.accounts.select(full).null_count().row(0) == (0,) * len(full)
    assert (reading.accounts["observed_at"] > reading.accounts["created_at"]).all()


def test_users_with_blanks_behind_all_values() -> None:
    reading = _read("x_v1_users_and_posts_twibot20_sample.json")
    assert reading.accounts.height == 100
    assert reading.rejects == []
    full = [
        "account_id",
        "handle",
        "display_name",
        "description",
        "created_at",
        "followers",
        "friends",
        "statuses",
        "verified",
    ]
    assert reading.accounts.select(full).null_count().row(0) == (0,) * len(full)
    assert reading.accounts["language"].null_count() == 100  # the set says "None " for all
    assert reading.accounts["url"].null_count() > 0
    for name in ("handle", "display_name", "description"):
        assert not reading.accounts[name].str.ends_with(" ").any()
    assert reading.column("observed_at") == [None] * 100


def test_the_research_table() -> None:
    path = REAL / "accounts.parquet"
    _, mapping = look(path)
    assert mapping.sure
    reading = _read("accounts.parquet")
    original = pl.read_parquet(path)
    assert reading.accounts.height == original.height == 64_066
    assert reading.rejects == []
    for ours, theirs in {
        "account_id": "account_id",
        "handle": "screen_name",
        "followers": "followers",
        "created_at": "created_at",
    }.items():
        kept = original[theirs].str.strip_chars() if original[theirs].dtype == pl.String else original[theirs]
        assert_series_equal(reading.accounts[ours], kept, check_names=False)
    born = (original["probe_at"] < original["created_at"]).sum()
    assert reading.accounts["observed_at"].null_count() == original["probe_at"].null_count() + born
    assert reading.accounts["verified"].sum() == original["verified"].sum()
