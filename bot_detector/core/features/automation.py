"""Words by which an account says that it is automated, in several languages. A statement, not a suspicion.

Many automated accounts are useful and say so (weather, art, emergency services): the scorer reports the statement apart,
besides using it.
"""

import numpy as np
import polars as pl

from bot_detector.core.features.feature import BoolArray, Columns, Feature, FloatArray
from bot_detector.core.observations import Observations
from common.i18n import N_

# "bot" as a part of its own (news_bot, NewsBot, bot42) or at the end (tinycarebot); family names are left out below.
_HANDLE_WORD = (
    r"(^|[_.\d-])(?i:bots?)([_.\d-]|$)|[a-z\d]Bots?([_A-Z\d-]|$)|(?i:bots?[\d_]*$)|(?i:robot|automat)"
)
_FAMILY_NAMES = r"(?i)(talbot|abbot|cabot|turbot|corbot|herbot|jacobot)s?[\d_]*$"
# ASCII word boundaries let the search run as one automaton; words of other scripts spell their boundary out.
_TEXT_WORD = (
    r"(?i)(?-u:\b)(bot|bots|chatbot|chatbots|twitterbot|robot|robots|automated|automation|"
    r"(tweets?|posts?) automatically|automatically (tweets?|posts?|generated)|auto-?(tweets?|posts?)|"
    r"automatis[ée]e?s?|automatiquement|automatisch|automatisiert|automatizad[oa]s?|automático|automatico)(?-u:\b)"
    r"|(^|[^\p{L}\p{N}_])(robôs?|automatisée?s?|бот|робот|автоматический|автоматически|روبوت|آلي|ربات)([^\p{L}\p{N}_]|$)"
    r"|ボット|ロボット|自動投稿|自動ツイート|自动|机器人|機器人|로봇|봇입니다|자동"
)
_NAME_WORD = _TEXT_WORD + r"|(?-i:[a-z\d]Bots?(?-u:\b))"
# Words of posts that a clock or a program makes: not a statement of automation, so it counts apart.
_SCHEDULE_WORD = (
    r"(?i)(?-u:\b)(hourly|every (hour|day|minute|\d+ (minutes|hours))|\d+ times a day|random|randomly|"
    r"generat(or|ed|es|ing)|markov|ebooks|neural net(work)?s?|algorithm(ic)?|procedural|machine[- ]learning|"
    r"source code|github|rss|feed|updates?|alerts?|(made|created|built|by|from) @[a-z0-9_]+|tweeting (the|every|one)|"
    r"toutes les heures|chaque (heure|jour)|aléatoire|générée?s?|cada (hora|d[ií]a)|aleatori[oa]|"
    r"stündlich|jede stunde|zufällig)(?-u:\b)|毎時|定期"
)
# Stems of every word above: a text without any of them is not searched further, which makes the search much quicker.
_STEMS = [
    "bot", "robô", "auto", "бот", "автомат", "روبوت", "آلي", "ربات", "ボット", "自動", "自动", "机器人", "機器人",
    "로봇", "봇", "자동", "Бот", "БОТ", "Автомат", "АВТОМАТ", "ROBÔ",
]  # fmt: skip
_SCHEDULE_STEMS = [
    "hour", "every ", "times a day", "random", "generat", "markov", "ebooks", "neural", "algorithm", "procedural",
    "machine", "source code", "github", "rss", "feed", "update", "alert", " @", "tweeting", "heure", "chaque",
    "aléatoire", "généré", "cada ", "aleatori", "stündlich", "stunde", "zufällig", "毎時", "定期",
]  # fmt: skip
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
    _feature(
        "schedule_in_description",
        "description",
        N_("Words of scheduled or generated posts"),
        N_('The description holds a word such as "hourly", "random" or "generated".'),
        N_('Description with a word such as "hourly" or "generated": {value}'),
    ),
)
_DECLARING = ("automation_in_handle", "automation_in_name", "automation_in_description")


def compute(observations: Observations) -> Columns:
    """Return 1 where a word was found, 0 where not, NaN where the text is missing."""
    texts = pl.DataFrame([observations.handle, observations.name, observations.description])
    likely = texts.select(
        _likely("handle", _STEMS).alias("handle"),
        _likely("display_name", _STEMS).alias("name"),
        _likely("description", _STEMS).alias("description"),
        _likely("description", _SCHEDULE_STEMS).alias("schedule"),
    )
    in_handle = _found(observations.handle, likely["handle"], _HANDLE_WORD)
    in_handle[_found(observations.handle, likely["handle"], _FAMILY_NAMES) == 1.0] = 0.0
    return {
        "automation_in_handle": in_handle,
        "automation_in_name": _found(observations.name, likely["name"], _NAME_WORD),
        "automation_in_description": _found(observations.description, likely["description"], _TEXT_WORD),
        "schedule_in_description": _found(observations.description, likely["schedule"], _SCHEDULE_WORD),
    }


def declared(observations: Observations, columns: Columns) -> BoolArray:
    """Whether the account says that it is automated: by the platform's own mark, or by a word of its profile."""
    answer = observations.declared.copy()
    for name in _DECLARING:
        answer |= columns[name] == 1.0
    return answer


def _likely(field: str, stems: list[str]) -> pl.Expr:
    """1 where a text holds a stem, 0 where not, NaN where it is missing."""
    return (
        pl.col(field).str.contains_any(stems, ascii_case_insensitive=True).cast(pl.Float64).fill_null(np.nan)
    )


def _found(texts: pl.Series, likely: pl.Series, pattern: str) -> FloatArray:
    """Search the likely texts: 1 where the pattern is found, 0 where not, NaN where the text is missing."""
    flags: FloatArray = likely.to_numpy(writable=True)
    places = np.flatnonzero(flags == 1.0)
    if len(places):
        flags[places] = texts.gather(places).str.slice(0, _READ).str.contains(pattern).to_numpy()
    return flags
