"""Mastodon (and what speaks its interface: Pleroma, Akkoma, GoToSocial …): the account, alone or inside a status.

Source: Mastodon documentation, entity "Account". What to know of its fields:
`acct` is the handle, with the server's name for accounts of other servers; `note` is HTML; `locked` (follow requests need
approval) is read as `protected`, the nearest thing; `url` is the profile's own page and not a link that the person chose, so
it is not read; `created_at` is rounded to midnight; `last_status_at` is not when we looked. `id` is local to the server that
answered: accounts of two servers may share it.
"""

import html

import polars as pl

from bot_detector.sources.formats.json_shape import OBSERVED_SCHEMA, JsonShape, Record, Schema, dates_of

_ACCOUNT: Schema = {
    "id": pl.String(),
    "acct": pl.String(),
    "display_name": pl.String(),
    "note": pl.String(),
    "created_at": pl.String(),
    "followers_count": pl.Float64(),
    "following_count": pl.Float64(),
    "statuses_count": pl.Float64(),
    "bot": pl.Boolean(),
    "locked": pl.Boolean(),
    "avatar": pl.String(),
}
_NAMES = {
    "account_id": "id",
    "handle": "acct",
    "display_name": "display_name",
    "description": "note",
    "created_at": "created_at",
    "followers": "followers_count",
    "friends": "following_count",
    "statuses": "statuses_count",
    "declared_bot": "bot",
    "protected": "locked",
}


def _columns(inside: str | None, observed: pl.Expr) -> dict[str, pl.Expr]:
    def part(name: str) -> pl.Expr:
        return pl.col(inside).struct.field(name) if inside else pl.col(name)

    return {
        "platform": pl.lit("mastodon"),
        "observed_at": observed,
        "default_profile_image": part("avatar").str.ends_with("/missing.png"),
        **{ours: part(theirs) for ours, theirs in _NAMES.items()},
    }


def plain_text(notes: pl.Series) -> pl.Series:
    """Return HTML notes as the text that a reader sees: line breaks kept, tags dropped, character references resolved."""
    text = notes.str.replace_all(r"(?i)<br\s*/?>", "\n").str.replace_all(r"(?i)</p>\s*<p[^>]*>", "\n\n")
    text = text.str.replace_all(r"<[^>]*>", "")
    if text.str.contains("&", literal=True).any():
        text = text.map_elements(html.unescape, return_dtype=pl.String())
    return text


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(plain_text(frame["description"]))


def is_account(record: object) -> bool:
    """Say whether this is a Mastodon account: no other platform has `acct`."""
    return isinstance(record, dict) and "acct" in record and "id" in record


def _is_status(record: Record) -> bool:
    return is_account(record.get("account"))


def _good(inside: str | None) -> pl.Expr:
    def part(name: str) -> pl.Expr:
        return pl.col(inside).struct.field(name) if inside else pl.col(name)

    return part("acct").is_not_null() & part("id").is_not_null()


ACCOUNT = JsonShape(
    "mastodon",
    {**_ACCOUNT, **OBSERVED_SCHEMA},
    _columns(None, dates_of()),
    _good(None),
    is_account,
    finish=_finish,
)

STATUS = JsonShape(
    "mastodon-statuses",
    {"created_at": pl.String(), "account": pl.Struct(_ACCOUNT), **OBSERVED_SCHEMA},
    _columns("account", dates_of("created_at")),
    _good("account"),
    _is_status,
    posts=True,
    finish=_finish,
)
