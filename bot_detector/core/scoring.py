"""Score accounts: one path for bulk frames and for single accounts, so that every door gives the same numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bot_detector.core.facts import Facts, gather_facts
from bot_detector.core.features.feature import BoolArray, FloatArray
from bot_detector.core.features.registry import FEATURES
from bot_detector.core.hashing import input_hashes
from bot_detector.core.logodds import checked_prevalence, shift, sigmoid
from bot_detector.core.model import Model, load_model, shipped_model
from bot_detector.core.readable import readable_values
from bot_detector.core.verdicts import ERROR_LEVEL, verdicts
from bot_detector.schemas import Score

__all__ = ["DEFAULT_PREVALENCE", "Model", "load_model", "score_accounts", "score_frame", "shipped_model"]

# Varol, Ferrara, Davis, Menczer and Flammini (2017), DOI 10.1609/icwsm.v11i1.14871, estimated that 9 % to 15 % of active
# accounts on Twitter were automated. An analyst who looks at suspects should set a higher one.
DEFAULT_PREVALENCE = 0.10
_REASON = pl.Struct(
    {
        "feature": pl.String,
        "group": pl.String,
        "value": pl.Float64,
        "contribution": pl.Float64,
        "percentile": pl.Float64,
    }
)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of n scores, NaN where there is too little data."""

    probability: FloatArray
    low: FloatArray
    high: FloatArray
    precision_above: FloatArray
    verdict: NDArray[np.str_]


def score_frame(
    accounts: pl.DataFrame, model: Model, *, prevalence: float = DEFAULT_PREVALENCE, explain: bool = False
) -> pl.DataFrame:
    """Score a frame with the columns of `ACCOUNT_COLUMNS`: one row of `Score` fields per account, in the same order.

    `explain` adds `baseline` and `reasons` (a list of structs, largest |contribution| first). Raises `ValueError` for a
    prevalence outside [0.0001, 0.9999].
    """
    checked_prevalence(prevalence)
    facts = gather_facts(accounts, model)
    scores = _scalars(accounts, facts, model, prevalence)
    if not explain:
        return scores
    baselines, reasons = _explanations(facts, model, prevalence)
    return scores.with_columns(
        baseline=pl.Series(baselines, dtype=pl.Float64), reasons=pl.Series(reasons, dtype=pl.List(_REASON))
    )


def score_accounts(
    accounts: pl.DataFrame, model: Model, *, prevalence: float = DEFAULT_PREVALENCE
) -> list[Score]:
    """Score a frame with the columns of `ACCOUNT_COLUMNS`, with all reasons, as typed scores in the same order."""
    checked_prevalence(prevalence)
    facts = gather_facts(accounts, model)
    baselines, reasons = _explanations(facts, model, prevalence)
    rows = _scalars(accounts, facts, model, prevalence).iter_rows(named=True)
    return [
        Score.model_validate({**row, "baseline": baseline, "reasons": said})
        for row, baseline, said in zip(rows, baselines, reasons, strict=True)
    ]


def _scalars(accounts: pl.DataFrame, facts: Facts, model: Model, prevalence: float) -> pl.DataFrame:
    """Every field of `Score` but baseline and reasons."""
    numbers = _numbers(facts, model, prevalence)
    return _identity(accounts).with_columns(
        probability=_optional(numbers.probability),
        low=_optional(numbers.low),
        high=_optional(numbers.high),
        prevalence=pl.lit(prevalence),
        precision_above=_optional(numbers.precision_above),
        verdict=pl.Series(numbers.verdict, dtype=pl.String),
        error_level=pl.lit(ERROR_LEVEL),
        out_of_distribution=pl.Series(facts.unusual),
        declared_automation=pl.Series(facts.declared),
        missing=facts.missing(),
        caveats=facts.caveats(),
        model_version=pl.lit(model.version),
        input_hash=pl.Series(input_hashes(accounts), dtype=pl.String),
    )


def _numbers(facts: Facts, model: Model, prevalence: float) -> _Numbers:
    margins = model.margins(facts.features)
    table = model.artefact.calibration
    low, high = table.interval(margins, widen=facts.unusual)
    human_p, automated_p = table.p_values(margins, gaps=facts.gaps)
    blank = facts.insufficient
    return _Numbers(
        probability=_blanked(sigmoid(shift(margins, prevalence)), blank),
        low=_blanked(sigmoid(shift(low, prevalence)), blank),
        high=_blanked(sigmoid(shift(high, prevalence)), blank),
        precision_above=_blanked(table.precision_above(margins, prevalence), blank),
        verdict=verdicts(human_p, automated_p, unusual=facts.unusual, insufficient=blank),
    )


def _identity(accounts: pl.DataFrame) -> pl.DataFrame:
    """The fields that say whose score it is."""
    return accounts.select(
        pl.col("platform").cast(pl.String),
        pl.col("account_id").cast(pl.String),
        pl.col("handle").cast(pl.String)
        if "handle" in accounts.columns
        else pl.lit(None, pl.String).alias("handle"),
        pl.col("observed_at").cast(pl.Datetime("us", "UTC"))
        if "observed_at" in accounts.columns
        else pl.lit(None, pl.Datetime("us", "UTC")).alias("observed_at"),
    )


def _explanations(
    facts: Facts, model: Model, prevalence: float
) -> tuple[list[float | None], list[list[dict[str, Any]]]]:
    """Baseline and reasons of each row; None and empty where there is too little data."""
    baseline, contributions = model.contributions(facts.features)
    order = np.argsort(-np.abs(contributions), axis=1, kind="stable")
    values = readable_values(facts.features)
    percentiles = model.percentiles(facts.features)
    start = float(shift(np.array(baseline), prevalence))
    baselines = [None if blank else start for blank in facts.insufficient.tolist()]
    reasons = [
        [] if blank else [_reason(place, row, values, contributions, percentiles) for place in places]
        for row, (places, blank) in enumerate(zip(order.tolist(), facts.insufficient.tolist(), strict=True))
    ]
    return baselines, reasons


def _reason(
    place: int, row: int, values: FloatArray, contributions: FloatArray, percentiles: FloatArray
) -> dict[str, Any]:
    value, percentile = values[row, place], percentiles[row, place]
    return {
        "feature": FEATURES[place].name,
        "group": FEATURES[place].group,
        "value": None if np.isnan(value) else float(value),
        "contribution": float(contributions[row, place]),
        "percentile": None if np.isnan(percentile) else float(percentile),
    }


def _blanked(values: FloatArray, blank: BoolArray) -> FloatArray:
    return np.where(blank, np.nan, values)


def _optional(values: FloatArray) -> pl.Series:
    """A float column whose NaN are null."""
    return pl.Series(values, dtype=pl.Float64, nan_to_null=True)
