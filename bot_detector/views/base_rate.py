"""Prevalence as a picture: a thousand accounts, sorted by what the default verdict calls them."""

from dataclasses import dataclass

import numpy as np

from bot_detector.core.calibration import CalibrationTable
from bot_detector.core.verdicts import ERROR_LEVEL

ACCOUNTS = 1_000
COLUMNS = 50
CELL = 10  # units of the drawing


@dataclass(frozen=True)
class Dots:
    """A group of accounts as two drawings: filled squares are automated, rings are people."""

    squares: str
    rings: str
    height: int


@dataclass(frozen=True)
class BaseRate:
    """Of a thousand accounts: how many are called "likely automated", rightly and wrongly, and how many are not."""

    automated: int
    people: int
    found: int
    missed: int
    wrongly: int
    left_alone: int
    called: Dots
    others: Dots

    @property
    def called_count(self) -> int:
        """How many get the verdict."""
        return self.found + self.wrongly

    @property
    def others_count(self) -> int:
        """How many do not."""
        return self.missed + self.left_alone

    @property
    def right_share(self) -> float:
        """The share of those called "likely automated" that are; 0 where nobody is called so."""
        return self.found / self.called_count if self.called_count else 0.0


def rates_of(table: CalibrationTable) -> tuple[float, float]:
    """Return the shares of automated and of human calibration accounts that the default verdict calls "likely automated"."""
    above = np.flatnonzero(table.human_p <= ERROR_LEVEL)
    if not above.size:
        return 0.0, 0.0
    return float(table.automated_above[above[0]]), float(table.human_above[above[0]])


def base_rate(prevalence: float, *, found: float, wrongly: float) -> BaseRate:
    """Lay out a thousand accounts; `found` and `wrongly` are the two shares of `rates_of`."""
    automated = round(prevalence * ACCOUNTS)
    people = ACCOUNTS - automated
    right, wrong = round(found * automated), round(wrongly * people)
    return BaseRate(
        automated=automated,
        people=people,
        found=right,
        missed=automated - right,
        wrongly=wrong,
        left_alone=people - wrong,
        called=_dots(right, wrong),
        others=_dots(automated - right, people - wrong),
    )


def _dots(squares: int, rings: int) -> Dots:
    """Draw squares, then rings, row by row, as two paths (a thousand elements would be heavy)."""
    total = squares + rings
    places = [(CELL * (place % COLUMNS), CELL * (place // COLUMNS)) for place in range(total)]
    drawn = "".join(f"M{x + 1} {y + 1}h8v8h-8z" for x, y in places[:squares])
    circles = "".join(f"M{x + 2} {y + 5}a3 3 0 1 0 6 0a3 3 0 1 0-6 0z" for x, y in places[squares:])
    return Dots(drawn, circles, CELL * max(1, -(-total // COLUMNS)))
