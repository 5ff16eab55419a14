"""Accounts for tests: hypothesis strategies for hostile ones, and a synthetic labelled population to learn from."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import strategies as st

from bot_detector.schemas import ACCOUNT_COLUMNS

PROBE = datetime(2020, 1, 1, tzinfo=UTC)
_SYLLABLES = ["ma", "lo", "ri", "ken", "sa", "da", "vi", "el", "no", "ta", "mir", "jo"]

texts = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "\x00",
            "news_bot",
            "日本語の名前",
            "اسم",
            "é" * 3000,
            "👩‍👩‍👧 https://t.co/x #a @b",
            "a\x00b",
            "١٢٣",
        ]
    ),
)
numbers = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(0, 10**9).map(float),
    st.sampled_from([0.0, -1.0, 1e12, 1e13, float("nan")]),
)
times = st.one_of(
    st.none(),
    st.integers(0, 84_000).map(
        lambda days: datetime(1971, 1, 1, tzinfo=UTC) + timedelta(days=days, seconds=days)
    ),
)
rows = st.fixed_dictionaries(
    {
        "platform": st.sampled_from(["x", "mastodon", "bluesky"]),
        "account_id": st.text(min_size=1, max_size=8),
        "handle": texts,
        "display_name": texts,
        "description": texts,
        "created_at": times,
        "observed_at": times,
        "followers": numbers,
        "friends": numbers,
        "statuses": numbers,
        "favourites": numbers,
        "listed": numbers,
    }
)


def frame_of(accounts: list[dict[str, object]]) -> pl.DataFrame:
    """A frame with every column of `ACCOUNT_COLUMNS`, absent ones null."""
    complete = [{name: account.get(name) for name in ACCOUNT_COLUMNS} for account in accounts]
    return pl.DataFrame(complete, schema=ACCOUNT_COLUMNS)


def one(**fields: object) -> pl.DataFrame:
    """A frame of one account of 400 days that has everything, changed by `fields`."""
    usual: dict[str, object] = {
        "platform": "x",
        "account_id": "1",
        "handle": "maria_lopez",
        "display_name": "Maria Lopez",
        "description": "Teacher. I like hills and old maps.",
        "created_at": PROBE - timedelta(days=400),
        "observed_at": PROBE,
        "followers": 210.0,
        "friends": 180.0,
        "statuses": 900.0,
        "favourites": 1200.0,
        "listed": 3.0,
    }
    return frame_of([usual | fields])


def population(size: int, dataset: str, rng: np.random.Generator) -> pl.DataFrame:
    """Invent `size` labelled accounts whose two classes overlap: automated ones are younger, like less, say less."""
    accounts = [_invented(place, rng) for place in range(size)]
    labels = [account.pop("label") for account in accounts]
    frame = frame_of([account | {"account_id": f"{dataset}-{account['account_id']}"} for account in accounts])
    return frame.with_columns(
        dataset=pl.lit(dataset),
        subtype=pl.lit(""),
        label=pl.Series(labels, dtype=pl.Int8),
        language=pl.lit("en"),
    )


def _invented(place: int, rng: np.random.Generator) -> dict[str, object]:
    automated = bool(rng.random() < 0.5)
    name = "".join(rng.choice(_SYLLABLES, 3))
    age = float(rng.lognormal(6.0 if automated else 7.0, 0.6))
    return {
        "label": int(automated),
        "platform": "x",
        "account_id": str(place),
        "handle": f"{name}{rng.integers(10**6)}" if automated else f"{name}_{place}",
        "display_name": name.title(),
        "description": "" if automated and rng.random() < 0.6 else "I write about hills, maps and trains.",
        "created_at": PROBE - timedelta(days=age),
        "observed_at": PROBE,
        "followers": float(np.floor(rng.lognormal(3.0 if automated else 5.0, 1.2))),
        "friends": float(np.floor(rng.lognormal(5.5, 1.0))),
        "statuses": float(np.floor(rng.lognormal(5.0 if automated else 7.0, 1.2))),
        "favourites": float(np.floor(rng.lognormal(2.0 if automated else 6.0, 1.5))),
        "listed": float(np.floor(rng.lognormal(0.2, 1.0))),
    }
