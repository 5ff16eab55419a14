"""What would change a score: the prevalence that is assumed, and where the verdict turns.

Prevalence moves every likelihood by the same amount of log-odds (`core.logodds`), so a table of prevalences follows exactly
from one score. The verdict does not move: it compares the account with reference accounts of each kind.
"""

from dataclasses import dataclass

import numpy as np

from bot_detector.core.calibration import CalibrationTable
from bot_detector.core.logodds import logit, shift, sigmoid
from bot_detector.core.verdicts import verdicts
from bot_detector.schemas import Score, Verdict
from bot_detector.views.words import interval, likelihood, share
from bot_detector.wording import verdict_words

PREVALENCES = (0.01, 0.05, 0.1, 0.2, 0.5, 0.8)
_NEVER_SURE = 1e-15  # keeps the logarithm finite


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


def turns_of(table: CalibrationTable, *, prevalence: float, unusual: bool, gaps: bool) -> Turns:
    """Return where the verdict turns, as likelihoods at a prevalence, for accounts that are unusual or lack a field, or not.

    The verdict is asked for at each of the table's margins, so that it turns here where it turns in `core.verdicts`.
    """
    flags = np.ones(len(table.knots), dtype=np.bool_)
    human_p, automated_p = table.p_values(table.knots, gaps=flags & gaps)
    named = verdicts(human_p, automated_p, unusual=flags & unusual, insufficient=~flags)
    starts = [0, *(np.flatnonzero(named[1:] != named[:-1]) + 1).tolist()]
    codes = [Verdict(named[start]) for start in starts]
    thresholds = sigmoid(shift(table.knots[starts[1:]], prevalence))
    return Turns([float(each) for each in thresholds], [(code.value, verdict_words(code)) for code in codes])
