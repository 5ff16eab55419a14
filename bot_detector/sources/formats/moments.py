"""Dates that cannot be: before the platform existed, in the future, an account seen before it was made."""

from datetime import UTC, datetime, timedelta

import polars as pl

from bot_detector.sources.formats.dates import MOMENT
from bot_detector.sources.formats.shapes import Notes
from common.i18n import N_

# No account is older than its network. X: its first account. The fediverse: identi.ca, whose accounts were carried on by
# servers that speak Mastodon's interface. Bluesky: its first test network. Elsewhere: the first social networks on the web.
OPENED = {
    "x": datetime(2006, 3, 21, tzinfo=UTC),
    "mastodon": datetime(2008, 5, 1, tzinfo=UTC),
    "bluesky": datetime(2022, 5, 1, tzinfo=UTC),
}
OPENED_ELSEWHERE = datetime(1995, 1, 1, tzinfo=UTC)
_CLOCK_SLACK = timedelta(days=1)  # machines with a wrong clock, dates in local time

_TOO_EARLY = N_("%(field)s is before the platform existed; the field was left empty.")
_IN_FUTURE = N_("%(field)s is in the future; the field was left empty.")
_SEEN_BEFORE_BORN = N_(
    "observed_at is before created_at; observed_at was left empty, so the age is not known."
)
_NEVER_OBSERVED = N_(
    "It is not said when the account was observed, so its age is not known. Give the date of observation."
)


def check_moments(
    accounts: pl.DataFrame, *, now: datetime, observed_at: datetime | None, notes: Notes
) -> pl.DataFrame:
    """Return `accounts` with impossible dates left empty and `observed_at` filled in for rows that bring none.

    An account existed when it was seen. Where the dates say otherwise, `observed_at` is the doubtful one: the platform itself
    wrote the date of creation.
    """
    opened = _opened()
    for name in ("created_at", "observed_at"):
        early, late = pl.col(name) < opened, pl.col(name) > now + _CLOCK_SLACK
        accounts = _without(accounts, name, early, _TOO_EARLY, notes)
        accounts = _without(accounts, name, late, _IN_FUTURE, notes)
    if observed_at is not None:
        accounts = accounts.with_columns(pl.col("observed_at").fill_null(pl.lit(observed_at).cast(MOMENT)))
    if accounts.get_column("observed_at").null_count():
        notes.add(_NEVER_OBSERVED, accounts.get_column("observed_at").is_null())
    return _without(
        accounts, "observed_at", pl.col("observed_at") < pl.col("created_at"), _SEEN_BEFORE_BORN, notes
    )


def _opened() -> pl.Expr:
    """Return when each row's platform opened."""
    opened = pl.lit(OPENED_ELSEWHERE).cast(MOMENT)
    for platform, moment in OPENED.items():
        opened = pl.when(pl.col("platform") == platform).then(pl.lit(moment).cast(MOMENT)).otherwise(opened)
    return opened


def _without(
    accounts: pl.DataFrame, name: str, impossible: pl.Expr, reason: str, notes: Notes
) -> pl.DataFrame:
    mask = accounts.select(impossible.fill_null(value=False)).to_series()
    if not mask.any():
        return accounts
    notes.add(reason, mask, name)
    return accounts.with_columns(pl.when(~mask).then(pl.col(name)).alias(name))
