"""Numbers of scores as people read them, and read back what people type."""

import math

from bot_detector.models import StoredScore
from bot_detector.schemas import Score
from common.i18n import gettext as _
from common.web.formats import Formats

FORMATS = Formats()
EXTREME = 0.01  # likelihoods nearer to 0 or 1 than this are not told apart: calibration cannot bear it


def likelihood(probability: float | None) -> str:
    """Write a likelihood in whole per cent, never as 0 % or 100 %."""
    if probability is None:
        return _("no score")
    if probability < EXTREME:
        return _("under %(share)s") % {"share": FORMATS.percent(EXTREME)}
    if probability > 1 - EXTREME:
        return _("over %(share)s") % {"share": FORMATS.percent(1 - EXTREME)}
    return FORMATS.percent(probability)


def interval(low: float | None, high: float | None) -> str:
    """Write an interval of likelihoods."""
    if low is None or high is None:
        return ""
    if low < EXTREME and high > 1 - EXTREME:
        return _("anything is possible")
    if low < EXTREME:
        return _("at most %(high)s") % {"high": likelihood(high)}
    if high > 1 - EXTREME:
        return _("at least %(low)s") % {"low": likelihood(low)}
    return _("between %(low)s and %(high)s") % {"low": likelihood(low), "high": likelihood(high)}


def share(value: float) -> str:
    """Write a share that somebody chose, with as many decimals of a per cent (at most two) as it has."""
    percent = round(100 * value, 2)
    digits = 0 if percent == int(percent) else 1 if round(percent, 1) == percent else 2
    return FORMATS.percent(value, digits)


def percent_field(text: str) -> float | None:
    """Read a number typed in per cent, with a comma or a point, as a share; None where it is no number."""
    try:
        percent = float(
            text.replace("%", "").replace("\u202f", "").replace("\u00a0", "").strip().replace(",", ".")
        )
    except ValueError:
        return None
    return percent / 100 if math.isfinite(percent) else None


def percent_value(value: float) -> str:
    """Write a share as the value of a number field in per cent."""
    return f"{100 * value:.4f}".rstrip("0").rstrip(".")


def odds(contribution: float) -> str:
    """Write a contribution in log-odds as the factor by which it moves the odds."""
    factor = math.exp(min(abs(contribution), 50.0))
    digits = 2 if factor < 1.1 else 1 if factor < 10 else 0
    number = FORMATS.number(factor, digits)
    return f"× {number}" if contribution >= 0 else f"÷ {number}"


def account_name(score: StoredScore | Score) -> str:
    """Name an account: its handle after an @, or its id."""
    return f"@{score.handle.removeprefix('@')}" if score.handle else score.account_id


def platform_name(platform: str) -> str:
    """Write a platform as it calls itself."""
    return {"x": "X", "mastodon": "Mastodon", "bluesky": "Bluesky"}.get(platform, platform)
