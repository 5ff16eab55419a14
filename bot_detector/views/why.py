"""Why a score is what it is: the strongest reasons as a waterfall, all of them in words, each beside the reference humans."""

import math
from dataclasses import dataclass

import numpy as np

from bot_detector.core.artefact import REFERENCE_QUANTILES, Artefact
from bot_detector.core.features.feature import Feature, FloatArray
from bot_detector.core.features.registry import FEATURES
from bot_detector.core.logodds import sigmoid
from bot_detector.core.readable import readable_values
from bot_detector.schemas import Reason, Score
from bot_detector.views.words import FORMATS, likelihood, odds
from bot_detector.wording import (
    feature_label,
    feature_meaning,
    feature_unit,
    group_words,
    reason_direction,
    reason_sentence,
    value_words,
)
from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.charts import Strip, Waterfall, strip, waterfall

DRAWN = 8  # steps of the waterfall; the rest is one step
TOLD = 5  # reasons each way in words
NOTABLE = 0.01  # log-odds: smaller contributions are not told as reasons
_PLACES = {feature.name: place for place, feature in enumerate(FEATURES)}
_LEVELS = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Why:
    """The waterfall with its ends in words, and its figures as rows."""

    drawing: Waterfall
    start: str
    end: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """A reason in words, with the factor by which it moves the odds."""

    sentence: str
    odds: str


@dataclass(frozen=True)
class Row:
    """One feature of the account beside the reference humans; `strip` is None where there is no reference."""

    label: str
    meaning: str
    unit: str
    value: str
    known: bool
    strip: Strip | None
    place: str  # what the strip shows, in a sentence
    usual: str
    percentile: str
    direction: str
    odds: str
    speaks: bool


def why(score: Score) -> Why | None:
    """Lay out how the likelihood comes about; None where there is no score."""
    if score.baseline is None or score.probability is None:
        return None
    drawn, rest = score.reasons[:DRAWN], score.reasons[DRAWN:]
    steps = [
        (feature_label(each.feature), value_words(each), each.contribution, odds(each.contribution))
        for each in drawn
    ]
    if rest:
        together = sum(each.contribution for each in rest)
        name = ngettext("%(count)s other thing together", "%(count)s other things together", len(rest))
        steps.append((name % {"count": len(rest)}, "", together, odds(together)))
    start, end = likelihood(float(sigmoid(score.baseline))), likelihood(score.probability)
    rows = [
        (_("Before looking at this account"), start),
        *((step[0], step[3]) for step in steps),
        (_("This account"), end),
    ]
    return Why(waterfall(score.baseline, steps, words=_landmark), start, end, rows)


def _landmark(probability: float) -> str:
    return FORMATS.percent(probability, 1 if probability < 0.01 or probability > 0.99 else 0)


def told(score: Score, *, automated: bool) -> list[Told]:
    """Return the strongest reasons that speak for automation, or against it, in words."""
    sign = 1 if automated else -1
    found = [each for each in score.reasons if sign * each.contribution > NOTABLE and each.value is not None]
    return [Told(reason_sentence(each), odds(each.contribution)) for each in found[:TOLD]]


def rows_by_group(score: Score, artefact: Artefact) -> list[tuple[str, list[Row]]]:
    """Return every feature beside the reference humans, by group."""
    readable = readable_values(
        artefact.reference.T.astype(np.float32)
    ).T  # (features, quantiles) in readers' units
    groups: dict[str, list[Row]] = {}
    for reason in sorted(score.reasons, key=lambda each: _PLACES[each.feature]):
        groups.setdefault(group_words(reason.group), []).append(_row(reason, artefact, readable))
    return list(groups.items())


def _row(reason: Reason, artefact: Artefact, readable: FloatArray) -> Row:
    place = _PLACES[reason.feature]
    quantiles = artefact.reference[place, _at_levels()]
    has_reference = not np.isnan(quantiles).any() and FEATURES[place].display != "flag"
    percentile = "" if reason.percentile is None else FORMATS.number(reason.percentile, 0)
    return Row(
        label=feature_label(reason.feature),
        meaning=feature_meaning(reason.feature),
        unit=feature_unit(reason.feature),
        value=value_words(reason),
        known=reason.value is not None,
        strip=strip(_model_value(reason.value, FEATURES[place]), quantiles.tolist())
        if has_reference
        else None,
        place=reason_sentence(reason),
        usual=_usual(reason, readable[place]) if has_reference else "",
        percentile=percentile if FEATURES[place].display != "flag" else "",
        direction=reason_direction(reason),
        odds=odds(reason.contribution),
        speaks=abs(reason.contribution) > NOTABLE,
    )


def _at_levels() -> list[int]:
    """Return where the five percentiles stand in a row of the reference."""
    step = 100 / (REFERENCE_QUANTILES - 1)
    return [round(level / step) for level in _LEVELS]


def _usual(reason: Reason, quantiles: FloatArray) -> str:
    """Say where the middle half of the reference humans lies."""
    low, high = (
        value_words(reason.model_copy(update={"value": float(quantiles[place])}))
        for place in _at_levels()[1:4:2]
    )
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _model_value(value: float | None, feature: Feature) -> float | None:
    """Return a value in the model's unit, the inverse of `core.readable`: strips are drawn on the model's scale."""
    if value is None:
        return None
    if feature.display == "log10p1":
        return math.log10(value + 1.0)
    if feature.display == "log10":
        return math.log10(value) if value > 0 else feature.lower
    return value / 100.0 if feature.display == "share" else value
