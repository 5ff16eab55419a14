"""Log-odds and prior shift: how a probability moves when automated accounts are rarer than in training.

Saerens, Latinne and Decaestecker (2002), "Adjusting the outputs of a classifier to new a priori probabilities", DOI
10.1162/089976602753284446: with unchanged class-conditional densities, the log-odds shift by the change of the prior's
log-odds. Our margins are fitted with both classes weighing the same, so the shift is logit(prevalence).
"""

import numpy as np

from bot_detector.core.features.feature import FloatArray

LOWEST_PREVALENCE, HIGHEST_PREVALENCE = 0.0001, 0.9999


def logit(probability: FloatArray | float) -> FloatArray:
    """log(p / (1 − p)); p in (0, 1)."""
    p = np.asarray(probability, dtype=np.float64)
    return np.log(p) - np.log1p(-p)


def sigmoid(log_odds: FloatArray | float) -> FloatArray:
    """1 / (1 + e^−x) without overflow: [0, 1]."""
    x = np.asarray(log_odds, dtype=np.float64)
    return np.exp(-np.logaddexp(0.0, -x))


def shift(log_odds: FloatArray, prevalence: float) -> FloatArray:
    """Move log-odds of equally common classes to a prevalence; raises `ValueError` outside [0.0001, 0.9999]."""
    return log_odds + float(logit(checked_prevalence(prevalence)))


def checked_prevalence(prevalence: float) -> float:
    """Return the prevalence; raises `ValueError` outside [0.0001, 0.9999]."""
    if not LOWEST_PREVALENCE <= prevalence <= HIGHEST_PREVALENCE:
        message = f"prevalence must lie in [{LOWEST_PREVALENCE}, {HIGHEST_PREVALENCE}], not {prevalence}"
        raise ValueError(message)
    return prevalence
