"""What the display name looks like, and how near it is to the handle."""

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import Indel

from bot_detector.core.features.characters import (
    DIGIT,
    EMOJI,
    MAX_CHARACTERS,
    MAX_ENTROPY,
    SPACE,
    UPPER,
    Characters,
)
from bot_detector.core.features.feature import Columns, Feature, FloatArray
from bot_detector.core.observations import Observations
from common.i18n import N_

_COMPARED = 64  # characters compared: longer than any handle, so that a hostile name costs nothing


def _feature(name: str, unit: str, upper: float, display: str, words: tuple[str, str, str]) -> Feature:
    return Feature(
        name=name,
        group="name",
        unit=unit,
        lower=0.0,
        upper=upper,
        display=display,
        label=words[0],
        meaning=words[1],
        phrase=words[2],
        needs=("display_name", "handle") if name == "name_likeness" else ("display_name",),
    )


FEATURES = (
    _feature(
        "name_length",
        N_("characters"),
        float(MAX_CHARACTERS),
        "number",
        (
            N_("Length of the name"),
            N_("Characters of the display name."),
            N_("Its name has {value} characters"),
        ),
    ),
    _feature(
        "name_entropy",
        N_("bits"),
        MAX_ENTROPY,
        "number",
        (
            N_("Variety of characters in the name"),
            N_("Shannon entropy of the display name's characters."),
            N_("Its name has an entropy of {value} bits"),
        ),
    ),
    _feature(
        "name_digits",
        N_("per cent"),
        1.0,
        "share",
        (
            N_("Digits in the name"),
            N_("Share of the name that is digits."),
            N_("{value} of its name is digits"),
        ),
    ),
    _feature(
        "name_capitals",
        N_("per cent"),
        1.0,
        "share",
        (
            N_("Capitals in the name"),
            N_("Share of the name that is capital letters."),
            N_("{value} of its name is capital letters"),
        ),
    ),
    _feature(
        "name_words",
        N_("words"),
        float(MAX_CHARACTERS),
        "number",
        (
            N_("Spaces in the name"),
            N_("Number of spaces in the display name."),
            N_("Its name has {value} spaces"),
        ),
    ),
    _feature(
        "name_emoji",
        N_("emoji"),
        float(MAX_CHARACTERS),
        "number",
        (N_("Emoji in the name"), N_("Number of emoji in the name."), N_("Its name has {value} emoji")),
    ),
    _feature(
        "name_likeness",
        N_("per cent"),
        1.0,
        "share",
        (
            N_("Likeness of name and handle"),
            N_("Share of characters that name and handle have in common, in order, without spaces and case."),
            N_("Its name and its handle are {value} alike"),
        ),
    ),
)


def compute(observations: Observations, names: Characters) -> Columns:
    """Return the display name's features."""
    return {
        "name_length": names.known_lengths(),
        "name_entropy": names.entropy(),
        "name_digits": names.share(names.count_class(DIGIT)),
        "name_capitals": names.share(names.count_class(UPPER)),
        "name_words": names.count_class(SPACE),
        "name_emoji": names.count_class(EMOJI),
        "name_likeness": _likeness(observations),
    }


def _likeness(observations: Observations) -> FloatArray:
    """Normalised Indel similarity, 2·LCS / (length + length), of name and handle: [0, 1]; NaN where one is missing."""
    name, handle = observations.name, observations.handle
    if name.null_count() == len(name) or handle.null_count() == len(handle):
        return np.full(len(name), np.nan)
    plain = pl.DataFrame([name, handle]).select(
        pl.col("display_name", "handle").fill_null("").str.slice(0, _COMPARED).str.to_lowercase()
    )
    plain_name = [text.replace(" ", "") for text in plain["display_name"].to_list()]
    likeness = process.cpdist(
        plain_name,
        plain["handle"].to_list(),
        scorer=Indel.normalized_similarity,
        dtype=np.float32,
        workers=1,
    ).astype(np.float64)
    likeness[name.is_null().to_numpy() | handle.is_null().to_numpy()] = np.nan
    return likeness
