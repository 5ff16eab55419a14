"""X (Twitter) API v1.1: the user object alone, inside a post, or under `profile` as research sets write it.

Source: X developer documentation, "User object" of the v1.1 data dictionary. `screen_name` is the handle and `name` the
display name; `id_str` is to be preferred, because `id` does not survive programs that hold numbers as doubles.
"""

import polars as pl

from bot_detector.sources.formats.json_shape import OBSERVED_SCHEMA, JsonShape, Record, Schema, dates_of

_USER: Schema = {
    "id_str": pl.String(),
    "id": pl.String(),
    "screen_name": pl.String(),
    "name": pl.String(),
    "description": pl.String(),
    "location": pl.String(),
    "url": pl.String(),
    "lang": pl.String(),
    "created_at": pl.String(),
    "followers_count": pl.Float64(),
    "friends_count": pl.Float64(),
    "statuses_count": pl.Float64(),
    "favourites_count": pl.Float64(),
    "listed_count": pl.Float64(),
    "verified": pl.Boolean(),
    "protected": pl.Boolean(),
    "default_profile": pl.Boolean(),
    "default_profile_image": pl.Boolean(),
}
_NAMES = {
    "handle": "screen_name",
    "display_name": "name",
    "description": "description",
    "location": "location",
    "url": "url",
    "language": "lang",
    "created_at": "created_at",
    "followers": "followers_count",
    "friends": "friends_count",
    "statuses": "statuses_count",
    "favourites": "favourites_count",
    "listed": "listed_count",
    "verified": "verified",
    "protected": "protected",
    "default_profile": "default_profile",
    "default_profile_image": "default_profile_image",
}


def _columns(inside: str | None, observed: pl.Expr) -> dict[str, pl.Expr]:
    def part(name: str) -> pl.Expr:
        return pl.col(inside).struct.field(name) if inside else pl.col(name)

    return {
        "platform": pl.lit("x"),
        "account_id": pl.coalesce(part("id_str"), part("id")),
        "observed_at": observed,
        **{ours: part(theirs) for ours, theirs in _NAMES.items()},
    }


def is_user(record: object) -> bool:
    """Say whether this is a v1.1 user object: no other platform has `screen_name` beside these."""
    if not isinstance(record, dict) or "screen_name" not in record:
        return False
    return any(
        key in record for key in ("id_str", "id", "friends_count", "followers_count", "statuses_count")
    )


def _is_post(record: Record) -> bool:
    return is_user(record.get("user"))


def _is_profile(record: Record) -> bool:
    return is_user(record.get("profile"))


def _good(inside: str | None) -> pl.Expr:
    handle = pl.col(inside).struct.field("screen_name") if inside else pl.col("screen_name")
    return handle.is_not_null() & _columns(inside, pl.lit(None))["account_id"].is_not_null()


USER = JsonShape("x-v1", {**_USER, **OBSERVED_SCHEMA}, _columns(None, dates_of()), _good(None), is_user)

# The post's own date is when the platform showed the account in a stream, and the earliest possible moment in a search.
POST = JsonShape(
    "x-v1-posts",
    {"created_at": pl.String(), "user": pl.Struct(_USER), **OBSERVED_SCHEMA},
    _columns("user", dates_of("created_at")),
    _good("user"),
    _is_post,
    posts=True,
)

PROFILE = JsonShape(
    "x-v1-profiles",
    {"profile": pl.Struct(_USER), **OBSERVED_SCHEMA},
    _columns("profile", dates_of()),
    _good("profile"),
    _is_profile,
)
