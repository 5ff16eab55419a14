"""What the description looks like: its length and variety, and the links, tags and mentions in it."""

import numpy as np

from bot_detector.core.features.characters import EMOJI, MAX_CHARACTERS, MAX_ENTROPY, Characters
from bot_detector.core.features.feature import Columns, Feature, FloatArray
from bot_detector.core.observations import Observations
from common.i18n import N_


def _feature(name: str, unit: str, upper: float, words: tuple[str, str, str]) -> Feature:
    return Feature(
        name=name,
        group="description",
        unit=unit,
        lower=0.0,
        upper=upper,
        display="number",
        label=words[0],
        meaning=words[1],
        phrase=words[2],
        needs=("description",),
    )


FEATURES = (
    _feature(
        "description_length",
        N_("characters"),
        float(MAX_CHARACTERS),
        (
            N_("Length of the description"),
            N_("Characters of the description; 0 when it is empty."),
            N_("Its description has {value} characters"),
        ),
    ),
    _feature(
        "description_entropy",
        N_("bits"),
        MAX_ENTROPY,
        (
            N_("Variety of characters in the description"),
            N_("Shannon entropy of the description's characters."),
            N_("Its description has an entropy of {value} bits"),
        ),
    ),
    _feature(
        "description_links",
        N_("links"),
        float(MAX_CHARACTERS),
        (
            N_("Links in the description"),
            N_("Number of web addresses in the description."),
            N_("Its description has {value} links"),
        ),
    ),
    _feature(
        "description_hashtags",
        N_("hashtags"),
        float(MAX_CHARACTERS),
        (
            N_("Hashtags in the description"),
            N_('Number of "#" in the description.'),
            N_("Its description has {value} hashtags"),
        ),
    ),
    _feature(
        "description_mentions",
        N_("mentions"),
        float(MAX_CHARACTERS),
        (
            N_("Mentions in the description"),
            N_('Number of "@" in the description.'),
            N_("Its description has {value} mentions"),
        ),
    ),
    _feature(
        "description_emoji",
        N_("emoji"),
        float(MAX_CHARACTERS),
        (
            N_("Emoji in the description"),
            N_("Number of emoji in the description."),
            N_("Its description has {value} emoji"),
        ),
    ),
)


def compute(observations: Observations, descriptions: Characters) -> Columns:
    """Return the description's features; a given length stands in where the text is missing."""
    length = descriptions.known_lengths()
    if observations.description_length is not None:
        given = np.minimum(observations.description_length, MAX_CHARACTERS)
        length = np.where(np.isnan(length), given, length)
    return {
        "description_length": length,
        "description_entropy": descriptions.entropy(),
        "description_links": _links(descriptions),
        "description_hashtags": descriptions.count_code("#"),
        "description_mentions": descriptions.count_code("@"),
        "description_emoji": descriptions.count_class(EMOJI),
    }


def _links(descriptions: Characters) -> FloatArray:
    """Count "://" in each row."""
    codes = descriptions.codes
    flags = np.zeros(len(codes), dtype=np.bool_)
    if len(codes) > 2:
        flags[2:] = (codes[:-2] == ord(":")) & (codes[1:-1] == ord("/")) & (codes[2:] == ord("/"))
    return descriptions.count(flags)
