"""The formats by name, and which of them a JSON object is written in."""

from bot_detector.sources.formats import bluesky, canonical, mastodon, x_v1, x_v2
from bot_detector.sources.formats.json_shape import JsonShape, Record
from common.i18n import N_

# In the order of asking: wrappers first, because a post may carry fields that look like an account's.
SHAPES: dict[str, JsonShape] = {
    shape.name: shape
    for shape in (
        canonical.ACCOUNT,
        x_v1.PROFILE,
        x_v1.POST,
        mastodon.STATUS,
        x_v1.USER,
        mastodon.ACCOUNT,
        bluesky.PROFILE,
        x_v2.USER,
    )
}

# What `--format` and the upload form offer. "table" is anything with named columns, read through a mapping.
FORMATS: dict[str, str] = {
    "accounts": N_("This tool's own columns (JSON lines, CSV, Parquet)"),
    "x-v1": N_("X API v1.1 users"),
    "x-v1-posts": N_("X API v1.1 posts with their authors"),
    "x-v1-profiles": N_("X API v1.1 users under `profile`, as research sets write them"),
    "x-v2": N_("X API v2 users"),
    "mastodon": N_("Mastodon accounts"),
    "mastodon-statuses": N_("Mastodon statuses with their authors"),
    "bluesky": N_("Bluesky profiles"),
    "table": N_("A table with named columns (CSV, TSV, JSON, JSON lines, Parquet), read through a mapping"),
}


def shape_of(record: Record) -> JsonShape | None:
    """Return the format in which one JSON object is written, None where none claims it."""
    return next((shape for shape in SHAPES.values() if shape.claims(record)), None)
