"""A likelihood on its scale, with its interval, the thresholds and the zones between them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from common.web.charts.axis import Scale, Tick, Words, axis, likelihood_step

CELLS = 20
LETTER = 6.6  # pixels: about what one letter takes at the size of a zone's name
ROOMS = {
    "always": 280,
    "wide": 640,
    "widest": 896,
}  # pixels of the plot from which on names are shown, as in charts.css


@dataclass(frozen=True)
class Cell:
    """A piece of the coloured scale; `step` is the token of the likelihood scale that it takes."""

    x: float
    width: float
    step: int


@dataclass(frozen=True)
class Zone:
    """A stretch of the scale that has one verdict; `holds` says whether the point lies in it."""

    code: str
    name: str
    x: float
    width: float
    centre: float
    holds: bool


@dataclass(frozen=True)
class Gauge:
    """What `gauge()` in components/chart.html draws; positions in percent.

    `room` says from which width on the zones' names stand over the scale: "always", "wide", "widest" or "never"; else a legend
    names them.
    """

    point: float
    low: float
    high: float
    cells: list[Cell]
    zones: list[Zone]
    room: str
    thresholds: list[float]
    ticks: list[Tick]


def gauge(
    probability: float,
    interval: tuple[float, float],
    *,
    words: Words,
    thresholds: Sequence[float] = (),
    zones: Sequence[tuple[str, str]] = (),
) -> Gauge:
    """Lay out a likelihood in [0, 1] with its interval.

    `thresholds` rise and cut the scale into `len(thresholds) + 1` zones, named by `zones` as (code, name) from low to high.
    `words` writes a share as the reader does ("40 %"). Raises `ValueError` where an argument is out of range or order.
    """
    low, high = interval
    if not 0 <= low <= probability <= high <= 1:
        raise ValueError(f"The interval {low}–{high} must hold {probability}, within 0 and 1.")
    if zones and len(zones) != len(thresholds) + 1:
        raise ValueError("There is one zone more than there are thresholds.")
    scale = Scale(0, 1)
    width = 100 / CELLS
    named = _zones(probability, thresholds, zones)
    return Gauge(
        point=scale.at(probability),
        low=scale.at(low),
        high=scale.at(high),
        cells=[Cell(n * width, width, likelihood_step((n + 0.5) / CELLS)) for n in range(CELLS)],
        zones=named,
        room=_room(named),
        thresholds=[scale.at(threshold) for threshold in thresholds],
        ticks=axis(scale, (0, 0.25, 0.5, 0.75, 1), words),
    )


def _zones(probability: float, thresholds: Sequence[float], names: Sequence[tuple[str, str]]) -> list[Zone]:
    edges = [0.0, *thresholds, 1.0]
    if edges != sorted(edges):
        raise ValueError("Thresholds rise from 0 to 1.")
    here = bisect_right(thresholds, probability)  # a threshold belongs to the zone above it
    return [
        Zone(
            code=code,
            name=name,
            x=100 * start,
            width=100 * (end - start),
            centre=50 * (start + end),
            holds=number == here,
        )
        for number, ((code, name), start, end) in enumerate(zip(names, edges, edges[1:], strict=False))
    ]


def _room(zones: Sequence[Zone]) -> str:
    """Say from which width on every name fits over its own zone; all are shown, or none."""

    def fits(pixels: int) -> bool:
        return all(zone.width / 100 * pixels >= len(zone.name) * LETTER + 12 for zone in zones)

    return next((room for room, pixels in ROOMS.items() if fits(pixels)), "never")
