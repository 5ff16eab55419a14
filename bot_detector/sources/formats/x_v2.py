"""X (Twitter) API v2: the user object with `public_metrics`.

Source: X developer documentation, "User" in the v2 data dictionary. `username` is the handle, `name` the display name.
`verified` has meant a paid subscription since 2023; it is context for the analyst and no feature.
"""

import polars as pl

from bot_detector.sources.formats.json_shape import (
    OBSERVED_KEYS,
    OBSERVED_SCHEMA,
    JsonShape,
    Record,
    Schema,
    dates_of,
)

_METRICS = {
    "followers": "followers_count",
    "friends": "following_count",
    "statuses": "tweet_count",
    "favourites": "like_count",
    "listed": "listed_count",
}
_SCHEMA: Schema = {
    "id": pl.String(),
    "username": pl.String(),
    "name": pl.String(),
    "description": pl.String(),
    "location": pl.String(),
    "url": pl.String(),
    "created_at": pl.String(),
    "public_metrics": pl.Struct({name: pl.Float64() for name in _METRICS.values()}),
    "verified": pl.Boolean(),
    "protected": pl.Boolean(),
    "profile_image_url": pl.String(),
    "acct": pl.String(),  # read only to recognise a Mastodon account, which also has `username`
    **OBSERVED_SCHEMA,
}
_COLUMNS = {
    "platform": pl.lit("x"),
    "account_id": pl.col("id"),
    "handle": pl.col("username"),
    "display_name": pl.col("name"),
    "description": pl.col("description"),
    "location": pl.col("location"),
    "url": pl.col("url"),
    "created_at": pl.col("created_at"),
    "observed_at": dates_of(),
    "verified": pl.col("verified"),
    "protected": pl.col("protected"),
    "default_profile_image": pl.col("profile_image_url").str.contains(
        "/default_profile_images/", literal=True
    ),
    **{ours: pl.col("public_metrics").struct.field(theirs) for ours, theirs in _METRICS.items()},
}
# All that `user.fields` can ask for. Without metrics, only an object with nothing else is surely of this platform.
_FIELDS = frozenset(
    (
        *(
            "affiliation",
            "connection_status",
            "created_at",
            "description",
            "entities",
            "id",
            "is_identity_verified",
        ),
        *(
            "location",
            "most_recent_tweet_id",
            "name",
            "pinned_tweet_id",
            "profile_banner_url",
            "profile_image_url",
        ),
        *(
            "protected",
            "public_metrics",
            "receives_your_dm",
            "subscription_type",
            "url",
            "username",
            "verified",
        ),
        *("verified_followers_count", "verified_type", "withheld", *OBSERVED_KEYS),
    )
)


def _claims(record: Record) -> bool:
    if "username" not in record or "acct" in record or "id" not in record:
        return False
    return "public_metrics" in record or record.keys() <= _FIELDS


USER = JsonShape(
    "x-v2",
    _SCHEMA,
    _COLUMNS,
    pl.col("id").is_not_null() & pl.col("username").is_not_null() & pl.col("acct").is_null(),
    _claims,
)
