"""Bluesky: `app.bsky.actor.defs#profileViewDetailed`.

Source: the atproto lexicons. `handle` is the handle, `displayName` the display name. `indexedAt` is when the network's index
last took in the profile record, not when somebody looked at the account: it is not an observation time. A label counts as the
account's own word only where the account itself issued it (`src` equals `did`); a moderator's label says nothing here.
"""

import polars as pl

from bot_detector.sources.formats.json_shape import OBSERVED_SCHEMA, JsonShape, Record, Schema, dates_of

_SCHEMA: Schema = {
    "did": pl.String(),
    "handle": pl.String(),
    "displayName": pl.String(),
    "description": pl.String(),
    "createdAt": pl.String(),
    "followersCount": pl.Float64(),
    "followsCount": pl.Float64(),
    "postsCount": pl.Float64(),
    "avatar": pl.String(),
    "labels": pl.List(pl.Struct({"src": pl.String(), "val": pl.String()})),
    "verification": pl.Struct({"verifiedStatus": pl.String(), "trustedVerifierStatus": pl.String()}),
    **OBSERVED_SCHEMA,
}
_ISSUED = pl.concat_str(pl.element().struct.field("src"), pl.lit(" "), pl.element().struct.field("val"))
_SELF_LABEL = pl.concat_str(pl.col("did"), pl.lit(" bot"))
_VERIFICATION = pl.col("verification").struct

_COLUMNS = {
    "platform": pl.lit("bluesky"),
    "account_id": pl.col("did"),
    # A handle that does not resolve any more is shown as this placeholder, which is nobody's name.
    "handle": pl.when(pl.col("handle") != "handle.invalid").then(pl.col("handle")),
    "display_name": pl.col("displayName"),
    "description": pl.col("description"),
    "created_at": pl.col("createdAt"),
    "observed_at": dates_of(),
    "followers": pl.col("followersCount"),
    "friends": pl.col("followsCount"),
    "statuses": pl.col("postsCount"),
    "declared_bot": pl.col("labels").list.eval(_ISSUED).list.contains(_SELF_LABEL),
    "verified": pl.any_horizontal(
        _VERIFICATION.field("verifiedStatus") == "valid",
        _VERIFICATION.field("trustedVerifierStatus") == "valid",
    ),
}


def _claims(record: Record) -> bool:
    return "did" in record and "handle" in record


PROFILE = JsonShape(
    "bluesky", _SCHEMA, _COLUMNS, pl.col("did").is_not_null() & pl.col("handle").is_not_null(), _claims
)
