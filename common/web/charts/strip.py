"""One value beside the distribution of a reference: small enough for a table's cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.web.charts.axis import Scale


@dataclass(frozen=True)
class Strip:
    """What `strip()` in components/chart.html draws: 90 % and 50 % of the reference, its middle, and the value (or None)."""

    outer: tuple[float, float]
    inner: tuple[float, float]
    middle: float
    point: float | None
    beyond: bool  # the value lies outside the scale and is drawn at its edge


def strip(
    value: float | None, quantiles: Sequence[float], *, low: float | None = None, high: float | None = None
) -> Strip:
    """Lay out a value against the reference's 5th, 25th, 50th, 75th and 95th percentiles, all in one unit.

    The scale runs from `low` to `high`; by default a tenth beyond the outer percentiles and the value. For a value known by its
    percentile alone, give the percentile and (5, 25, 50, 75, 95) with low=0, high=100.
    """
    if len(quantiles) != 5 or list(quantiles) != sorted(quantiles):
        raise ValueError("A strip needs five quantiles in rising order.")
    known = [*quantiles] if value is None else [*quantiles, value]
    margin = 0.1 * (max(known) - min(known)) or 1.0
    scale = Scale(min(known) - margin if low is None else low, max(known) + margin if high is None else high)
    p5, p25, p50, p75, p95 = (scale.at(quantile) for quantile in quantiles)
    return Strip(
        outer=(p5, p95),
        inner=(p25, p75),
        middle=p50,
        point=None if value is None else scale.at(value),
        beyond=value is not None and not scale.low <= value <= scale.high,
    )
