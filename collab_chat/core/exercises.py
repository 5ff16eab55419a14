"""The scenario's own time: it runs at a chosen speed, stands still in a pause, and jumps to the next thing that is given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from collab_chat.schemas.cases import Shape
from collab_chat.schemas.scenarios import Scenario

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 60.0)  # scenario seconds per second


class Tick(Shape):
    """From `at` on the scenario runs from `elapsed` (its seconds) at `speed`; 0: it stands still."""

    at: datetime
    elapsed: Annotated[float, Field(ge=0)]
    speed: Annotated[float, Field(ge=0)]


def ticks_of(stored: Sequence[dict[str, Any]]) -> tuple[Tick, ...]:
    """Return the ticks of a stored clock."""
    return tuple(Tick.model_validate(one) for one in stored)


def elapsed_at(ticks: Sequence[Tick], at: datetime) -> float:
    """Return the scenario's seconds at a moment; 0 before it began."""
    last = next((one for one in reversed(ticks) if one.at <= at), None)
    return 0.0 if last is None else last.elapsed + (at - last.at).total_seconds() * last.speed


def due(scenario: Scenario, played: int, elapsed: float) -> range:
    """Return the places of the injects that are due and not yet played."""
    count = sum(one.at * 60 <= elapsed for one in scenario.injects)
    return range(played, max(played, count))
