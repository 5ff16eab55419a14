"""Scales and ticks, shared by the charts."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Words = Callable[[float], str]
LIKELIHOOD_STEPS = 7  # as many as the tokens --likelihood-1 … --likelihood-7


@dataclass(frozen=True)
class Scale:
    """A linear scale from `[low, high]` to 0–100 %. Raises `ValueError` where `low < high` does not hold."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"A scale needs two finite ends in order, not {self.low} and {self.high}.")

    def at(self, value: float) -> float:
        """Return where `value` lies, in percent of the plot; values beyond an end lie on it."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(1.0, max(0.0, share)), 3)


@dataclass(frozen=True)
class Tick:
    """A place on an axis with its words. `anchor` keeps the outermost words inside the plot."""

    at: float
    label: str
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True)
class Mark:
    """A line across the plot that means something: a threshold, this account."""

    at: float
    label: str
    anchor: Literal["start", "middle", "end"]


def tick(at: float, label: str) -> Tick:
    """Return a tick whose words do not run over an edge."""
    return Tick(at, label, "start" if at < 4 else "end" if at > 96 else "middle")


def mark(at: float, label: str) -> Mark:
    """Return a mark whose words stand on the side that has room."""
    return Mark(at, label, "start" if at <= 60 else "end")


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round values (1, 2, 2.5 or 5 times a power of ten apart) within `[low, high]`, about as many as asked for."""
    Scale(low, high)
    rough = (high - low) / max(1, about)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def axis(scale: Scale, values: Iterable[float], words: Words) -> list[Tick]:
    """Return the ticks of an axis for the given values."""
    return [tick(scale.at(value), words(value)) for value in values]


def likelihood_step(probability: float) -> int:
    """Return which of the seven steps of the likelihood scale (1 pale … 7 deep) a probability in [0, 1] takes."""
    return 1 + min(LIKELIHOOD_STEPS - 1, max(0, int(probability * LIKELIHOOD_STEPS)))
