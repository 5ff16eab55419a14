"""Words by which an account says that it is automated, in several languages. A statement, not a suspicion.

Many automated accounts are useful and say so (weather, art, emergency services): the scorer reports the statement apart,
besides using it.
"""

import numpy as np
import polars as pl

from bot_detector.core.features.feature import BoolArray, Columns, Feature
from bot_detector.core.observations import Observations
from common.i18n import N_

# "bot" as a part of its own (news_bot, NewsBot, bot42) or at the end (tinycarebot); family names are left out below.
_HANDLE_WORD = r"(^|[_.\d-])(?i:bots?)([_.\d-]|$)|[a-z\d]Bots?([_A-Z\d-]|$)|(?i:bots?[\d_]*$)|(?i:robot|automat)"
_FAMILY_NAMES = r"(?i)(talbot|abbot|cabot|turbot|corbot|herbot|jacobot)s?[\d_]*$"
_TEXT_WORD = (
    r"(?i)\b(bot|bots|chatbot|chatbots|twitterbot|robot|robots|robô|robôs|automated|automation|"
    r"(tweets?|posts?) automatically|automatically (tweets?|posts?|generated)|auto-?(tweets?|posts?)|"
    r"automatis[ée]e?s?|automatiquement|automatisch|automatisiert|automatizad[oa]s?|automático|automatico|"
    r"бот|робот|автоматический|автоматически|روبوت|آلي|ربات)\b"
    r"|ボット|ロボット|自動投稿|自動ツイート|自动|机器人|機器人|로봇|봇입니다|자동"
)
_READ = 500  # characters of a text that are searched


def _feature(name: str, field: str, label: str, meaning: str, phrase: str) -> Feature:
    return Feature(
        name=name,
        group="automation",
        unit=N_("yes or no"),
        lower=0.0,
        upper=1.0,
        display="flag",
        label=label,
        meaning=meaning,
        phrase=phrase,
        needs=(field,),
    )


FEATURES = (
    _feature(
        "automation_in_handle",
        "handle",
        N_("Automation word in the handle"),
        N_('The handle holds a word such as "bot".'),
        N_('Handle with a word such as "bot": {value}'),
    ),
    _feature(
        "automation_in_name",
        "display_name",
        N_("Automation word in the name"),
        N_('The name holds a word such as "bot".'),
        N_('Name with a word such as "bot": {value}'),
    ),
    _feature(
        "automation_in_description",
        "description",
        N_("Automation word in the description"),
        N_('The description holds a word such as "automated" or "bot".'),
        N_('Description with a word such as "automated" or "bot": {value}'),
    ),
)


def compute(observations: Observations) -> Columns:
    """Return 1 where an automation word was found, 0 where not, NaN where the text is missing."""
    handle = observations.handle.str.slice(0, _READ)
    name = observations.name.str.slice(0, _READ)
    in_handle = handle.str.contains(_HANDLE_WORD) & ~handle.str.contains(_FAMILY_NAMES)
    in_name = name.str.contains(_TEXT_WORD) | name.str.contains(r"[a-z\d]Bots?\b")
    in_description = observations.description.str.slice(0, _READ).str.contains(_TEXT_WORD)
    return {
        "automation_in_handle": _flags(in_handle),
        "automation_in_name": _flags(in_name),
        "automation_in_description": _flags(in_description),
    }


def declared(observations: Observations, columns: Columns) -> BoolArray:
    """Whether the account says that it is automated: by the platform's own mark, or by a word of its profile."""
    answer = observations.declared.copy()
    for feature in FEATURES:
        answer |= columns[feature.name] == 1.0
    return answer


def _flags(found: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return found.cast(pl.Float64).fill_null(np.nan).to_numpy(writable=True)
