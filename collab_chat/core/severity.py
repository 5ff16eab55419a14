"""How severe a case is: harm × breakout, as a published matrix. `docs/guides/cases.md` shows it.

Breakout follows Ben Nimmo, "The Breakout Scale" (Brookings Institution, September 2020). Harm is the highest of five axes, 0–4. The
matrix is this project's own choice, not a measurement: it never falls as either rises, and nothing is critical that has not
left its first platform.
"""

from collections.abc import Iterable, Mapping

from collab_chat.schemas.cases import HarmAxis, Severity
from common.i18n import N_

_L, _M, _H, _C = Severity.LOW, Severity.MODERATE, Severity.HIGH, Severity.CRITICAL
HARMS = range(5)
BREAKOUTS = range(1, 7)
MATRIX: tuple[tuple[Severity, ...], ...] = (
    # breakout 1, 2, 3, 4, 5, 6
    (_L, _L, _L, _L, _L, _L),  # harm 0
    (_L, _L, _L, _M, _M, _M),  # harm 1
    (_L, _L, _M, _M, _H, _H),  # harm 2
    (_L, _M, _M, _H, _H, _C),  # harm 3
    (_M, _M, _H, _C, _C, _C),  # harm 4
)
HARM_MEANINGS: tuple[str, ...] = (
    N_("None that can be named"),
    N_("Slight: some are misled, without consequence"),
    N_("Real: decisions of a group are disturbed, somebody is harassed"),
    N_("Serious: a vote, a treatment or a group's safety is at stake"),
    N_("Grave: life, or the outcome of a vote, is at stake now"),
)
BREAKOUT_MEANINGS: dict[int, str] = {
    1: N_("One platform, one community"),
    2: N_("One platform and several communities, or several platforms and one community"),
    3: N_("Several platforms and several communities"),
    4: N_("Taken up by media outside social networks"),
    5: N_("Repeated by well-known people"),
    6: N_("Calls for violence, or authorities have to answer"),
}


def severity_of(harm: int, breakout: int) -> Severity:
    """Return the matrix's severity. `harm` 0–4, `breakout` 1–6; ValueError outside."""
    if harm not in HARMS or breakout not in BREAKOUTS:
        message = f"harm {harm} or breakout {breakout} is outside the matrix"
        raise ValueError(message)
    return MATRIX[harm][breakout - 1]


def highest_harm(axes: Mapping[HarmAxis, int] | Iterable[int]) -> int:
    """Return the highest of the axes; 0 of none."""
    values = axes.values() if isinstance(axes, Mapping) else axes
    return max(values, default=0)
