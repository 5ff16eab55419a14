"""What the handle looks like: length, randomness, digits, capitals. Hosts and "@" are cut first (`observations`)."""

import numpy as np

from bot_detector.core.features.bigrams import BigramTable, mean_log_likelihood
from bot_detector.core.features.characters import (
    DIGIT,
    MAX_CHARACTERS,
    MAX_ENTROPY,
    UPPER,
    Characters,
)
from bot_detector.core.features.feature import Columns, Feature, FloatArray
from bot_detector.core.observations import Observations
from common.i18n import N_


def _feature(
    name: str, unit: str, bounds: tuple[float, float], display: str, words: tuple[str, str, str]
) -> Feature:
    return Feature(
        name=name,
        group="handle",
        unit=unit,
        lower=bounds[0],
        upper=bounds[1],
        display=display,
        label=words[0],
        meaning=words[1],
        phrase=words[2],
        needs=("handle",),
    )


FEATURES = (
    _feature(
        "handle_length",
        N_("characters"),
        (0.0, float(MAX_CHARACTERS)),
        "number",
        (
            N_("Length of the handle"),
            N_("Characters of the handle."),
            N_("Its handle has {value} characters"),
        ),
    ),
    _feature(
        "handle_likelihood",
        N_("log10 likelihood"),
        (-4.0, 0.0),
        "number",
        (
            N_("Usual letter pairs in the handle"),
            N_(
                "Mean log10 likelihood of the handle's letter pairs: the lower, the more it looks like a random string."
            ),
            N_("The letter pairs of its handle have a mean log likelihood of {value}"),
        ),
    ),
    _feature(
        "handle_entropy",
        N_("bits"),
        (0.0, MAX_ENTROPY),
        "number",
        (
            N_("Variety of characters in the handle"),
            N_("Shannon entropy of the handle's characters."),
            N_("Its handle has an entropy of {value} bits"),
        ),
    ),
    _feature(
        "handle_digits",
        N_("per cent"),
        (0.0, 1.0),
        "share",
        (
            N_("Digits in the handle"),
            N_("Share of the handle that is digits."),
            N_("{value} of its handle is digits"),
        ),
    ),
    _feature(
        "handle_trailing_digits",
        N_("digits"),
        (0.0, float(MAX_CHARACTERS)),
        "number",
        (
            N_("Digits that end the handle"),
            N_("Number of digits at the end of the handle."),
            N_("Its handle ends with {value} digits"),
        ),
    ),
    _feature(
        "handle_capitals",
        N_("per cent"),
        (0.0, 1.0),
        "share",
        (
            N_("Capitals in the handle"),
            N_("Share of the handle that is capital letters."),
            N_("{value} of its handle is capital letters"),
        ),
    ),
)


def compute(observations: Observations, handles: Characters, bigrams: BigramTable) -> Columns:
    """Return the handle's features; a given length stands in where the text is missing."""
    length = handles.known_lengths()
    if observations.handle_length is not None:
        given = np.minimum(observations.handle_length, MAX_CHARACTERS)
        length = np.where(np.isnan(length), given, length)
    return {
        "handle_length": length,
        "handle_likelihood": mean_log_likelihood(handles, bigrams),
        "handle_entropy": handles.entropy(),
        "handle_digits": handles.share(handles.count_class(DIGIT)),
        "handle_trailing_digits": _trailing_digits(handles),
        "handle_capitals": handles.share(handles.count_class(UPPER)),
    }


def _trailing_digits(handles: Characters) -> FloatArray:
    """Count the digits after the last character that is none; NaN where the handle is missing."""
    places = np.arange(1, len(handles.codes) + 1)
    last_other = np.zeros(len(handles.codes) + 1, dtype=np.int64)
    np.maximum.accumulate(np.where(handles.classes & DIGIT, 0, places), out=last_other[1:])
    ends = handles.starts[1:]
    run = ends - np.maximum(last_other[ends], handles.starts[:-1])
    return np.where(handles.missing, np.nan, run.astype(np.float64))
