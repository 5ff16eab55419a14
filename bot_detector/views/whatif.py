"""What would change a score: the prevalence that is assumed, and where the verdict turns.

Prevalence moves every likelihood by the same amount of log-odds (`core.logodds`), so a table of prevalences follows exactly
from one score. The verdict does not move: it compares the account with reference accounts of each kind.
"""

from dataclasses import dataclass

import numpy as np

from bot_detector.core.calibration import CalibrationTable
from bot_detector.core.logodds import logit, shift, sigmoid
from bot_detector.core.verdicts import ERROR_LEVEL
from bot_detector.schemas import Score, Verdict
from bot_detector.views.words import interval, likelihood, share
from bot_detector.wording import verdict_words

PREVALENCES = (0.01, 0.05, 0.1, 0.2, 0.5, 0.8)
_NEVER_SURE = 1e-9  # keeps the logarithm finite


@dataclass(frozen=True)
class Supposition:
    """A prevalence, and what the score would be; `holds` marks the one that the page shows."""

    prevalence: str
    value: float
    likelihood: str
    interval: str
    precision: str
    holds: bool


@dataclass(frozen=True)
class Turns:
    """Likelihoods at which the verdict turns, rising, and the zones between them as (code, name)."""

    thresholds: list[float]
    zones: list[tuple[str, str]]


def suppositions(score: Score) -> list[Supposition]:
    """Return the score at several prevalences, with the one that holds among them, rising."""
    if score.probability is None:
        return []
    values = sorted({*PREVALENCES, score.prevalence})
    return [_supposition(score, value) for value in values]


def _supposition(score: Score, prevalence: float) -> Supposition:
    def at(probability: float | None) -> float:
        return moved(probability or 0.0, score.prevalence, prevalence)

    return Supposition(
        prevalence=share(prevalence),
        value=prevalence,
        likelihood=likelihood(at(score.probability)),
        interval=interval(at(score.low), at(score.high)),
        precision=likelihood(at(score.precision_above)),
        holds=prevalence == score.prevalence,
    )


def moved(probability: float, before: float, after: float) -> float:
    """Return a likelihood that was stated at one prevalence, at another one."""
    clipped = min(max(probability, _NEVER_SURE), 1 - _NEVER_SURE)
    return float(sigmoid(logit(clipped) - logit(before) + logit(after)))


def turns_of(table: CalibrationTable, *, prevalence: float, unusual: bool) -> Turns:
    """Return where the verdict turns, as likelihoods at a prevalence.

    The same comparison as `core.verdicts`: below the first threshold "automated" is ruled out, above the last "human" is, each
    at the error level (half of it for unusual accounts); between them both or neither is.
    """
    level = ERROR_LEVEL / 2 if unusual else ERROR_LEVEL
    human_below = table.knots[table.automated_p <= level]
    automated_above = table.knots[table.human_p <= level]
    ends = [float(human_below.max())] if human_below.size else []
    ends += [float(automated_above.min())] if automated_above.size else []
    codes = [Verdict.LIKELY_HUMAN] if human_below.size else []
    codes += [Verdict.UNCLEAR]
    codes += [Verdict.LIKELY_AUTOMATED] if automated_above.size else []
    thresholds = [float(value) for value in sigmoid(shift(np.sort(np.array(ends)), prevalence))]
    return Turns(thresholds, [(code.value, verdict_words(code)) for code in codes])
